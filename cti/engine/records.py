"""The engine's reads from and writes to the database; every function runs in a thread.

The engine's core never waits for them: settings arrive as events, a call goes on without a slow
customer look-up, and facts wait in the journal.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, tzinfo
from typing import TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy import Engine as SqlEngine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session

from acd import store as acd_store
from acd.agent import PAST, AgentEvent
from acd.agent_days.store import DaySoFar, agent_days
from acd.agent_log import store as agent_log_store
from acd.callback import Callback
from acd.callbacks import store as callbacks_store
from acd.callers.store import about_caller
from acd.decisions.store import keep_decisions
from acd.estimate import LineHistory
from acd.preferred import FamiliarAgents
from acd.queue import AgentId, QueueKey
from acd.queues import store as queue_store
from acd.wait_estimates.store import histories, keep_waits
from crm.calls import store as calls_store
from crm.calls.record import CallRecord
from crm.custom_destinations.store import keep_answers
from crm.customers import store as customers_store
from crm.customers.customer import CustomerCard
from crm.customers.familiar.store import familiar_users
from crm.faxes.store import keep_faxes
from crm.number_lists.by_flow.store import put_on_list
from crm.parameters.store import parameters
from crm.satisfaction.store import keep_scores
from crm.sql.db import sessions
from crm.voicemail.by_phone import store as by_phone
from crm.voicemail.by_phone.access import BoxAnswer, Mark, NewMessages, PlayedMessage
from crm.voicemail.store import keep_messages
from cti.bans import store as ban_store
from cti.bans.alarms.store import raise_bans
from cti.bans.rule import Ban
from cti.bans.store import BanPlan, NewAttempts
from cti.core.commands import MarkMessage, OpenBox
from cti.core.times import AHEAD_SECONDS
from cti.engine.fact_lines import agent_event, call_event, decision_fact
from cti.engine.flow_answers import ListRequest
from cti.engine.ledger import BadFactError
from cti.engine.segments import Line
from cti.engine.settings import ChangedRows, LiveSettings
from cti.outbound.charging.store import keep_charged, to_charge
from cti.outbound.guard import midnight
from cti.outbound.rule import OutboundPlan
from cti.outbound.store import outbound_plan
from cti.routes.rule import RoutePlan
from cti.routes.store import route_plan
from cti.trunks import store as trunk_store
from ivr import store as ivr_store
from recordings import store as recordings_store

T = TypeVar("T")

log = structlog.get_logger(__name__)


def _no_zone(_name: str) -> tzinfo:
    return UTC


class Records:
    """The engine's access to the database."""

    def __init__(
        self, database: SqlEngine, region: str, zone_of: Callable[[str], tzinfo] = _no_zone
    ) -> None:
        """Take a database with a bounded pool and time-outs; see `crm.sql.db.connect`.

        Numbers are read as dialled in the region; `zone_of` gives the site's time zone, by the
        name that was set, or "".
        """
        self._region = region
        self._zone_of = zone_of
        self._sessions = sessions(database)
        self._database = database.execution_options(isolation_level="AUTOCOMMIT")
        self._own = threading.local()

    def live_settings(self, rows: ChangedRows) -> LiveSettings:
        """Read these rows, or everything, in one transaction."""
        with self._sessions() as session:
            if rows.everything:
                return LiveSettings(
                    {one.id: one for one in acd_store.agents(session)},
                    {one.key: one for one in queue_store.queues(session)},
                    {one.id: one for one in ivr_store.published_flows(session)},
                    route_plan(session),
                    self._outbound(session),
                    trunk_store.live_trunks(session),
                    ivr_store.replaced_flows(session),
                )
            agents = acd_store.agents_among(session, rows.agents) if rows.agents else {}
            queues = queue_store.queues(session, rows.queues) if rows.queues else []
            flows = ivr_store.published_flows(session, rows.flows) if rows.flows else []
            return LiveSettings(
                {one.id: one for one in agents.values()},
                {one.key: one for one in queues},
                {one.id: one for one in flows},
                route_plan(session, with_lists=rows.lists) if rows.routes else RoutePlan(),
                self._outbound(session) if rows.outbound else OutboundPlan(),
                trunk_store.live_trunks(session) if rows.trunks else {},
            )

    def _outbound(self, session: Session) -> OutboundPlan:
        return outbound_plan(session, self._region, self._midnight(session))

    def _midnight(self, session: Session) -> datetime:
        zone = self._zone_of(parameters(session).text("timezone"))
        return midnight(datetime.fromtimestamp(time.time(), UTC), zone)

    def open_box(
        self, question: OpenBox, now: float, is_pin: Callable[[str | None, str], bool]
    ) -> tuple[BoxAnswer, tuple[PlayedMessage, ...]]:
        """Check the PIN, if one is needed, and give the messages of a voicemail box."""
        at = datetime.fromtimestamp(now, UTC)
        with self._sessions.begin() as session:
            answer = BoxAnswer.DONE
            if question.pin is not None:
                answer = by_phone.check_pin(session, question.box, question.pin, at, is_pin)
            if answer is not BoxAnswer.DONE:
                return answer, ()
            return answer, by_phone.to_play(session, question.box)

    def mark_message(self, question: MarkMessage, now: float) -> str:
        """Note that a message was heard, or delete it; gives the name of a deleted file."""
        at, by = datetime.fromtimestamp(now, UTC), question.agent
        with self._sessions.begin() as session:
            if question.mark is Mark.DELETED:
                return by_phone.delete_message(session, question.box, question.message, by, at)
            by_phone.mark_heard(session, question.message, by, at, by_phone=True)
            return ""

    def new_messages(self) -> dict[str, NewMessages]:
        """Count the messages that wait for each agent with a voicemail box, by extension."""
        with self._sessions() as session:
            counted = by_phone.new_messages(session)
            known = {one.id: one for one in acd_store.agents(session)}
        return {
            known[AgentId(user)].extension: count
            for user, count in counted.items()
            if AgentId(user) in known
        }

    def ban_plan(self) -> BanPlan:
        """Read what decides about bans."""
        with self._sessions() as session:
            return ban_store.ban_plan(session)

    def keep_attempts(self, attempts: Sequence[NewAttempts], bans: Mapping[str, Ban]) -> None:
        """Store unauthorized attempts, and bans, in one transaction."""
        with self._sessions.begin() as session:
            ban_store.keep_attempts(session, attempts)
            ban_store.keep_bans(session, bans)
            raise_bans(session, bans)

    def agent_days(self, until: float) -> Mapping[AgentId, DaySoFar]:
        """Give what agents have done since midnight, until a time."""
        with self._sessions() as session:
            midnight = self._midnight(session)
            return agent_days(session, midnight, datetime.fromtimestamp(until, UTC))

    def midnight(self) -> float:
        """Give when the present day began where the site is."""
        with self._sessions() as session:
            return self._midnight(session).timestamp()

    def find_customer(self, number: str) -> CustomerCard | None:
        """Give the customer with this number.

        A thread that looks callers up keeps one connection for it: it asks one question per call,
        and a transaction or a place in the pool would cost as much again.
        """
        return self._on_own_connection(lambda one: customers_store.customer_by_phone(one, number))

    def find_agents(self, number: str) -> FamiliarAgents:
        """Give the agents who know the caller of this number."""
        found = self._on_own_connection(lambda one: familiar_users(one, number))
        owner, last = (None if one is None else AgentId(one) for one in (found.owner, found.last))
        spoke_at = found.spoke_at.timestamp() if found.spoke_at else 0.0
        return FamiliarAgents(owner, last, spoke_at, found.tier)

    def about_caller(self, number: str) -> Mapping[str, str]:
        """Give what a flow can know about the caller with this number."""
        return self._on_own_connection(lambda one: about_caller(one, number))

    def put_on_list(self, request: ListRequest) -> str:
        """Put a number on a list for a flow; gives it as it stands there."""
        at = datetime.fromtimestamp(time.time(), UTC)
        with self._sessions.begin() as session:
            return put_on_list(
                session,
                request.list,
                request.number,
                self._region,
                request.reason,
                request.days,
                at,
            )

    def inside_hosts(self, _number: str) -> Collection[str]:
        """Give the hosts in our own network that flows may ask."""
        with self._sessions() as session:
            typed = parameters(session).text("inside_hosts")
        return {one.strip().lower() for one in typed.split(",") if one.strip()}

    def _on_own_connection(self, ask: Callable[[Connection], T]) -> T:
        kept: Connection | None = getattr(self._own, "connection", None)
        if kept is not None:
            try:
                return ask(kept)
            except DBAPIError as error:
                self._own.connection = None
                kept.close()
                if not error.connection_invalidated:
                    raise
        # The first time, or the database was restarted.
        self._own.connection = self._database.connect()
        return ask(self._own.connection)

    def last_states(self, on_the_way: Sequence[Line], now: float) -> list[AgentEvent]:
        """The last fact of each agent, in the database or on its way there, in order."""
        with self._sessions() as session:
            kept = agent_log_store.last_states(session)
        later: list[AgentEvent] = []
        for line in on_the_way:
            with suppress(KeyError, ValueError, TypeError):
                later.append(agent_event(line))
        return last_of_each(kept, [one for one in later if PAST not in one.detail], now)

    def open_callbacks(self, on_the_way: Sequence[Line]) -> list[Callback]:
        """The callbacks that are open, in the database or by facts on their way there."""
        with self._sessions() as session:
            return callbacks_store.open_with(session, map(call_event, on_the_way))

    def histories(self) -> dict[QueueKey, LineHistory]:
        """What is remembered of the queues' waits and calls."""
        with self._sessions() as session:
            return histories(session)

    def open_calls(self) -> list[CallRecord]:
        """Calls that have no end yet."""
        with self._sessions() as session:
            return calls_store.open_calls(session)

    def known(self, calls: Sequence[str]) -> set[str]:
        """Which of these calls are in the database."""
        with self._sessions() as session:
            return calls_store.known_calls(session, calls)

    def known_facts(self, names: Sequence[str]) -> set[str]:
        """Which of these facts of calls are in the database."""
        with self._sessions() as session:
            return calls_store.known_facts(session, names)

    def keep(self, lines: Sequence[Line]) -> None:
        """Write a batch of journal lines, all or nothing; writing twice is writing once.

        ConnectionError: the database is away. BadFactError: it can never take the batch.
        """
        with self._refused():
            calls = [call_event(line) for line in lines if "call_kind" in line]
            agents = [agent_event(line) for line in lines if "state" in line]
            decisions = [decision_fact(line) for line in lines if "decision" in line]
            with self._sessions.begin() as session:
                agent_log_store.keep_agent_events(session, agents)
                calls_store.keep_events(session, calls)
                recordings_store.keep(session, calls)
                keep_messages(session, calls)
                keep_answers(session, calls)
                keep_faxes(session, calls)
                callbacks_store.keep_callbacks(session, calls)
                keep_waits(session, calls)
                keep_scores(session, calls)
                keep_decisions(session, decisions)
                if to_charge(calls):
                    keep_charged(session, calls, self._region, self._midnight(session))

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
