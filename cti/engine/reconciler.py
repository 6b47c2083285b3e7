"""What goes on around the engine: links that come and go, looking again, settings that change.

On every connect, and then every five seconds by the same code, what Asterisk carries is compared
with the house; what differs becomes events. Telephones' registrations, the members of the fallback
queues and the settings from the database are kept in step here too.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
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
from cti.asterisk.phones import Phones
from cti.asterisk.registrations import Contacts
from cti.asterisk.translate import (
    Json,
    drop_bridge,
    read_alive,
    read_channel,
    read_contact,
    read_event,
    read_online,
    read_recorded,
    said_at,
)
from cti.core import events as e
from cti.core import reconcile, views
from cti.core.call import Call, Stage
from cti.desk.requests import Asks
from cti.engine.backfill import Gap
from cti.engine.engine import Engine
from cti.engine.engine_status import Link, engine_item, node_item
from cti.engine.journal import Journal
from cti.engine.records import Records
from cti.engine.settings import Policies, differences, endpoints, restored

LOOK_SECONDS, UNCLEAR_SECONDS = 5.0, 1.0
SETTLE_SECONDS = 0.2
GAP_SETTLE_SECONDS, LATE_GAP_SECONDS = 2.0, 8.0
SLICE = 20  # events in a row, before others have a turn: a house of thousands is found so

log = structlog.get_logger(__name__)


class Watch:
    """Everything that runs beside the engine's inbox."""

    def __init__(  # noqa: PLR0913 - wired once, by the composition root
        self,
        *,
        engine: Engine,
        ari: ARIClient,
        ami: AMIClient,
        phones: Phones,
        records: Records,
        journal: Journal,
        cel_file: Path,
        show: Callable[[list[views.Item]], None],
    ) -> None:
        """Nothing runs yet."""
        self._engine = engine
        self._ari = ari
        self._ami = ami
        self._phones = phones
        self._records = records
        self._journal = journal
        self._cel_file = cel_file
        self._show = show
        self._fallback = Fallback(ami)
        self._policies = Policies()
        self.contacts = Contacts(engine.house, engine.hear_safely, engine.clock)
        self._moved: set[CallId] = set()  # calls of which a channel came or went during a look
        self._born = ""
        self._version = ""
        self._channels = 0
        self._doubted = False  # a look is due at once
        self._looked = False  # a whole comparison was made since the link came up
        self._gap_done = False
        self._gap = Gap(records, journal, cel_file, engine.dialect, self._named)
        self._linked_at = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._members_due = asyncio.Event()
        self._edited = asyncio.Event()
        self._looking = asyncio.Lock()
        self.linked = False
        self.ami_linked = False
        self.asks: Asks | None = None
        engine.on_doubt = self._look_soon

    # ---- starting

    async def start(self) -> None:
        """Read the settings and what was last known of the agents; waits for the database."""
        while True:
            try:
                policies = await asyncio.to_thread(self._records.policies)
                # Callers wait: what the life before has left is not waited for but read.
                left = await asyncio.to_thread(self._journal.left_of_agents)
                now = self._engine.clock()
                states = await asyncio.to_thread(self._records.last_states, left, now)
                break
            except Exception as error:  # noqa: BLE001 - until it is there
                log.warning("the engine waits for the database", why=str(error)[:200])
                await asyncio.sleep(0.5)
        self._engine.hear_safely(e.AsteriskAway())  # until it was looked at
        await self._adopt(policies)
        await self._hear_all(map(restored, states))

    def run(self) -> list[Coroutine[Any, Any, None]]:
        """What has to be run beside the links."""
        return [self._look_again(), self._keep_members(), self._keep_policies()]

    # ---- settings

    def policies_changed(self) -> None:
        """Something was edited: read again, and tell the core of the differences."""
        self._edited.set()

    async def _keep_policies(self) -> None:
        while True:
            await self._edited.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._edited.clear()
            try:
                policies = await asyncio.to_thread(self._records.policies)
            except Exception as error:  # noqa: BLE001 - the old ones hold until it is back
                log.warning("settings could not be read", why=str(error)[:200])
                await asyncio.sleep(1.0)
                self._edited.set()
                continue
            agents_before = self._policies.agents
            await self._adopt(policies)
            if policies.agents != agents_before and self.linked:
                await self._push_phones(afresh=False)

    async def _adopt(self, policies: Policies) -> None:
        old, self._policies = self._policies, policies
        self.contacts.owners = endpoints(policies)
        await self._hear_all(differences(old, policies))
        self.agents_changed(self._engine.house.agents)

    async def _hear_all(self, events: Iterable[e.Event]) -> None:
        """Hear many things in a row; whatever else happens has its turn in between."""
        for number, event in enumerate(events, start=1):
            self._engine.hear_safely(event)
            if number % SLICE == 0:
                await asyncio.sleep(0)

    # ---- links

    def on_ari_event(self, event: Json) -> None:
        """One message of ARI's socket."""
        self._engine.note_lag(said_at(event))
        if (recorded := read_recorded(event)) is not None:
            self._engine.recorder.caller_back(recorded)
        try:
            heard = read_event(event, self._engine.dialect)
        except (KeyError, TypeError, ValueError, IndexError):
            log.warning("an ARI event was not understood", type=str(event.get("type"))[:50])
            return
        for one in heard:
            moved = isinstance(one, e.CallerGone | e.LegGone | e.CallReturned)
            if moved and (call := reconcile.of_call(one)) is not None:
                self._moved.add(call)
            self._engine.hear_safely(one)

    def on_ari_link(self, up: bool) -> None:  # noqa: FBT001 - the two states of a link
        """The event socket came or went."""
        self.linked = up
        self._looked = False
        self._gap_done = False
        self._linked_at = self._engine.clock()
        self._show([self.node_item()])
        self._engine.metrics.ari_links += up
        if up:
            self._spawn(self._look())
        else:
            self._engine.cut_off()

    def on_ami_event(self, event: dict[str, str]) -> None:
        """Registrations are all we read of AMI."""
        if (contact := read_contact(event)) is not None:
            self.contacts.heard(*contact)

    def on_ami_link(self, up: bool) -> None:  # noqa: FBT001 - the two states of a link
        """The manager link came or went."""
        self.ami_linked = self.contacts.listening = up
        self._fallback.forget()
        self._show([self.node_item()])
        if up:
            self._members_due.set()

    # ---- looking again

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._round()
            except Exception:
                # One round that fails must not be the last one.
                log.exception("a round of the watch failed")

    async def _round(self) -> None:
        if self.linked:
            await self._look()
            await self._end_leases()
            await self._engine.recorder.watch(self._engine.house, self._engine.lanes.busy)
        self._engine.forget_left()
        self._members_due.set()  # costs nothing where nothing differs
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
                if self.linked and self._engine.house.away:
                    self._engine.hear_safely(e.AsteriskBack())
                if first:
                    self._spawn(self._push_phones(afresh=True))  # the next look does not wait
            except ARIError as error:
                log.info("the comparison was broken off", why=str(error))
                if self._engine.house.away:
                    self._look_in(SETTLE_SECONDS)

    async def _compare(self, *, first: bool) -> None:
        info = await self._ari.get("/asterisk/info")
        born = str(info["status"]["startup_time"])
        reborn = bool(self._born) and born != self._born
        self._born, self._version = born, str(info["system"]["version"])
        if first:
            await self._subscribe()
        # What comes after this moment is not judged: it may be in the house and not in the lists.
        now = self._engine.clock()
        self._moved.clear()
        self.contacts.look_begins()
        seen = read_alive(
            await self._ari.each("/channels", read_channel),
            await self._ari.get("/bridges"),
            await self._ari.each("/endpoints", read_online),
        )
        await self.contacts.seen(seen.reachable)
        self._channels = len(seen.channels)
        look = reconcile.Round(
            house=self._engine.house,
            seen=seen,
            now=now,
            first=first,
            dialect=self._engine.dialect,
            agent_of=self.contacts.owner,
            busy=self._engine.lanes.busy,
            left=self._engine.left,
            reborn=reborn,
            node=self._engine.node,
        )
        if first or reconcile.misses(look):
            hangups = await asyncio.to_thread(cel.read_hangups, self._cel_file, whole=first)
            look = replace(look, hangup_of=hangups.get)
        findings = reconcile.compare(look)
        before = self._engine.house.rung_elsewhere
        self._rung(before | findings.rung)
        skipped = await self._repair(findings, first=first)
        self._rung(findings.rung)  # now it is known who of them has picked up
        if first:
            house = self._engine.house
            for agent in list(reconcile.drifted_agents(house)):
                if house.agents[agent].call not in skipped:
                    self._engine.hear_safely(e.AgentDrifted(agent))
        await self._fallback.fetch(findings.fetch, lambda call: call not in self._moved)
        if findings.unclear or findings.rung:
            self._look_in(UNCLEAR_SECONDS)
        for bridge in findings.orphans:
            await self._ari.ask(drop_bridge(bridge))
        if not (self._gap_done or skipped):  # whose call was passed over has not ended for that
            self._spawn(self._fill_gap())

    async def _subscribe(self) -> None:
        """Hear of the channels again: Asterisk forgot who listened when the socket was lost."""
        channels = await self._ari.each("/channels", read_channel)
        await self._ari.listen_to([one.id for one in channels if reconcile.is_listened_to(one)])

    async def _repair(self, findings: reconcile.Findings, *, first: bool) -> set[CallId]:
        """Let the findings happen; gives the calls that were passed over."""
        outside, skipped = list[Call](), set[CallId]()
        drifted = not first and self._engine.clock() - self._linked_at > LOOK_SECONDS
        for number, event in enumerate(findings.events, start=1):
            if number % SLICE == 0:
                await asyncio.sleep(0)
            if (call := reconcile.of_call(event)) in self._moved and call is not None:
                skipped.add(call)
                continue  # heard of meanwhile: the next look knows better
            if drifted:
                self._engine.note_repair(event)
            self._engine.hear_safely(event)
            if isinstance(event, e.CallFound) and event.call.stage is Stage.OUTSIDE:
                outside.append(event.call)
        if outside and not first:  # else they are listened to already
            await self._ari.listen_to([call.id for call in outside])
        if found := [call for call in outside if call.agent is not None]:
            rows = await asyncio.to_thread(cel.read_tail, self._cel_file)
            talks = chain(*(cel.outside_talk(rows, call, self._named) for call in found))
            self._engine.note(tuple(talks), self._engine.clock())
        if first and skipped:
            # A caller whose agent hung up just then hears nothing, and nobody knows of him.
            self._look_in(SETTLE_SECONDS)
        return skipped

    def _rung(self, agents: frozenset[AgentId]) -> None:
        if agents != self._engine.house.rung_elsewhere:
            self._engine.hear_safely(e.RungElsewhere(agents))

    async def _fill_gap(self) -> None:
        """Note what nobody saw: before the link came up, and in the fallback for a while after."""
        linked_at = self._linked_at
        until = max(linked_at, self._engine.clock() - GAP_SETTLE_SECONDS)
        notes = await self._gap.find(until, self._engine.house, self._engine.left.keys())
        if notes is None:
            return
        self._gap_done = linked_at == self._linked_at <= until - LATE_GAP_SECONDS
        if notes:
            log.info("the gap was filled", facts=len(notes))
        self._engine.note(tuple(notes), self._engine.clock())

    def _named(self, endpoint: str) -> tuple[AgentId, str] | None:
        agent = self._engine.house.agents.get(self.contacts.owner(endpoint) or AgentId(0))
        return (agent.id, agent.name) if agent else None

    async def _push_phones(self, *, afresh: bool) -> None:
        try:
            await self._phones.push(self._policies.agents, afresh=afresh)
        except ARIError as error:
            log.warning("telephones could not be pushed", why=str(error))

    async def _end_leases(self) -> None:
        in_call = {c.caller for c in self._engine.house.calls.values() if c.via == "guest"}
        try:
            if self.asks is not None:
                await self.asks.end_leases(in_call)
        except ARIError as error:
            log.info("guests' passwords not changed", why=str(error))

    # ---- fallback members

    def agents_changed(self, agents: Iterable[AgentId]) -> None:
        """Somebody may have come on duty or left it."""
        if self._fallback.look(self._engine.house, agents):
            self._members_due.set()

    async def _keep_members(self) -> None:
        while True:
            await self._members_due.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._members_due.clear()
            if self.ami_linked:
                await self._fallback.bring()

    # ---- views

    def node_item(self) -> views.Item:
        """The Asterisk, as the status shows it."""
        link = Link(self.linked, self.ami_linked, self._version, self._born, self._linked_at)
        link = replace(link, channels=self._channels, answered_in=self._ari.answered_in)
        return node_item(self._engine.node, link)

    def engine_item(self) -> views.Item:
        """The engine, as the status shows it."""
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
            log.error("a task of the watch failed", exc_info=task.exception())
