"""The engine's reads from and writes to the database; every function runs in a thread.

The engine's core never waits for them: settings arrive as events, a call goes on without a slow
customer look-up, and facts wait in the journal.
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
from acd.agent import PAST, AgentEvent, AgentState, Phone
from acd.decision import Decision, Rule
from acd.decisions.store import DecisionFact, considered, keep_decisions
from acd.queue import AgentId, QueueKey
from acd.work import WorkId
from crm.calls import store as calls_store
from crm.calls.record import CallEvent, CallId, CallRecord, FactId, Kind
from crm.customers import store as customers_store
from crm.customers.customer import CustomerCard
from crm.sql.db import sessions
from cti.core.commands import Fact, NoteCall
from cti.core.times import AHEAD_SECONDS
from cti.engine.ledger import BadFactError
from cti.engine.segments import Line
from cti.engine.settings import ALL_ROWS, ChangedRows, LiveSettings, read_notice
from ivr import store as ivr_store
from recordings import store as recordings_store

log = structlog.get_logger(__name__)


class Records:
    """The engine's access to the database."""

    def __init__(self, database: SqlEngine) -> None:
        """Take a database with a bounded pool and time-outs; see `crm.sql.db.connect`."""
        self._sessions = sessions(database)
        self._database = database.execution_options(isolation_level="AUTOCOMMIT")
        self._own = threading.local()

    def live_settings(self, rows: ChangedRows) -> LiveSettings:
        """Read these rows, or everything, in one transaction."""
        with self._sessions() as session:
            if rows.everything:
                return LiveSettings(
                    {one.id: one for one in acd_store.agents(session)},
                    {one.key: one for one in acd_store.queues(session)},
                    {one.id: one for one in ivr_store.published_flows(session)},
                    ivr_store.routes(session),
                )
            agents = acd_store.agents_among(session, rows.agents) if rows.agents else {}
            queues = acd_store.queues(session, rows.queues) if rows.queues else []
            flows = ivr_store.published_flows(session, rows.flows) if rows.flows else []
            return LiveSettings(
                {one.id: one for one in agents.values()},
                {one.key: one for one in queues},
                {one.id: one for one in flows},
                ivr_store.routes(session) if rows.routes else {},
            )

    def find_customer(self, number: str) -> CustomerCard | None:
        """Give the customer with this number.

        A thread that looks callers up keeps one connection for it: it asks one question per call,
        and a transaction or a place in the pool would cost as much again.
        """
        kept: Connection | None = getattr(self._own, "connection", None)
        if kept is not None:
            try:
                return customers_store.customer_by_phone(kept, number)
            except DBAPIError as error:
                self._own.connection = None
                kept.close()
                if not error.connection_invalidated:
                    raise
        # The first time, or the database was restarted.
        self._own.connection = self._database.connect()
        return customers_store.customer_by_phone(self._own.connection, number)

    def last_states(self, on_the_way: Sequence[Line], now: float) -> list[AgentEvent]:
        """The last fact of each agent, in the database or on its way there, in order."""
        with self._sessions() as session:
            kept = acd_store.last_states(session)
        later: list[AgentEvent] = []
        for line in on_the_way:
            with suppress(KeyError, ValueError, TypeError):
                later.append(_agent_event(line))
        return last_of_each(kept, [one for one in later if PAST not in one.detail], now)

    def open_calls(self) -> list[CallRecord]:
        """Calls that have no end yet."""
        with self._sessions() as session:
            return calls_store.open_calls(session)

    def known(self, calls: Sequence[str]) -> set[str]:
        """Which of these calls are in the database."""
        with self._sessions() as session:
            return calls_store.known_calls(session, calls)

    def keep(self, lines: Sequence[Line]) -> None:
        """Write a batch of journal lines, all or nothing; writing twice is writing once.

        ConnectionError: the database is away. BadFactError: it can never take the batch.
        """
        with self._refused():
            calls = [_call_event(line) for line in lines if "call_kind" in line]
            agents = [_agent_event(line) for line in lines if "state" in line]
            decisions = [_decision_fact(line) for line in lines if "decision" in line]
            with self._sessions.begin() as session:
                acd_store.keep_agent_events(session, agents)
                calls_store.keep_events(session, calls)
                recordings_store.keep(session, calls)
                keep_decisions(session, decisions)

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
    """Give the last fact of each agent.

    A fact on its way is later than a stored one, except on a disk that was full while later facts
    went straight to the database. A fact from the future was noted before the clock was set back.
    """
    soon = datetime.fromtimestamp(now + AHEAD_SECONDS, UTC)
    last = {one.agent: one for one in kept}
    for event in on_the_way:
        known = last.get(event.agent)
        if known is None or not event.at < known.at <= soon:
            last[event.agent] = event
    return list(last.values())


