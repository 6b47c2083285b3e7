"""What the engine reads from the database and writes to it; every function runs in a thread.

The engine's core never waits for any of this: policies arrive as events, a customer look-up that is
slow is done without, facts wait in the journal.
"""

import select
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, text
from sqlalchemy import Engine as SqlEngine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from acd import store as acd_store
from acd.agent import AgentEvent, Phone, State
from acd.queue import AgentId
from crm.calls import store as calls_store
from crm.calls.record import CallEvent, CallId, CallRecord, FactId, Kind
from crm.customers import store as customers_store
from crm.sql.db import sessions
from cti.core.call import Card
from cti.core.commands import Fact, NoteCall
from cti.core.times import AHEAD_SECONDS
from cti.engine.journal import BadFactError, Line
from cti.engine.settings import Policies
from ivr import store as ivr_store
from recordings import store as recordings_store

LAST = 10**12  # of the facts of one instant, the end comes last

log = structlog.get_logger(__name__)


class Records:
    """The engine's side of the database."""

    def __init__(self, database: SqlEngine) -> None:
        """Take a database with a bounded pool and time-outs; see `crm.sql.db.connect`."""
        self._sessions = sessions(database)
        self._database = database.execution_options(isolation_level="AUTOCOMMIT")
        self._own = threading.local()

    def policies(self) -> Policies:
        """Read all settings in one transaction."""
        with self._sessions() as session:
            return Policies(
                tuple(acd_store.agents(session)),
                tuple(acd_store.queues(session)),
                tuple(ivr_store.published_flows(session)),
                ivr_store.routes(session),
            )

    def find_customer(self, number: str) -> Card | None:
        """Whose number it is.

        A thread that looks callers up keeps a connection for it: one question for each call, on
        which a transaction, or a place in the pool, would cost as much again.
        """
        kept: Connection | None = getattr(self._own, "connection", None)
        if kept is not None:
            try:
                return _card(kept, number)
            except DBAPIError as error:
                self._own.connection = None
                kept.close()
                if not error.connection_invalidated:
                    raise
        # The database was started anew, or this is the first time.
        self._own.connection = self._database.connect()
        return _card(self._own.connection, number)

    def last_states(self, on_the_way: Sequence[Line], now: float) -> list[AgentEvent]:
        """The last fact of each agent, be it in the database or on its way there, in order."""
        with self._sessions() as session:
            kept = acd_store.last_states(session)
        later: list[AgentEvent] = []
        for line in on_the_way:
            with suppress(KeyError, ValueError, TypeError):
                later.append(_agent_event(line))
        return last_of_each(kept, later, now)

    def open_calls(self) -> list[CallRecord]:
        """Calls that have no end yet."""
        with self._sessions() as session:
            return calls_store.open_calls(session)

    def known(self, calls: Sequence[str]) -> set[str]:
        """Which of these calls the database has heard of."""
        with self._sessions() as session:
            return calls_store.known_calls(session, calls)

    def keep(self, lines: Sequence[Line]) -> None:
        """Write a batch of journal lines, all or nothing; twice is once.

        ConnectionError says that the database is away, BadFactError that it never takes the batch.
        """
        with self._refused():
            calls = [_call_event(line) for line in lines if "call_kind" in line]
            agents = [_agent_event(line) for line in lines if "state" in line]
            with self._sessions.begin() as session:
                acd_store.keep_agent_events(session, agents)
                calls_store.keep_events(session, calls)
                recordings_store.keep(session, calls)

    @contextmanager
    def _refused(self) -> Iterator[None]:
        try:
            yield
        except (DataError, IntegrityError, ValueError, KeyError) as error:
            raise BadFactError(str(error)) from error
        except (DBAPIError, NoConnectionError) as error:
            raise ConnectionError(str(error)) from error


