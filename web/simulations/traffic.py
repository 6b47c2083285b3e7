"""Real traffic as a scenario: the calls of some days, and the agents who were there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise, zip_longest

from sqlalchemy.orm import Session

from acd.agent import AgentEvent, AgentState
from acd.agent_log.store import agent_log
from acd.membership import joined
from acd.queue import AddMembers, AgentId, Queue, QueueKey, RaisePriority, RelaxSkill, SendTo
from acd.queues.store import queues
from acd.simulate.figures import Tally
from acd.simulate.run import Visit, VisitOutcome
from acd.store import AgentSettings, agents
from crm.calls.traffic.store import QueueCall, queue_calls
from crm.kernel.destination import Destination, DestinationKind
from web.simulations.scenario_shapes import (
    AddBody,
    AgentsBody,
    ArrivalRateBody,
    ExponentialBody,
    RaiseBody,
    RelaxBody,
    ScenarioBody,
    ScenarioMemberBody,
    SeenBody,
    SendBody,
    SimulatedQueueBody,
    SkillNeedBody,
    SpanBody,
    StepBody,
    StreamBody,
    TimesBody,
)

DAY = 24.0  # hours
SLICE = 0.5  # hours: arrivals are counted by it
MOST_SEEN = 2000  # times of one distribution
BEFORE = timedelta(hours=12)  # who came before midnight is found so far back
USUAL_HANDLING = 180.0  # seconds, if no call was answered
USUAL_RINGING = 4.0
AWAY = frozenset({AgentState.SIGNED_OUT, AgentState.PAUSED})
BUSY = frozenset({AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP})


@dataclass(slots=True)
class PresenceLog:
    """What the log of an agent tells: when they were there (hours), and how long things took."""

    shifts: list[tuple[float, float]] = field(default_factory=list)
    ringing: list[float] = field(default_factory=list)  # seconds, of offers that were answered
    missed: int = 0
    wrap_ups: list[tuple[str, float]] = field(default_factory=list)  # queue, seconds


@dataclass(frozen=True, slots=True)
class Traffic:
    """The calls of some days with the queues and agents of today."""

    first: date
    days: int
    midnight: datetime  # of the first day
    queues: Sequence[Queue]
    agents: Sequence[AgentSettings]
    calls: Mapping[str, Sequence[QueueCall]]
    presence: Mapping[int, PresenceLog]

    def calls_of(self, queue: str) -> list[QueueCall]:
        """Give the calls of one queue, or of all ("")."""
        keys = [queue] if queue else list(self.calls)
        return [call for key in keys for call in self.calls.get(key, ())]

    @property
    def is_staffed(self) -> bool:
        """Whether any agent was there."""
        return any(one.shifts for one in self.presence.values())


def read_traffic(session: Session, first: date, last: date, zone: tzinfo) -> Traffic:
    """Read the calls and the agents' log of some days, both included."""
    midnight = datetime.combine(first, time(0), zone)
    until = datetime.combine(last + timedelta(days=1), time(0), zone)
    found = queues(session)
    serving = {agent for queue in found for agent in joined(queue)}
    people = [one for one in agents(session) if one.id in serving]
    calls: dict[str, list[QueueCall]] = {queue.key: [] for queue in found}
    for call in queue_calls(session, list(calls), midnight, until):
        calls[call.queue].append(call)
    presence = {
        int(one.id): presence_of(
            agent_log(session, one.id, midnight - BEFORE, until), midnight, until
        )
        for one in people
    }
    return Traffic(first, (last - first).days + 1, midnight, found, people, calls, presence)


