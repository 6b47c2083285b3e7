"""A caller who was lost a moment ago, for the tests."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.calls.removal.store import calls_named, remove_calls
from crm.calls.store import keep_events
from web.kit.clock import now


def lose(
    database: sessionmaker[Session], number: str = "", queue: str = "support", ago: float = 600
) -> str:
    """Let a caller give up in a queue, or with "" in the menu; give the call's id."""
    call = CallId(f"lost-{secrets.token_hex(6)}")
    number = number or f"+86137{secrets.randbelow(10**8):08}"
    with database.begin() as session:
        keep_events(session, list(_timeline(call, number, queue, now() - timedelta(seconds=ago))))
    return call


def talk_back(database: sessionmaker[Session], number: str, agent: int, ago: float = 300) -> str:
    """Let an agent talk with a number in a call of ours; give the call's id."""
    call = CallId(f"back-{secrets.token_hex(6)}")
    at = now() - timedelta(seconds=ago)
    leg: Detail = {"agent": agent, "leg": "a"}
    ours = {"caller": "+864008001234", "called": number, "direction": "out", "via": "phone"}
    lines: list[tuple[Kind, Detail]] = [
        (Kind.ARRIVED, ours),
        (Kind.CONNECTED, leg),
        (Kind.ENDED, {"by": "agent", "cause": 16}),
    ]
    with database.begin() as session:
        keep_events(session, list(_events(call, at, lines)))
    return call


def forget(database: sessionmaker[Session]) -> None:
    """Remove the calls of these tests."""
    with database.begin() as session:
        remove_calls(session, [*calls_named(session, "lost-"), *calls_named(session, "back-")])


def _timeline(call: CallId, number: str, queue: str, at: datetime) -> Iterator[CallEvent]:
    came = {"caller": number, "called": "+864008001234", "direction": "in", "via": "trunk"}
    waits: list[tuple[Kind, Detail]] = [(Kind.QUEUED, {"queue": queue, "priority": 0})]
    lines: list[tuple[Kind, Detail]] = [
        (Kind.ARRIVED, came),
        *(waits if queue else []),
        (Kind.ENDED, {"by": "caller", "cause": 16}),
    ]
    yield from _events(call, at, lines)


def _events(call: CallId, at: datetime, lines: list[tuple[Kind, Detail]]) -> Iterator[CallEvent]:
    for number, (kind, detail) in enumerate(lines):
        fact = FactId(f"{call}/1/{number}")
        yield CallEvent(fact, call, at + timedelta(seconds=20 * number), kind, detail)
