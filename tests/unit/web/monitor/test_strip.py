"""An agent's states of some hours, from the log."""

import itertools
from datetime import UTC, datetime, timedelta

from acd.agent import PAST, AgentEvent, AgentState
from acd.queue import AgentId
from crm.calls.record import FactId
from web.monitor.strip import seconds_in, stretches

SINCE = datetime(2026, 11, 2, 8, tzinfo=UTC)
UNTIL = SINCE + timedelta(hours=8)


def line(minute: float, state: AgentState, reason: str = "", **detail: str) -> AgentEvent:
    at = SINCE + timedelta(minutes=minute)
    return AgentEvent(FactId(f"f{minute}"), AgentId(1), at, state, reason, detail=detail)


def test_without_a_line_the_agent_was_not_there() -> None:
    (only,) = stretches([], SINCE, UNTIL)

    assert (only.state, only.seconds) == (AgentState.SIGNED_OUT, 8 * 3600)


def test_states_follow_each_other_without_a_gap() -> None:
    found = stretches(
        [
            line(-30, AgentState.READY),
            line(10, AgentState.TALKING),
            line(20, AgentState.WRAP_UP),
            line(20, AgentState.READY),
            line(15, AgentState.OFFERED, **{PAST: "1"}),
            line(30, AgentState.PAUSED, "lunch"),
            line(60, AgentState.PAUSED, "meeting"),
        ],
        SINCE,
        UNTIL,
    )

    assert [one.state.value for one in found] == ["ready", "talking", "ready", "paused", "paused"]
    assert found[0].begin == SINCE
    assert all(one.end == two.begin for one, two in itertools.pairwise(found))
    assert found[-1].end == UNTIL
    assert seconds_in(found, AgentState.READY) == 20 * 60
    assert seconds_in(found, AgentState.PAUSED) == 450 * 60