def last_of_each(
    kept: Iterable[AgentEvent], on_the_way: Iterable[AgentEvent], now: float
) -> list[AgentEvent]:
    """The last fact of each agent.

    What is on its way is later than what is kept, but for lines on a disk that was full while later
    ones went straight to the database. A fact that lies ahead was told before the clock was set
    back.
    """
    soon = datetime.fromtimestamp(now + AHEAD_SECONDS, UTC)
    last = {one.agent: one for one in kept}
    for event in on_the_way:
        known = last.get(event.agent)
        if known is None or not event.at < known.at <= soon:
            last[event.agent] = event
    return list(last.values())


def _card(connection: Connection, number: str) -> Card | None:
    found = customers_store.customer_by_phone(connection, number)
    return Card(found.id, found.name, found.company, found.level) if found else None


def line_of(fact: Fact, number: str, now: float) -> Line:
    """A fact as a line of the journal."""
    at = datetime.fromtimestamp(fact.at if fact.at is not None else now, UTC).isoformat()
    common: dict[str, Any] = {"fact": number, "at": at, "call": fact.call}
    if fact.inferred:
        common["inferred"] = True
    if isinstance(fact, NoteCall):
        return {**common, "call_kind": fact.kind.value, "detail": dict(fact.detail)}
    return {
        **common,
        "agent": fact.agent,
        "state": fact.state.value,
        "reason": fact.reason,
        "cause": fact.cause,
        "phone": fact.phone.value,
    }


def own_name(fact: Fact) -> str | None:
    """The id of a fact that may be told again: by what it says, so that the second adds nothing.

    An engine may die between a fact and its order; the next one finds the caller as he was and
    comes to the same. CEL may be read again.
    """
    if not isinstance(fact, NoteCall):
        return None
    match fact.kind:
        case Kind.ARRIVED | Kind.ANSWERED:
            return f"{fact.call}/{fact.kind.value}/0"
        case Kind.CONNECTED if fact.detail.get("leg"):
            return f"{fact.detail['leg']}/connected/0"
        case Kind.ENDED:
            return f"{fact.call}/ended/{LAST}"
        case _ if fact.inferred and fact.at is not None:
            return f"cel/{fact.call}-{fact.kind.value}/{int(fact.at * 1_000_000)}"
        case _:
            return None


def _call_event(line: Line) -> CallEvent:
    return CallEvent(
        FactId(line["fact"]),
        CallId(line["call"]),
        datetime.fromisoformat(line["at"]),
        Kind(line["call_kind"]),
        line["detail"],
        bool(line.get("inferred")),
    )


def _agent_event(line: Line) -> AgentEvent:
    return AgentEvent(
        FactId(line["fact"]),
        AgentId(line["agent"]),
        datetime.fromisoformat(line["at"]),
        State(line["state"]),
        line["reason"],
        line["cause"],
        CallId(line["call"]) if line["call"] else None,
        Phone(line["phone"]),
        bool(line.get("inferred")),
    )


def listen(database: SqlEngine, on_notice: Callable[[], None]) -> Callable[[], None]:
    """Call `on_notice` from a thread whenever settings were edited, and after every reconnect.

    Gives the function that ends it. The connection is one of its own; the payload is not read,
    because a notice may have been missed while the connection was away.
    """
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            try:
                _listen_once(database, on_notice, ended)
            except Exception as error:  # noqa: BLE001 - the database is away
                log.info("not listening for edited settings", why=str(error)[:200])
                ended.wait(1.0)

    threading.Thread(target=run, name="settings", daemon=True).start()
    return ended.set


def _listen_once(
    database: SqlEngine, on_notice: Callable[[], None], ended: threading.Event
) -> None:
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("LISTEN hotline"))
        wire = connection.connection.driver_connection
        if wire is None:
            return
        on_notice()
        while not ended.is_set():
            select.select([wire], [], [], 1.0)
            wire.poll()
            if wire.notifies:
                wire.notifies.clear()
                on_notice()
