"""Writing facts to the database: facts that wait for it, and facts that it never takes."""

from datetime import UTC, datetime

import pytest

from acd.agent import AgentEvent, AgentState
from acd.queue import AgentId
from crm.calls.record import FactId
from crm.sql.db import connect
from cti.engine.ledger import BadFactError
from cti.engine.records import Records, last_of_each

ARRIVED = {
    "fact": "n/1/1",
    "at": "2026-11-22T00:00:00+00:00",
    "call": "n-1.1",
    "call_kind": "arrived",
    "detail": {},
}


@pytest.fixture
def away():
    """A database that does not answer."""
    url = "postgresql+psycopg2://hotline@127.0.0.1:1/none"
    engine = connect(url, pool_size=1, statement_timeout_ms=1000)
    yield Records(engine, "CN")
    engine.dispose()


def test_facts_wait_for_a_database_that_is_away(away):
    with pytest.raises(ConnectionError):
        away.keep([ARRIVED])


@pytest.mark.parametrize("wrong", [{"call_kind": "of a later version"}, {"at": "yesterday"}])
def test_a_fact_that_cannot_be_read_does_not_wait_for_the_database(away, wrong):
    with pytest.raises(BadFactError):
        away.keep([ARRIVED | wrong])


NOW = 100_000.0


def told(state, seconds_ago, agent=7):
    at = datetime.fromtimestamp(NOW - seconds_ago, UTC)
    return AgentEvent(FactId(f"n/1/{at}"), AgentId(agent), at, state, "", "desk", None, None)


@pytest.mark.parametrize(
    ("kept", "on_the_way", "last"),
    [
        ([told(AgentState.READY, 9)], [], AgentState.READY),
        (
            [told(AgentState.READY, 9)],
            [told(AgentState.PAUSED, 5), told(AgentState.READY, 3)],
            AgentState.READY,
        ),
        # The disk was full, and later facts went straight to the database.
        ([told(AgentState.PAUSED, 2)], [told(AgentState.READY, 9)], AgentState.PAUSED),
        # The clock was set back by an hour.
        ([told(AgentState.READY, -3600)], [told(AgentState.PAUSED, 5)], AgentState.PAUSED),
        ([], [told(AgentState.READY, -3600), told(AgentState.PAUSED, 5)], AgentState.PAUSED),
    ],
)
def test_an_agents_last_fact_is_found(kept, on_the_way, last):
    assert [one.state for one in last_of_each(kept, on_the_way, NOW)] == [last]