def line_of(fact: Fact, number: str, now: float) -> Line:
    """Write a fact as a line of the journal."""
    at = datetime.fromtimestamp(fact.at if fact.at is not None else now, UTC).isoformat()
    common: dict[str, Any] = {"fact": number, "at": at, "call": fact.call}
    if fact.inferred:
        common["inferred"] = True
    if isinstance(fact, NoteCall):
        return {**common, "call_kind": fact.kind.value, "detail": dict(fact.detail)}
    if isinstance(fact, Decision):
        return {**common, "decision": _decision_columns(fact)}
    return {
        **common,
        "agent": fact.agent,
        "state": fact.state.value,
        "reason": fact.reason,
        "cause": fact.cause,
        "phone": fact.phone.value,
        "detail": dict(fact.detail),
    }


def _decision_columns(decision: Decision) -> dict[str, Any]:
    return {
        "work": decision.work,
        "queue": decision.queue,
        "agent": decision.agent,
        "rule": decision.rule.value,
        "waited_seconds": decision.waited_seconds,
        "considered": [
            {"agent": one.agent, "idle_seconds": one.idle_seconds, "verdict": one.verdict.value}
            for one in decision.considered
        ],
    }


def _call_event(line: Line) -> CallEvent:
    return CallEvent(
        FactId(line["fact"]),
        CallId(line["call"]),
        datetime.fromisoformat(line["at"]),
        Kind(line["call_kind"]),
        line["detail"],
        bool(line.get("inferred")),
    )


def _decision_fact(line: Line) -> DecisionFact:
    said = line["decision"]
    return DecisionFact(
        FactId(line["fact"]),
        WorkId(said["work"]),
        CallId(line["call"]) if line["call"] else None,
        datetime.fromisoformat(line["at"]),
        QueueKey(said["queue"]),
        AgentId(said["agent"]),
        Rule(said["rule"]),
        float(said["waited_seconds"]),
        tuple(considered(one) for one in said["considered"]),
    )


def _agent_event(line: Line) -> AgentEvent:
    return AgentEvent(
        FactId(line["fact"]),
        AgentId(line["agent"]),
        datetime.fromisoformat(line["at"]),
        AgentState(line["state"]),
        line["reason"],
        line["cause"],
        CallId(line["call"]) if line["call"] else None,
        Phone(line["phone"]),
        bool(line.get("inferred")),
        line.get("detail", {}),
    )


def listen(database: SqlEngine, on_change: Callable[[ChangedRows], None]) -> Callable[[], None]:
    """Call `on_change` from a thread whenever settings of the live state are edited.

    After every connect everything may have changed, because notices were missed. Gives the function
    that ends it. It uses a connection of its own.
    """
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            try:
                _listen_once(database, on_change, ended)
            except Exception as error:  # noqa: BLE001 - the database is away
                log.info("not listening for edited settings", why=str(error)[:200])
                ended.wait(1.0)

    threading.Thread(target=run, name="settings", daemon=True).start()
    return ended.set


def _listen_once(
    database: SqlEngine, on_change: Callable[[ChangedRows], None], ended: threading.Event
) -> None:
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("LISTEN hotline"))
        driver = connection.connection.driver_connection
        if driver is None:
            return
        on_change(ALL_ROWS)
        while not ended.is_set():
            select.select([driver], [], [], 1.0)
            driver.poll()
            rows = ChangedRows()
            for notice in driver.notifies:
                rows |= read_notice(notice.payload)
            driver.notifies.clear()
            if rows:
                on_change(rows)
