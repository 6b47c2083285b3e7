"""The engine: one inbox, one writer. Every event passes through `handle`.

It applies each change, gives commands to the lanes, facts to the journal and live items to the web,
and wakes itself for the next timer. Links, reconciling and settings are in
`cti/engine/reconciler.py`.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog

from acd.preferred import NOBODY, FamiliarAgents
from crm.calls.record import CallId
from crm.custom_destinations.custom import CustomDestination
from crm.customers.customer import CustomerCard
from crm.kernel.errors import HotlineError, ImpossibleError
from crm.outgoing.answer import OutgoingAnswer
from crm.outgoing.sending import OutgoingRequest
from crm.voicemail.by_phone.access import BoxAnswer
from cti.asterisk.ari import ARIClient, is_refused, why_failed
from cti.asterisk.orders import is_elsewhere, is_gone, requests
from cti.asterisk.recorder import Recorder
from cti.asterisk.translate import HUNG_UP
from cti.core import commands as c
from cti.core import events as e
from cti.core import switch, views
from cti.core.answer_events import AgentsFound, BoxAnswered, CustomAnswered
from cti.core.facts import own_name
from cti.core.leg import LegId, LegState
from cti.core.seen import Dialect
from cti.core.state import Change, SwitchState
from cti.engine import flow_answers
from cti.engine.fact_lines import line_of
from cti.engine.flow_answers import FlowSources, ListRequest
from cti.engine.journal import Journal
from cti.engine.lanes import Lanes
from cti.engine.metrics import Metrics
from cti.trunks.answers import goes_to_next_trunk
from cti.trunks.trunk import TrunkId

LOOKUP_SECONDS = 0.3
LOOKUPS_AT_ONCE = 4
ENDED_SECONDS = 600.0  # how long ended calls and legs stay known

A = TypeVar("A")
T = TypeVar("T")

log = structlog.get_logger(__name__)


class CustomerBook(Protocol):
    """Finds customers by number; called in a thread."""

    def find_customer(self, number: str) -> CustomerCard | None:
        """Give the customer with this number, or None."""
        ...

    def find_agents(self, number: str) -> FamiliarAgents:
        """Give the agents who know the caller of this number."""
        ...

    def about_caller(self, number: str) -> Mapping[str, str]:
        """Give what a flow can know about the caller with this number."""
        ...

    def put_on_list(self, request: ListRequest) -> str:
        """Put a number on a list; gives it as it stands there."""
        ...

    def inside_hosts(self, _number: str) -> Collection[str]:
        """Give the hosts in our own network that flows may ask."""
        ...


class CustomAsker(Protocol):
    """Asks other systems where calls go."""

    async def ask(
        self, known: CustomDestination, question: c.AskCustom, customer: CustomerCard | None
    ) -> CustomAnswered:
        """Ask, and give what came of it; never later than the custom destination's time-out."""
        ...

    async def fetch(self, request: OutgoingRequest) -> OutgoingAnswer | None:
        """Send the request of a flow's step; None if too many are being sent."""
        ...


@dataclass(slots=True)
class Counters:
    """The engine's own counts for the status page and the metrics."""

    events: int = 0
    impossible: int = 0
    drift_repairs: int = 0
    commands_failed: int = 0


class Clock:
    """UTC at the engine's start plus the monotonic clock's seconds: it never jumps."""

    def __init__(self) -> None:
        """Read both clocks once."""
        self._utc = time.time()
        self._steady = time.monotonic()

    def __call__(self) -> float:
        """Give seconds since 1970."""
        return self._utc + time.monotonic() - self._steady


