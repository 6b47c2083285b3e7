import pytest
from asterisk.trade import Trade


@pytest.fixture
def trade(installation, tmp_path):
    """The installation without calls and agents; those of the test are removed at the end."""
    made = Trade(installation, tmp_path)
    try:
        yield made
    finally:
        made.tidy()


@pytest.fixture
def li_wei(trade):
    return trade.agent("li.wei").ready()