def presence_of(log: Sequence[AgentEvent], since: datetime, until: datetime) -> PresenceLog:
    """Fold an agent's log: a break is a gap, and so is a call of their own, which has no queue."""
    found = PresenceLog()
    for event, following in zip_longest(log, log[1:]):
        start, end = max(event.at, since), min(following.at if following else until, until)
        if end <= start:
            continue
        seconds = (end - start).total_seconds()
        queue = event.detail.get("queue")
        if event.state is AgentState.OFFERED:
            if following is not None and following.state is AgentState.TALKING:
                found.ringing.append(seconds)
            else:
                found.missed += 1
        elif event.state is AgentState.WRAP_UP and queue:
            found.wrap_ups.append((queue, seconds))
        if event.state in AWAY or (event.state in BUSY and queue == ""):
            continue
        hours = [(one - since).total_seconds() / 3600 for one in (start, end)]
        if found.shifts and hours[0] - found.shifts[-1][1] < 1 / 3600:
            found.shifts[-1] = (found.shifts[-1][0], hours[1])
        else:
            found.shifts.append((hours[0], hours[1]))
    return found


def measured(traffic: Traffic, queue: str) -> dict[str, float | None]:
    """Give the real figures of a queue's calls, or of all ("")."""
    thresholds = {one.key: one.service_seconds for one in traffic.queues}
    tally = Tally()
    for number, call in enumerate(traffic.calls_of(queue)):
        outcome = VisitOutcome.ABANDONED if call.handling_seconds is None else VisitOutcome.ANSWERED
        key = QueueKey(call.queue)
        tally.add(Visit(number, 0, key, 0.0, call.wait_seconds, outcome), thresholds[key])
    return tally.figures()


def scenario_of(traffic: Traffic, name: str) -> ScenarioBody:
    """Make a scenario of real traffic. Callers come by chance, as many each half hour as came."""
    ringing = [one for each in traffic.presence.values() for one in each.ringing]
    missed = sum(each.missed for each in traffic.presence.values())
    offers = missed + len(ringing)
    present = [one for one in traffic.agents if traffic.presence[int(one.id)].shifts]
    groups = _groups(traffic.queues, {one.id for one in present})
    return ScenarioBody(
        name=name,
        hours=traffic.days * DAY,
        interval_minutes=60,
        answer_seconds=min(60.0, sum(ringing) / len(ringing)) if ringing else USUAL_RINGING,
        missed_share=min(0.9, missed / offers) if offers else 0.0,
        queues=[
            _queue(one, traffic.queues, groups, {agent.id for agent in present})
            for one in traffic.queues
        ],
        agents=[
            AgentsBody(
                name=entry_of(one.id),
                skills={str(skill): level for skill, level in one.skills.items()},
                groups=[group for group, members in groups.items() if one.id in members],
                shifts=[
                    SpanBody(start=start, end=end)
                    for start, end in _longest(traffic.presence[int(one.id)].shifts)
                ],
            )
            for one in present
        ],
        callers=[
            _stream(traffic, queue) for queue in traffic.queues if traffic.calls.get(queue.key)
        ],
    )


def entry_of(agent: int) -> str:
    """Name an agent's entry in the scenario: two agents may have one name."""
    return f"agent {agent}"


def _groups(queues_: Sequence[Queue], present: Collection[int]) -> dict[str, set[AgentId]]:
    """Make a group of the agents that each overflow step adds, if any of them is there."""
    found = {
        _group_of(queue, number): {one.agent for one in step.action.members} & set(present)
        for queue in queues_
        for number, step in enumerate(queue.steps)
        if isinstance(step.action, AddMembers)
    }
    return {name: members for name, members in found.items() if members}


def _group_of(queue: Queue, step: int) -> str:
    return f"{step} {queue.key}"[:50]