class Engine:
    """The live state and the only code that changes it."""

    def __init__(  # noqa: PLR0913 - the composition root names each part once
        self,
        *,
        node: str,
        ari: ARIClient,
        journal: Journal,
        book: CustomerBook,
        dialect: Dialect,
        recordings: Path,
        show: Callable[[list[views.Item]], None],
        asker: CustomAsker | None = None,
    ) -> None:
        """Connect the parts; nothing runs yet."""
        self.state = SwitchState()
        self.clock = Clock()
        self.counters = Counters()
        self.metrics = Metrics()
        self.node = node
        self.boot = f"{time.time_ns() // 1_000_000:x}"
        self.lanes = Lanes(self._carry_out, self._failed, _goes_last)
        self.dialect = dialect
        self._ari = ari
        self._journal = journal
        self._book = book
        self.recorder = Recorder(recordings, ari, self.clock, self.handle_safely)
        self._show = show
        self._asker = asker
        # Legs that are forgotten, and since when: a listing of Asterisk's may be older than that.
        self.recently_ended: dict[CallId | LegId, float] = {}
        self._facts = 0
        self.on_doubt: Callable[[], None] = lambda: None
        self.on_box_question: Callable[[c.BoxQuestion], None] = self._no_box
        self.on_trunk_failure: Callable[[str, int], None] = lambda _endpoint, _status: None
        self.ask_trunk: Callable[[TrunkId], None] = lambda _trunk: None
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = 0.0
        self._lookup_slots = asyncio.Semaphore(LOOKUPS_AT_ONCE)
        self._lookups: dict[CallId, asyncio.Task[None]] = {}
        self._questions: set[asyncio.Task[None]] = set()
        self._book_threads = ThreadPoolExecutor(LOOKUPS_AT_ONCE, "look-up")

    # ---- one event

    def handle(self, event: e.Event) -> None:
        """Handle one event. A refused request is raised; any other error is logged and survived."""
        now, began = self.clock(), time.perf_counter()
        self.counters.events += 1
        self.metrics.events[type(event).__name__] += 1
        if isinstance(event, e.LegEnded):
            self.recorder.leg_ended(event.leg)
            self._note_trunk_failure(event)
        try:
            change = switch.step(self.state, event, now)
        except ImpossibleError:
            self.counters.impossible += 1
            log.exception("impossible", kind=type(event).__name__, call=getattr(event, "call", ""))
            return
        self._apply(change, now)
        self.metrics.decision.add(time.perf_counter() - began)

    def _note_trunk_failure(self, event: e.LegEnded) -> None:
        """Tell when a trunk could not make a call; a busy or wrong number is not its fault."""
        leg = self.state.legs.get(event.leg)
        if leg is None or leg.dial is None or leg.state is LegState.UP:
            return
        if goes_to_next_trunk(event.sip, forbidden_is_next=True):
            self.on_trunk_failure(leg.trunk, event.sip)

    def handle_safely(self, event: e.Event) -> None:
        """Handle an event from Asterisk or the clock: nothing is raised."""
        try:
            self.handle(event)
        except HotlineError as error:
            call = getattr(event, "call", "")
            log.warning("refused", kind=type(event).__name__, call=call, why=str(error))
        except Exception:
            self.counters.impossible += 1
            call = getattr(event, "call", "")
            log.exception("an event failed", kind=type(event).__name__, call=call)

    def _apply(self, change: Change, now: float) -> None:
        before = views.look(self.state, change)
        for call_id, call in change.calls.items():
            if call is None:
                self.recently_ended[call_id] = now
            if call is None or call.ended is not None:
                self.recorder.over(self.state.calls.get(call_id))
        for leg_id, leg in change.legs.items():
            if leg is None:
                self.recently_ended[leg_id] = now
        self.state.apply(change)
        self.note(change.facts, now)
        for question in change.questions:
            self._ask(question)
        self.lanes.give(change.commands)
        self._show(views.changed(self.state, change, before))
        self._set_alarm()

    def forget_ended(self) -> None:
        """Forget calls and legs that ended long ago."""
        old, ended = self.clock() - ENDED_SECONDS, self.recently_ended
        while ended and (first := next(iter(ended))) and ended[first] < old:
            del ended[first]

    def note(self, facts: tuple[c.Fact, ...], now: float) -> None:
        """Write facts to the journal, each with a number of its own."""
        lines = []
        for fact in facts:
            self._facts += 1
            name = own_name(fact) or f"{self.node}/{self.boot}/{self._facts}"
            lines.append(line_of(fact, name, now))
        if lines:
            self._journal.keep(lines)

    # ---- the clock

    def _set_alarm(self) -> None:
        until = self.state.next_timer()
        if self._alarm is not None:
            if until is not None and abs(self._alarm_at - until) < 1e-6:  # noqa: PLR2004
                return
            self._alarm.cancel()
            self._alarm = None
        if until is not None:
            self._alarm_at = until
            wait = max(0.0, until - self.clock())
            self._alarm = asyncio.get_running_loop().call_later(wait, self._handle_timers)

    def _handle_timers(self) -> None:
        self._alarm = None
        for timer in list(self.state.due(self.clock())):
            self.handle_safely(e.TimerDue(timer))
        self._set_alarm()

    # ---- orders

    def _ask(self, question: c.Question) -> None:
        if isinstance(question, c.AskFlow):
            self._beside(self._answer_flow(question))
            return
        if isinstance(question, c.AskTrunk):
            self.ask_trunk(question.trunk)
            return
        if isinstance(question, c.BoxQuestion):
            self.on_box_question(question)
            return
        if isinstance(question, c.AskCustom):
            self._beside(self._ask_custom(question))
            return
        if isinstance(question, c.FindAgents):
            self._beside(self._find_agents(question))
            return
        task = self._lookups[question.call] = asyncio.create_task(self._look_up(question))
        task.add_done_callback(lambda _: self._lookups.pop(question.call, None))

    def _beside(self, asking: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(asking)
        self._questions.add(task)
        task.add_done_callback(self._questions.discard)

    async def _ask_custom(self, question: c.AskCustom) -> None:
        """Ask another system, once the caller's look-up is over: it is told who calls."""
        if (look_up := self._lookups.get(question.call)) is not None:
            await asyncio.wait({look_up})
        known = self.state.routes.custom.get(question.custom)
        call = self.state.calls.get(question.call)
        if known is not None and call is not None and self._asker is not None:
            self.handle_safely(await self._asker.ask(known, question, call.customer))

    def _no_box(self, question: c.BoxQuestion) -> None:
        away = BoxAnswered(question.call, question.id, BoxAnswer.UNAVAILABLE)
        asyncio.get_running_loop().call_soon(self.handle_safely, away)

    async def _carry_out(self, commands: Sequence[c.Command]) -> list[str]:
        """Carry commands out one after the other; give for each why it failed, or ""."""
        asked = [requests(command, self.state, self.dialect) for command in commands]
        send, last = self._ari.ask_all, commands[-1]
        if isinstance(last, c.StartRecording):
            call = self.state.calls.get(last.call)
            if call is not None:
                send = partial(self.recorder.begin, call, last.leg)
        answers = iter(await send([one for some in asked for one in some]))
        if isinstance(last, c.StopRecording):
            await self.recorder.end(self.state.calls.get(last.call), last.leg)
        whys = []
        for some in asked:
            failures = [error for error in islice(answers, len(some)) if error is not None]
            if any(not error.status for error in failures):
                self.cut_off()  # no answer came, which is not a refusal
            whys.append(why_failed(failures[0]) if failures else "")
        return whys

    def cut_off(self) -> None:
        """Treat Asterisk as unreachable: no call is offered until the next comparison."""
        if not self.state.away:
            self.handle_safely(e.AsteriskAway())
            self.on_doubt()

    def _failed(self, command: c.Command, why: str) -> None:
        if isinstance(command, c.CreateLeg) and command.originator and is_gone(why):
            # The hangup event is on its way; the agent did not miss the call.
            self.handle_safely(e.LegEnded(command.originator, HUNG_UP))
            return
        if elsewhere := is_elsewhere(why):
            self.on_doubt()
        self.counters.commands_failed += 1
        self.metrics.failed[type(command).__name__] += 1
        self.handle_safely(e.CommandFailed(command, why, elsewhere, is_refused(why)))

    async def _look_up(self, command: c.FindCustomer) -> None:
        card = await self._found(self._book.find_customer, command.number, command.call)
        if card is not None:
            self.handle_safely(e.CustomerFound(command.call, card))

    async def _answer_flow(self, question: c.AskFlow) -> None:
        call = self.state.calls.get(question.call)
        caller = call.customer_number if call is not None else ""
        sources = FlowSources(
            lambda number: self._found(self._book.about_caller, number, question.call),
            lambda one: self._found(self._book.put_on_list, one, question.call),
            lambda: self._found(self._book.inside_hosts, "", question.call),
            self._fetch,
        )
        self.handle_safely(await flow_answers.answer(question, caller, sources))

    async def _fetch(self, request: OutgoingRequest) -> OutgoingAnswer | None:
        return await self._asker.fetch(request) if self._asker is not None else None

    async def _find_agents(self, command: c.FindAgents) -> None:
        known = await self._found(self._book.find_agents, command.number, command.call)
        self.handle_safely(AgentsFound(command.call, known or NOBODY))

    async def _found(self, find: Callable[[A], T | None], asked: A, call: CallId) -> T | None:
        """Look a caller up in a thread; None too if it takes too long, or fails."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                await self._lookup_slots.acquire()
                # If the database hangs, the slot stays taken: look-ups waiting behind it time out.
                search = loop.run_in_executor(self._book_threads, find, asked)
                search.add_done_callback(self._looked_up)
                return await asyncio.shield(search)
        except Exception as error:  # noqa: BLE001 - the call goes on without
            log.info("no look-up of a caller", call=call, why=type(error).__name__)
            return None

    def _looked_up(self, search: asyncio.Future[Any]) -> None:
        self._lookup_slots.release()
        if not search.cancelled():
            search.exception()  # too late: the waiting code has given up

    # ---- what is counted

    def note_lag(self, said: float | None) -> None:
        """Count the seconds between Asterisk's timestamp of an event and now."""
        if said is not None:
            self.metrics.event_lag.add(max(0.0, self.clock() - said))

    def note_repair(self, event: e.Event) -> None:
        """Count and log a difference that this event repairs."""
        kind = type(event).__name__
        self.counters.drift_repairs += 1
        self.metrics.repairs[kind] += 1
        about = getattr(event, "leg", None) or getattr(event, "call", None)
        log.warning("drift repaired", kind=kind, about=str(getattr(about, "id", about)))


def _goes_last(command: c.Command) -> bool:
    # A recorded leg comes back to Stasis first; a recording is stopped over another link.
    return isinstance(command, c.StartRecording | c.StopRecording)
