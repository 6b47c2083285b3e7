"""Calls of yesterday in a queue, and an agent who was there, for questions about staffing."""

from datetime import datetime, time, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from acd.agent import AgentEvent, AgentState, Phone
from acd.agent_log.store import keep_agent_events
from acd.queue import AgentId
from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.calls.store import keep_events
from web.kit.clock import now

TALK = 120.0  # seconds
WAIT = 30.0


def add_traffic(
    session: Session, agent: int, name: str, *, calls: int = 40, queue: str = "support"
) -> None:
    """Let so many callers come within two hours, each fourth of which hangs up."""
    noon = datetime.combine(now().date() - timedelta(days=1), time(4), now().tzinfo)
    states = ((0, AgentState.READY), (110, AgentState.PAUSED), (120, AgentState.SIGNED_OUT))
    lines = [
        AgentEvent(
            FactId(f"{name}/{agent}/{minutes}"),
            AgentId(agent),
            noon + timedelta(minutes=minutes),
            state,
            "lunch" if state is AgentState.PAUSED else "",
            "desk",
            None,
            Phone.SIP,
        )
        for minutes, state in states
    ]
    keep_agent_events(session, lines)
    for number in range(calls):
        call = CallId(f"{name}-{number}")
        them = {"agent": agent, "name": "x", "extension": "1001", "leg": f"{call}-a"}
        told: list[tuple[float, Kind, dict[str, str | int]]] = [
            (0, Kind.ARRIVED, {"caller": "+8613900139000", "called": "+864008001234",
                               "direction": "in", "via": "trunk"}),
            (5, Kind.QUEUED, {"queue": queue}),
        ]  # fmt: skip
        if number % 4:
            told += [
                (20, Kind.OFFERED, them),
                (5 + WAIT, Kind.CONNECTED, them),
                (5 + WAIT + TALK, Kind.ENDED, {"by": "caller"}),
            ]
        else:
            told.append((5 + WAIT, Kind.ENDED, {"by": "caller"}))
        at = noon + timedelta(minutes=number * 110 / calls)
        keep_events(
            session,
            [
                CallEvent(FactId(f"{call}/{n}"), call, at + timedelta(seconds=seconds), kind, what)
                for n, (seconds, kind, what) in enumerate(told)
            ],
        )


def remove_traffic(session: Session, name: str) -> None:
    """Remove all of it: other tests of the same database count calls and states."""
    for table, column in (
        ("agent_events", "fact"),
        ("call_events", "call"),
        ("call_legs", "call"),
        ("call_agents", "call"),
        ("calls", "id"),
    ):
        beginning = {"beginning": f"{name}%"}
        session.execute(text(f"DELETE FROM {table} WHERE {column} LIKE :beginning"), beginning)  # noqa: S608
