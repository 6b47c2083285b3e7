import pytest
from asterisk.trade import Trade


@pytest.fixture
def trade(installation, tmp_path):
    """The house with nobody in it; whoever comes is shown out at the end."""
    made = Trade(installation, tmp_path)
    try:
        yield made
    finally:
        made.tidy()


@pytest.fixture
def li_wei(trade):
    return trade.agent("li.wei").ready()
