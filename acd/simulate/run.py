"""One run of a scenario: callers and agents meet on the real floor, in virtual time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from acd import events as f
from acd import seats
from acd.agent import AgentState, Phone, Presence
from acd.orders import FloorOrder, LineClosed, Ring, SentOn, TaskOver
from acd.queue import AgentId, Queue, QueueKey
from acd.serving import is_staffed
from acd.settings import AgentEdited, QueueEdited
from acd.simulate.draws import NEVER, Caller, callers, generator
from acd.simulate.floor import SimulatedFloor
from acd.simulate.scenario import Scenario
from acd.tasks import NO_ANSWER
from acd.work import Medium, Work, WorkId, WorkState
from crm.calls.record import CallId
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.state import Timer

BACK_SECONDS = 60.0
"""An agent who was made not ready for missed calls is ready again after so long."""

LATEST = 24 * 3600.0
"""A run ends this many seconds after the last callers came, even if callers still wait or talk."""

MOST_QUEUES = 20
"""A caller who was sent on so often is led no further: the queues send callers in a circle."""

_CHANCE_OF_AGENTS = 1_000_000  # its own random numbers, beside those of the streams


class VisitOutcome(StrEnum):
    """How a caller's time in a queue ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SENT_ON = "sent on"
    STILL_WAITING = "still waiting"  # no agent came any more


@dataclass(frozen=True, slots=True)
class Visit:
    """One caller in one queue. The wait counts from the caller's arrival in the first queue."""

    caller: int
    stream: int
    queue: QueueKey
    arrived: float
    ended: float
    outcome: VisitOutcome
    agent: AgentId | None = None
    last: bool = True  # the caller goes to no other queue

    @property
    def wait(self) -> float:
        """Seconds from the caller's arrival until this end, ringing included."""
        return self.ended - self.arrived


@dataclass(frozen=True, slots=True)
class Played:
    """What happened in one run."""

    visits: list[Visit]
    spans: list[tuple[AgentId, AgentState, float, float]]  # agents' states but signed out
    freed: list[tuple[AgentId, QueueKey, float, float]]  # agent, queue, offered at, free again


def play(scenario: Scenario, seed: int, run: int = 0) -> Played:
    """Play a scenario to the end of its last call."""
    return _Run(scenario, seed, run).play()


@dataclass(slots=True)
class _InTalk:
    agent: AgentId
    queue: QueueKey
    offered: float