def _longest(shifts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Bring many short spans together: the shortest gaps go first."""
    found = list(shifts)
    while len(found) > 50:  # noqa: PLR2004 - the bound of a scenario
        gaps = [after[0] - before[1] for before, after in pairwise(found)]
        place = gaps.index(min(gaps))
        found[place : place + 2] = [(found[place][0], found[place + 1][1])]
    return found


def _stream(traffic: Traffic, queue: Queue) -> StreamBody:
    calls = traffic.calls[queue.key]
    counts: dict[int, int] = {}
    for call in calls:
        hours = (call.at - traffic.midnight).total_seconds() / 3600
        place = int(hours / SLICE)
        if 0 <= hours < traffic.days * DAY:
            counts[place] = counts.get(place, 0) + 1
    talked = [call.handling_seconds for call in calls if call.handling_seconds is not None]
    wrap_ups = [
        seconds
        for each in traffic.presence.values()
        for key, seconds in each.wrap_ups
        if key == queue.key
    ]
    return StreamBody(
        queue=queue.key,
        rates=[
            ArrivalRateBody(start=place * SLICE, end=(place + 1) * SLICE, per_hour=count / SLICE)
            for place, count in sorted(counts.items())
        ],
        handling=_seen(talked) or ExponentialBody(kind="exponential", mean=USUAL_HANDLING),
        patience=_patience(calls),
        wrap_up=_seen(wrap_ups),
    )


def _seen(seconds: Sequence[float]) -> TimesBody | None:
    """Take the given number of the times, evenly from all of them."""
    if not seconds:
        return None
    step = max(1, -(-len(seconds) // MOST_SEEN))
    day = DAY * 3600
    return SeenBody(kind="seen", seconds=[min(max(one, 0.0), day) for one in seconds[::step]])


def _patience(calls: Iterable[QueueCall]) -> ExponentialBody | None:
    """Give the mean patience: answered callers would have waited longer (they are censored)."""
    waited, gave_up = 0.0, 0
    for call in calls:
        waited += call.wait_seconds
        gave_up += call.handling_seconds is None
    if not gave_up or waited <= 0:
        return None
    return ExponentialBody(kind="exponential", mean=min(max(waited / gave_up, 1.0), DAY * 3600))


def _queue(
    queue: Queue,
    all_: Sequence[Queue],
    groups: Collection[str],
    present: Collection[int],
) -> SimulatedQueueBody:
    known = {one.key for one in all_}
    steps = (_step(queue, number, known, groups) for number in range(len(queue.steps)))
    return SimulatedQueueBody(
        key=queue.key,
        name=queue.name,
        members=[
            ScenarioMemberBody(agent=entry_of(one.agent), rank=one.rank)
            for one in queue.members
            if one.agent in present
        ],
        strategy=queue.strategy,
        needs=[SkillNeedBody(skill=one.skill, level=one.level) for one in queue.needs],
        steps=[one for one in steps if one is not None],
        priority=queue.priority,
        weight=queue.weight,
        ageing=queue.ageing,
        ring_seconds=queue.ring_seconds,
        wrapup_seconds=queue.wrapup_seconds,
        max_misses=queue.max_misses,
        max_wait_seconds=queue.max_wait_seconds,
        timed_out=_destination(queue.timed_out, known),
        max_length=queue.max_length,
        full=_destination(queue.full, known),
        empty=_destination(queue.empty, known),
        service_seconds=queue.service_seconds,
    )


def _step(
    queue: Queue, number: int, known: Collection[str], groups: Collection[str]
) -> StepBody | None:
    step = queue.steps[number]
    at, action = step.after_seconds, step.action
    match action:
        case RelaxSkill(skill, level):
            return RelaxBody(do="relax skill", after_seconds=at, skill=skill, level=level)
        case RaisePriority(by):
            return RaiseBody(do="raise priority", after_seconds=at, by=by)
        case AddMembers():
            group = _group_of(queue, number)
            if group not in groups:
                return None
            return AddBody(do="add members", after_seconds=at, group=group, rank=action.rank)
        case SendTo(to):
            where = _destination(to, known)
            return SendBody(do="send to", after_seconds=at, destination=where)


def _destination(to: Destination | None, known: Collection[str]) -> str:
    """Give a destination as a scenario names it; all but its queues lead out of it."""
    if to is None:
        return ""
    is_queue = to.kind is DestinationKind.QUEUE and to.key in known
    return str(to) if is_queue else DestinationKind.HANG_UP.value
