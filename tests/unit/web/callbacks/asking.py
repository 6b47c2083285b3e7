"""A customer who asked for a callback, for the tests."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker

from acd.callbacks.models import CallbackRow
from acd.callbacks.store import keep_callbacks
from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.calls.removal.store import calls_named, remove_calls
from crm.calls.store import keep_events
from web.kit.clock import now

Fact = tuple[Kind, Detail]
NAMED = "asks-"


def called(call: str, agent: int, tries: int = 1) -> Fact:
    made = f"cb{tries}-{call}"
    return Kind.CALLBACK_CALLED, {"made": made, "agent": agent, "tries": tries, "calls": tries}


def over(state: str, why: str = "", **more: int) -> Fact:
    return Kind.CALLBACK_OVER, {"state": state, "why": why, **more}


def ask(  # noqa: PLR0913 - what it is made of
    database: sessionmaker[Session],
    queue: str = "support",
    *,
    ago: float = 600,
    customer: int | None = None,
    facts: Sequence[Fact] = (),
    id_: str = "",
) -> str:
    """Let a caller ask for a callback from a queue; give the call's id. `facts` follow."""
    call = CallId(id_ or new_id())
    number = f"+86137{secrets.randbelow(10**8):08}"
    at = now() - timedelta(seconds=ago)
    came = {"caller": number, "called": "+864008001234", "direction": "in", "via": "trunk"}
    wish: Detail = {"number": number, "queue": queue, "since": at.timestamp(), "priority": 0}
    whose: Detail = {"customer": customer} if customer else {}
    lines: list[Fact] = [
        (Kind.ARRIVED, came),
        (Kind.QUEUED, {"queue": queue, "priority": 0}),
        (Kind.CALLBACK_ASKED, {**wish, "language": "en", **whose}),
        (Kind.ENDED, {"by": "system", "cause": 16}),
        *facts,
    ]
    events = [
        CallEvent(FactId(f"{call}/1/{place}"), call, at + timedelta(seconds=place), kind, detail)
        for place, (kind, detail) in enumerate(lines)
    ]
    with database.begin() as session:
        keep_events(session, events)
        keep_callbacks(session, events)
    return call


def call_back(database: sessionmaker[Session], call: str, agent: int, tries: int = 1) -> str:
    """Let an agent make the call of a callback; give its id."""
    made = CallId(f"cb{tries}-{call}")
    ours = {"caller": "+864008001234", "called": "+8613700000001", "direction": "out", "via": "x"}
    lines: list[Fact] = [
        (Kind.ARRIVED, ours),
        (Kind.CONNECTED, {"agent": agent, "leg": "a"}),
        (Kind.ENDED, {"by": "agent", "cause": 16}),
    ]
    at = now() - timedelta(seconds=300)
    with database.begin() as session:
        keep_events(
            session,
            [
                CallEvent(FactId(f"{made}/1/{place}"), made, at, kind, detail)
                for place, (kind, detail) in enumerate(lines)
            ],
        )
    return made


def new_id() -> str:
    return f"{NAMED}{secrets.token_hex(6)}"


def forget(database: sessionmaker[Session]) -> None:
    """Remove the callbacks of these tests with their calls."""
    with database.begin() as session:
        session.execute(delete(CallbackRow))
        asked = calls_named(session, NAMED)
        made = [one for tries in (1, 2, 3) for one in calls_named(session, f"cb{tries}-{NAMED}")]
        remove_calls(session, [*asked, *made])