class _Run:
    def __init__(self, scenario: Scenario, seed: int, run: int) -> None:
        self._scenario = scenario
        self._floor = SimulatedFloor()
        self._chance = generator(seed, run, _CHANCE_OF_AGENTS)
        self._callers = callers(scenario, seed, run)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._visits: list[Visit] = []
        self._freed: list[tuple[AgentId, QueueKey, float, float]] = []
        self._talks: dict[WorkId, _InTalk] = {}
        self._hops: dict[WorkId, int] = {}
        self._leaving: set[AgentId] = set()

    def play(self) -> Played:
        for queue in self._scenario.queues:
            self._step(QueueEdited(queue.key, queue))
        for seat in self._scenario.seats:
            self._step(
                AgentEdited(
                    seat.agent, seat.name, str(seat.agent), enabled=True, skills=seat.skills
                )
            )
            if not seat.shifts:
                self._come(seat.agent)
            for shift in seat.shifts:
                self._at(shift.start, partial(self._come, seat.agent))
                self._at(shift.end, partial(self._go, seat.agent))
        for number, caller in enumerate(self._callers):
            self._at(caller.at, partial(self._arrive, number, caller))
        self._go_on()
        self._floor.now = max(self._floor.now, self._scenario.seconds)
        for work in list(self._floor.lines.works.values()):
            self._left(work, VisitOutcome.STILL_WAITING)
        self._floor.close()
        return Played(self._visits, self._floor.spans, self._freed)

    def _go_on(self) -> None:
        latest = self._scenario.seconds + LATEST
        while self._floor.now <= latest:
            timer = self._floor.next_timer()
            event = self._events[0][0] if self._events else None
            if event is not None and (timer is None or event <= timer):
                at, _, happen = heapq.heappop(self._events)
                self._floor.now = max(self._floor.now, at)
                happen()
            elif timer is not None:
                self._floor.now = max(self._floor.now, timer)
                for due in self._floor.due():
                    self._due(due)
            else:
                return

    def _at(self, at: float, happen: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (at, self._count, happen))

    def _step(self, event: f.FloorEvent) -> None:
        for order in self._floor.step(event):
            self._carry_out(order)

    def _carry_out(self, order: FloorOrder) -> None:
        match order:
            case Ring(work, agent):
                if self._scenario.missed_share and (
                    self._chance.random() < self._scenario.missed_share
                ):
                    return  # the phone rings until the offer's own timer ends it
                seconds = self._scenario.answer_seconds
                if seconds:
                    seconds *= self._chance.uniform(0.5, 1.5)
                self._at(self._floor.now + seconds, partial(self._answer, work, agent))
            case TaskOver(work, agent):
                self._over(work, agent)
            case SentOn(work, to):
                self._send_on(work, to)
            case LineClosed(work):
                self._end(work, VisitOutcome.SENT_ON)

    # ---- callers

    def _arrive(self, number: int, caller: Caller) -> None:
        stream = self._scenario.streams[caller.stream]
        now = self._floor.now
        work = Work(
            WorkId(f"{number:07}"), Medium.VOICE, stream.queue, now, stream.priority,
            CallId(f"{number:07}"), stream.needs,
        )  # fmt: skip
        if caller.patience < NEVER:
            self._at(now + caller.patience, partial(self._hang_up, work.id))
        self._enter(work)

    def _enter(self, work: Work) -> None:
        queue = self._floor.lines.queues.get(work.queue)
        to = self._not_taken(queue) if queue is not None else None
        if to is None:
            self._step(f.WorkArrived(work))
            return
        self._left(work, VisitOutcome.SENT_ON, last=to.kind is not DestinationKind.QUEUE)
        self._lead(work, to)

    def _not_taken(self, queue: Queue) -> Destination | None:
        """Send a caller elsewhere that a queue does not accept, as cti/core/overflow.py does."""
        if queue.empty is not None and not is_staffed(self._floor.transaction(), queue):
            return queue.empty
        waiting = len(self._floor.lines.waiting.line(queue.key))
        if queue.full is not None and 0 < queue.max_length <= waiting:
            return queue.full
        return None

    def _send_on(self, work_id: WorkId, to: Destination) -> None:
        work = self._floor.lines.works.get(work_id)
        if work is not None and work.state is WorkState.WAITING:
            self._left(work, VisitOutcome.SENT_ON, last=to.kind is not DestinationKind.QUEUE)
            self._step(f.WorkEnded(work_id, "overflow", wrap_up=False))
            self._lead(work, to)

    def _lead(self, work: Work, to: Destination) -> None:
        hops = self._hops.get(work.id, 0) + 1
        self._hops[work.id] = hops
        if to.kind is DestinationKind.QUEUE and hops <= MOST_QUEUES:
            priority = work.priority + work.raised
            moved = Work(
                work.id, work.medium, QueueKey(to.key), work.since, priority, work.call,
                work.needs, entered=self._floor.now,
            )  # fmt: skip
            self._enter(moved)

    def _hang_up(self, work_id: WorkId) -> None:
        work = self._floor.lines.works.get(work_id)
        if work is not None and work.state is not WorkState.ASSIGNED:
            self._end(work_id, VisitOutcome.ABANDONED)

    def _end(self, work_id: WorkId, outcome: VisitOutcome) -> None:
        work = self._floor.lines.works.get(work_id)
        if work is not None:
            self._left(work, outcome)
            self._step(f.WorkEnded(work_id, "caller", wrap_up=False))

    def _left(self, work: Work, outcome: VisitOutcome, *, last: bool = True) -> None:
        number = int(work.id)
        stream = self._callers[number].stream
        told = Visit(
            number, stream, work.queue, work.since, self._floor.now, outcome, work.agent, last
        )
        self._visits.append(told)

    # ---- agents

    def _answer(self, work_id: WorkId, agent: AgentId) -> None:
        work = self._floor.lines.works.get(work_id)
        offer = work.offer_to(agent) if work is not None else None
        if work is None or offer is None:
            return
        self._left(replace(work, agent=agent), VisitOutcome.ANSWERED)
        self._talks[work_id] = _InTalk(agent, work.queue, offer.since)
        self._at(
            self._floor.now + self._callers[int(work_id)].handling, partial(self._finish, work_id)
        )
        self._step(f.OfferAccepted(work_id, agent))

    def _finish(self, work_id: WorkId) -> None:
        talk = self._talks[work_id]
        self._step(f.WorkEnded(work_id, "caller"))
        after = self._callers[int(work_id)].wrap_up
        if after is not None:
            over = seats.WrapUpOver(talk.agent, work_id)
            self._at(self._floor.now + after, partial(self._step, over))

    def _over(self, work_id: WorkId, agent: AgentId) -> None:
        talk = self._talks.get(work_id)
        if talk is not None and talk.agent == agent:
            del self._talks[work_id]
            self._freed.append((agent, talk.queue, talk.offered, self._floor.now))
        if agent in self._leaving:
            self._at(self._floor.now, partial(self._go_if_free, agent))

    def _come(self, agent: AgentId) -> None:
        self._leaving.discard(agent)
        self._step(seats.AgentSignedIn(agent, Phone.SIP, reachable=True))
        self._step(seats.PresenceAsked(agent, ready=True))

    def _go(self, agent: AgentId) -> None:
        """End a shift, or after the talk."""
        self._leaving.add(agent)
        if self._floor.lines.agents[agent].state is AgentState.TALKING:
            self._step(seats.PresenceAsked(agent, ready=False, reason="shift"))
        else:
            self._go_if_free(agent)

    def _go_if_free(self, agent: AgentId) -> None:
        state = self._floor.lines.agents[agent].state
        if agent in self._leaving and state is not AgentState.TALKING:
            self._leaving.discard(agent)
            self._step(seats.AgentSignedOut(agent))

    def _back(self, agent: AgentId) -> None:
        row = self._floor.lines.agents[agent]
        if row.presence is Presence.PAUSED and row.reason == NO_ANSWER:
            self._step(seats.PresenceAsked(agent, ready=True))

    # ---- timers of the floor

    def _due(self, timer: Timer) -> None:
        if timer.table == "agents":
            if timer.name.startswith("wrap-up/"):
                work = WorkId(timer.name.removeprefix("wrap-up/"))
                self._step(seats.WrapUpOver(timer.key, work))
        elif timer.name == "offer":
            self._ring_out(timer.key)
        elif timer.name == "passed over":
            self._step(f.PassOverEnded(timer.key))
        else:
            self._step(f.WaitDue(timer.key))

    def _ring_out(self, work_id: WorkId) -> None:
        work = self._floor.lines.works.get(work_id)
        for offer in work.offers if work is not None else ():
            if offer.until <= self._floor.now:
                self._step(f.OfferEnded(work_id, offer.agent, missed=True))
                if self._floor.lines.agents[offer.agent].reason == NO_ANSWER:
                    self._at(self._floor.now + BACK_SECONDS, partial(self._back, offer.agent))
