"""The reconciler: compares Asterisk with the state, and keeps links, phones and settings in step.

On every connect, and then every five seconds with the same code, the channels and bridges of
Asterisk are compared with the state; each difference becomes an event. Phone registrations, the
members of the fallback queues and the settings from the database are kept in step here too.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import structlog

from acd.queue import AgentId
from crm.calls.record import CallId
from cti.asterisk import cel
from cti.asterisk.ami import AMIClient
from cti.asterisk.ari import ARIClient, ARIError
from cti.asterisk.fallback import Fallback
from cti.asterisk.orders import drop_bridge
from cti.asterisk.phones import Phones
from cti.asterisk.registrations import Registrations
from cti.asterisk.translate import (
    Json,
    event_time,
    read_contact,
    read_event,
    read_recorded,
    read_returned,
)
from cti.core import events as e
from cti.core import reconcile, views
from cti.core.call import Call
from cti.core.leg import InFallback, LegId
from cti.core.look import Round
from cti.desk.requests import AgentRequests
from cti.engine.backfill import Backfill
from cti.engine.engine import Engine
from cti.engine.engine_status import Link, engine_item, node_item
from cti.engine.entry import Entry
from cti.engine.journal import Journal
from cti.engine.last_run import restorations
from cti.engine.meanwhile import Meanwhile
from cti.engine.records import Records
from cti.engine.returning import Returning
from cti.engine.settings import LiveSettings, SettingsFeed, differences, endpoints
from cti.engine.survey import Survey
from cti.engine.trunks import TrunkWatch

LOOK_SECONDS, UNCLEAR_SECONDS, SETTLE_SECONDS = 5.0, 1.0, 0.2
GAP_AFTER_SKIPPED_SECONDS = 2.0
"""Until the calls that the first comparison passed over are found, no call is taken for ended."""
GAP_SETTLE_SECONDS, LATE_GAP_SECONDS = 2.0, 8.0
SLICE = 20  # events handled in a row before other tasks get their turn

log = structlog.get_logger(__name__)


class Reconciler:
    """Everything that runs beside the engine's inbox."""

    def __init__(  # noqa: PLR0913 - wired once, by the composition root
        self,
        *,
        engine: Engine,
        ari: ARIClient,
        ami: AMIClient,
        phones: Phones,
        trunks: TrunkWatch,
        records: Records,
        journal: Journal,
        cel_file: Path,
        show: Callable[[list[views.Item]], None],
    ) -> None:
        """Connect the parts; nothing runs yet."""
        self._engine = engine
        self._ari = ari
        self._phones = phones
        self.trunks = trunks
        self._records = records
        self._journal = journal
        self._cel_file = cel_file
        self._show = show
        self._gap_from = 0.0  # the engine's clock
        self._entry = Entry(ari, engine.clock)
        self._survey = Survey(ari)
        self._returning = Returning(engine, self._survey)
        self._fallback = Fallback(ami)
        self.settings = SettingsFeed(records, self._adopt)
        self.registrations = Registrations(engine.state, engine.handle_safely, engine.clock)
        self._meanwhile = Meanwhile()
        self._doubted = False  # a comparison is due at once
        self._looked = False  # a whole comparison was made since the link came up
        self._phones_due = False  # they could not be pushed: try again with the next comparison
        self._gap_done = False
        self._backfill = Backfill(records, journal, cel_file, engine.dialect, self._named)
        self._linked_at = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._members_due = asyncio.Event()
        self._looking = asyncio.Lock()
        self.linked = self.ami_linked = False
        self.requests: AgentRequests | None = None
        engine.on_doubt = self._look_soon

    # ---- starting

    async def start(self) -> None:
        """Read the settings and the agents' last states; waits for the database."""
        while True:
            try:
                self._engine.handle_safely(e.AsteriskAway())  # until the first comparison
                await self.settings.read_all()
                last = (self._journal, self._records, self._engine.clock())
                events = await asyncio.to_thread(restorations, *last)
                break
            except Exception as error:  # noqa: BLE001 - until it is there
                log.warning("the engine waits for the database", why=str(error)[:200])
                await asyncio.sleep(0.5)
        await self._handle_all(events)

    def run(self) -> list[Coroutine[Any, Any, None]]:
        """The tasks that run beside the links."""
        return [self._look_again(), self._keep_members(), self.settings.run()]

    # ---- settings

    async def _adopt(self, old: LiveSettings, new: LiveSettings) -> None:
        self.registrations.owners = endpoints(new)
        await self._handle_all(differences(old, new))
        self.agents_changed(self._engine.state.agents)
        if new.agents != old.agents and self.linked:
            await self._push_phones(afresh=False)
        await self.trunks.adopt(new.trunks, linked=self.linked)

    async def _handle_all(self, events: Iterable[e.Event]) -> None:
        """Handle many events in a row; other tasks get their turn in between."""
        for number, event in enumerate(events, start=1):
            self._engine.handle_safely(event)
            if number % SLICE == 0:
                await asyncio.sleep(0)

    # ---- links

    def on_ari_event(self, event: Json) -> None:
        """Handle one message of ARI's socket."""
        self._engine.note_lag(event_time(event))
        if self._entry.claim_broadcast(event):
            return
        if (recorded := read_recorded(event)) is not None:
            self._engine.recorder.leg_back(recorded)
        try:
            heard, back = read_event(event, self._engine.dialect), read_returned(event)
        except (KeyError, TypeError, ValueError, IndexError):
            log.warning("an ARI event was not understood", type=str(event.get("type"))[:50])
            return
        self._meanwhile.heard(event, heard, self._engine.state.legs)
        if back is not None:
            self._returning.came(back)
        for one in heard:
            if isinstance(one, e.LegEnded):
                self._returning.ended(one.leg)
            self._engine.handle_safely(one)

    def on_ari_link(self, up: bool) -> None:  # noqa: FBT001 - the two states of a link
        """Handle a connect or a loss of the event socket."""
        self.linked = up
        self._looked = self._gap_done = False
        self._linked_at = self._engine.clock()
        self._show([self.node_item()])
        self._engine.metrics.ari_links += up
        if up:
            self._spawn(self._look())
        else:
            self._entry.forget()
            self._engine.cut_off()

    def on_ami_event(self, event: dict[str, str]) -> None:
        """Handle an AMI event: only registrations matter, of phones and of trunks."""
        if (contact := read_contact(event)) is not None:
            self.registrations.changed(*contact)
        self.trunks.on_ami_event(event)

    def on_ami_link(self, up: bool) -> None:  # noqa: FBT001 - the two states of a link
        """Handle a connect or a loss of the manager link."""
        self.ami_linked = self.registrations.listening = up
        self._fallback.forget()
        self._show([self.node_item()])
        if up:
            self._members_due.set()

    # ---- comparing

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._round()
            except Exception:
                # A round that fails must not be the last one.
                log.exception("a round of the reconciler failed")

    async def _round(self) -> None:
        if self.linked:
            await self._look()
            await self._end_leases()
            await self._engine.recorder.watch(self._engine.state, self._engine.lanes.busy)
        self._engine.forget_ended()
        self._members_due.set()  # costs nothing if nothing differs
        self._show([self.node_item(), self.engine_item()])
        cel.rotate(self._cel_file)

    async def _look(self) -> None:
        async with self._looking:
            self._doubted, first = False, not self._looked
            if not self.linked:
                return
            try:
                await self._compare(first=first)
                self._looked = True
                if self.linked and self._engine.state.away:
                    self._engine.handle_safely(e.AsteriskBack())
                if first or self._phones_due:
                    self._phones_due = False
                    self._spawn(self._push_phones(afresh=True))  # the next comparison does not wait
            except ARIError as error:
                log.info("the comparison was broken off", why=str(error))
                if self._engine.state.away:
                    self._look_in(SETTLE_SECONDS)

    async def _compare(self, *, first: bool) -> None:
        reborn = await self._survey.identify()
        if first:
            await self._entry.choose()
            await self._survey.subscribe()
        # Later events are not judged: the state may have them and the listings not.
        now = self._engine.clock()
        self._meanwhile.begins()
        self.registrations.listing_starts()
        seen = await self._survey.take(self._engine.state.legs)
        if first:
            seen = await self._entry.claim_waiting(seen, self._engine.state.legs)
        await self.registrations.compare(seen.reachable)
        await self.trunks.look(seen)
        look = Round(
            state=self._engine.state,
            seen=seen,
            now=now,
            first=first,
            dialect=self._engine.dialect,
            agent_of=self.registrations.owner,
            busy=self._engine.lanes.busy,
            ended=self._engine.recently_ended,
            reborn=reborn,
            node=self._engine.node,
            linked=self._linked_at,
        )
        if first or reconcile.misses(look):
            hangups = await asyncio.to_thread(cel.read_hangups, self._cel_file, whole=first)
            look = replace(look, hangup_of=hangups.get)
        findings = reconcile.compare(look)
        before = self._engine.state.ringing_in_fallback
        self._rung(before | findings.rung)
        skipped = await self._repair(findings, first=first)
        self._rung(findings.rung)  # now it is known which of them have answered
        if first:
            state = self._engine.state
            for agent in list(reconcile.drifted_agents(state)):
                works = {CallId(task.work) for task in state.agents[agent].tasks}
                if not works & skipped:
                    self._engine.handle_safely(e.AgentDrifted(agent))
        await self._fallback.fetch(findings.fetch, lambda leg: not self._meanwhile.has_moved(leg))
        if findings.unclear or findings.rung:
            self._look_in(UNCLEAR_SECONDS)
        for bridge in findings.orphans:
            await self._ari.ask(drop_bridge(bridge))
        # A call that was passed over has not ended.
        if not (self._gap_done or skipped) and self._engine.clock() >= self._gap_from:
            self._spawn(self._fill_gap())

    async def _repair(self, findings: reconcile.Findings, *, first: bool) -> set[CallId]:
        """Handle the findings' events; gives the calls that were passed over."""
        outside, skipped = list[tuple[Call, LegId]](), set[CallId]()
        drifted = not first and self._engine.clock() - self._linked_at > LOOK_SECONDS
        for number, event in enumerate(findings.events, start=1):
            if number % SLICE == 0:
                await asyncio.sleep(0)
            call, leg = reconcile.call_of(self._engine.state, event), getattr(event, "leg", None)
            if self._meanwhile.has_moved(call, leg):
                if call is not None:
                    skipped.add(call)
                continue  # changed meanwhile: the next comparison knows better
            if drifted:
                self._engine.note_repair(event)
            self._engine.handle_safely(event)
            if isinstance(event, e.CallFound):
                away = (leg for leg in event.legs if isinstance(leg.placement, InFallback))
                outside += [(event.call, leg.id) for leg in away]
        for answer in self._meanwhile.answered(self._engine.state.legs):
            self._engine.handle_safely(answer)
        await self._note_outside(outside, first=first)
        if first and skipped:
            # A caller whose agent hung up just then would be unknown and hear nothing.
            self._look_in(SETTLE_SECONDS)
            self._gap_from = self._engine.clock() + GAP_AFTER_SKIPPED_SECONDS
        return skipped

    async def _note_outside(self, found: Sequence[tuple[Call, LegId]], *, first: bool) -> None:
        """Subscribe to callers found in the fallback, and note the talks that they have."""
        if found and not first:  # else they are subscribed already
            await self._ari.subscribe([leg for _, leg in found])
        if talking := [call for call, _ in found if call.agent is not None]:
            rows = await asyncio.to_thread(cel.read_tail, self._cel_file)
            talks = chain(*(cel.outside_talk(rows, call, self._named) for call in talking))
            self._engine.note(tuple(talks), self._engine.clock())

    def _rung(self, agents: frozenset[AgentId]) -> None:
        if agents != self._engine.state.ringing_in_fallback:
            self._engine.handle_safely(e.RingingInFallback(agents))

    async def _fill_gap(self) -> None:
        """Note facts of the time before the link came up, and of the fallback for a while after."""
        linked_at = self._linked_at
        until = max(linked_at, self._engine.clock() - GAP_SETTLE_SECONDS)
        notes = await self._backfill.find(
            until, self._engine.state, self._engine.recently_ended.keys()
        )
        if notes is None:
            return
        late = linked_at == self._linked_at <= until - LATE_GAP_SECONDS
        self._gap_done = late and not self._backfill.unfinished
        if notes:
            log.info("the gap was filled", facts=len(notes))
        self._engine.note(tuple(notes), self._engine.clock())

    def _named(self, endpoint: str) -> tuple[AgentId, str] | None:
        agent = self._engine.state.agents.get(self.registrations.owner(endpoint) or AgentId(0))
        return (agent.id, agent.name) if agent else None

    async def _push_phones(self, *, afresh: bool) -> None:
        try:
            await self._phones.push(self.settings.settings.agents.values(), afresh=afresh)
        except ARIError as error:
            log.warning("telephones could not be pushed", why=str(error))
            self._phones_due = True
        await self.trunks.push(afresh=afresh)

    async def _end_leases(self) -> None:
        calls = self._engine.state.calls.values()
        in_call = {call.customer_number for call in calls if call.via == "guest"}
        try:
            if self.requests is not None:
                await self.requests.end_leases(in_call)
        except ARIError as error:
            log.info("guests' passwords not changed", why=str(error))

    def agents_changed(self, agents: Iterable[AgentId]) -> None:
        """Handle agents who may have come on duty or left it."""
        if self._fallback.look(self._engine.state, agents):
            self._members_due.set()

    async def _keep_members(self) -> None:
        while True:
            await self._members_due.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._members_due.clear()
            if self.ami_linked:
                await self._fallback.bring()

    def node_item(self) -> views.Item:
        """The live item of the Asterisk, for the status page."""
        asterisk = self._survey
        link = Link(self.linked, self.ami_linked, asterisk.version, asterisk.born, self._linked_at)
        link = replace(link, channels=asterisk.channels, answered_in=self._ari.answered_in)
        return node_item(self._engine.node, link)

    def engine_item(self) -> views.Item:
        """The live item of the engine, for the status page."""
        return engine_item(self._engine, self._journal)

    def _look_in(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._look_soon)

    def _look_soon(self) -> None:
        if self.linked and not self._doubted:
            self._doubted = True
            self._spawn(self._look())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a task of the reconciler failed", exc_info=task.exception())
