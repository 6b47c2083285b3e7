"""States and calls of some agents of the last days, for the statistics of seats."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from acd.agent import AgentEvent, AgentState, Phone
from acd.agent_log.store import keep_agent_events
from acd.queue import AgentId
from acd.store import PauseReason, add_agent, agents, save_pause_reason
from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.calls.store import keep_events
from web.kit.clock import now

STATES = (
    (AgentState.PAUSED, "signed in"),
    (AgentState.READY, ""),
    (AgentState.OFFERED, ""),
    (AgentState.TALKING, ""),
    (AgentState.WRAP_UP, ""),
    (AgentState.PAUSED, "lunch"),
    (AgentState.SIGNED_OUT, ""),
)
WITH_QUEUE = (AgentState.OFFERED, AgentState.TALKING)
MINUTES = 10.0  # each state, on each of the days
AGO = (50, 26)  # hours


def add_seat_facts(session: Session, people: Sequence[int]) -> None:
    """Give each of some users the same two days, with one answered call each."""
    for key in ("0", "1", "2"):
        save_pause_reason(session, PauseReason(key, f"Reason {key}", ""))
    known = {one.id for one in agents(session)}
    for person in people:
        if person not in known:
            add_agent(session, person, "1999", "s")
        for day, hours in enumerate(AGO):
            _add_day(session, person, day, hours)


def _add_day(session: Session, agent: int, day: int, hours: int) -> None:
    start = now() - timedelta(hours=hours)
    lines = [
        AgentEvent(
            FactId(f"seat/{agent}/{day}/{number}"),
            AgentId(agent),
            start + timedelta(minutes=number * MINUTES),
            state,
            reason,
            "desk",
            None,
            Phone.BROWSER,
            detail={"queue": "support"}
            if state in (AgentState.OFFERED, AgentState.TALKING)
            else {},
        )
        for number, (state, reason) in enumerate(STATES)
    ]
    keep_agent_events(session, lines)
    call, leg = CallId(f"seat-{agent}-{day}"), f"seat-{agent}-{day}-leg"
    told: list[tuple[float, Kind, dict[str, str | int]]] = [
        (19, Kind.ARRIVED, {"caller": "+8613900139000", "called": "+864008001234"}),
        (20, Kind.QUEUED, {"queue": "support"}),
        (20, Kind.LEG_BEGAN, {"leg": leg, "role": "agent", "agent": agent}),
        (20, Kind.OFFERED, {"agent": agent, "leg": leg}),
        (30, Kind.CONNECTED, {"agent": agent, "leg": leg}),
        (30, Kind.LEG_ANSWERED, {"leg": leg}),
        (40, Kind.ENDED, {"by": "caller"}),
    ]
    keep_events(
        session,
        [
            CallEvent(FactId(f"{call}/{n}"), call, start + timedelta(minutes=at), kind, detail)
            for n, (at, kind, detail) in enumerate(told)
        ],
    )
