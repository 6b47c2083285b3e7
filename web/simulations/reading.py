"""From a scenario's body to a scenario; what refers to nothing is named by its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from acd.queue import (
    AddMembers,
    AgentId,
    OverflowStep,
    Queue,
    QueueKey,
    QueueMember,
    RaisePriority,
    RelaxSkill,
    SendTo,
    StepAction,
    best_ranks,
    members_of,
)
from acd.simulate.scenario import (
    ArrivalRate,
    Constant,
    Empirical,
    Exponential,
    Lognormal,
    Scenario,
    Seat,
    Shift,
    Stream,
    Times,
)
from acd.skills import Need, SkillKey
from crm.kernel.destination import Destination, DestinationKind, read_destination
from crm.kernel.errors import InvalidError
from web.kit.i18n import N_
from web.simulations.scenario_shapes import (
    MOST_AGENTS,
    AddBody,
    AgentsBody,
    ConstantBody,
    ExponentialBody,
    LognormalBody,
    RaiseBody,
    RelaxBody,
    ScenarioBody,
    ScenarioMemberBody,
    SeenBody,
    SimulatedQueueBody,
    SkillNeedBody,
    SpanBody,
    StepBody,
    StreamBody,
)

HOUR = 3600.0
NO_QUEUE = N_("There is no queue “{queue}” in the scenario.")
NO_GROUP = N_("No agents of the scenario are in the group “{group}”.")
NO_AGENT = N_("No agents of the scenario have the name “{agent}”.")


@dataclass(frozen=True, slots=True)
class _Staff:
    """The agents, and where they can be found."""

    seats: tuple[Seat, ...]
    by_group: Mapping[str, Sequence[AgentId]]
    by_name: Mapping[str, Sequence[AgentId]]


def read_scenario(body: ScenarioBody) -> Scenario:
    """Make the scenario; InvalidError names the place of what is wrong, "queues.0.members.1"."""
    staff = _staff(body.agents)
    seconds = body.hours * HOUR
    if body.warm_up_hours >= body.hours:
        raise InvalidError(N_("The warm-up must be shorter than the scenario."), "warm_up_hours")
    keys = [one.key for one in body.queues]
    for number, key in enumerate(keys):
        if key in keys[:number]:
            raise InvalidError(N_("This key is taken already."), f"queues.{number}.key")
    plain = {
        QueueKey(one.key): _members(one, staff, f"queues.{number}.members")
        for number, one in enumerate(body.queues)
    }
    return Scenario(
        seconds,
        tuple(
            _queue(one, plain, staff, f"queues.{number}") for number, one in enumerate(body.queues)
        ),
        staff.seats,
        tuple(_stream(one, plain, f"callers.{number}") for number, one in enumerate(body.callers)),
        body.warm_up_hours * HOUR,
        body.interval_minutes * 60.0,
        body.answer_seconds,
        body.missed_share,
    )


def expected_calls(scenario: Scenario) -> float:
    """Give how many callers come in one run, on average."""
    return sum(
        (min(one.end, scenario.seconds) - one.start) * one.per_hour / HOUR
        if isinstance(one, ArrivalRate)
        else 1.0
        for stream in scenario.streams
        for one in stream.arrivals
    )


def _staff(given: Sequence[AgentsBody]) -> _Staff:
    seats: list[Seat] = []
    by_group: dict[str, list[AgentId]] = {}
    by_name: dict[str, list[AgentId]] = {}
    for number, body in enumerate(given):
        shifts = _shifts(body, f"agents.{number}.shifts")
        for place in range(body.count):
            agent = AgentId(len(seats) + 1)
            name = body.name if body.count == 1 else f"{body.name} {place + 1}"
            skills = {SkillKey(skill): level for skill, level in body.skills.items()}
            seats.append(Seat(agent, name, skills, shifts))
            by_name.setdefault(body.name, []).append(agent)
            for group in body.groups:
                by_group.setdefault(group, []).append(agent)
    if len(seats) > MOST_AGENTS:
        raise InvalidError(N_("At most {most} agents."), "agents", most=MOST_AGENTS)
    return _Staff(tuple(seats), by_group, by_name)


def _shifts(body: AgentsBody, place: str) -> tuple[Shift, ...]:
    shifts = sorted(body.shifts, key=lambda one: one.start)
    for number, one in enumerate(body.shifts):
        _check_span(one, f"{place}.{number}.end")
    for before, after in pairwise(shifts):
        if after.start < before.end:
            number = body.shifts.index(after)
            raise InvalidError(N_("Two shifts overlap."), f"{place}.{number}.start")
    return tuple(Shift(one.start * HOUR, one.end * HOUR) for one in shifts)


def _check_span(span: SpanBody, place: str) -> None:
    if span.end <= span.start:
        raise InvalidError(N_("The end is before the beginning."), place)


def _members(body: SimulatedQueueBody, staff: _Staff, place: str) -> tuple[QueueMember, ...]:
    if body.members is None:
        return members_of(seat.agent for seat in staff.seats)
    found: list[QueueMember] = []
    for number, one in enumerate(body.members):
        found += members_of(_agents_of(one, staff, f"{place}.{number}"), one.rank)
    return best_ranks(found)


def _agents_of(member: ScenarioMemberBody, staff: _Staff, place: str) -> Sequence[AgentId]:
    if (member.group is None) == (member.agent is None):
        raise InvalidError(N_("Name a group or an agent."), place)
    if member.group is not None:
        return _members_of_group(member.group, staff, f"{place}.group")
    agent = member.agent or ""
    if agent not in staff.by_name:
        raise InvalidError(NO_AGENT, f"{place}.agent", agent=agent)
    return staff.by_name[agent]


def _members_of_group(group: str, staff: _Staff, place: str) -> Sequence[AgentId]:
    if group not in staff.by_group:
        raise InvalidError(NO_GROUP, place, group=group)
    return staff.by_group[group]


def _queue(
    body: SimulatedQueueBody,
    members: Mapping[QueueKey, tuple[QueueMember, ...]],
    staff: _Staff,
    place: str,
) -> Queue:
    key = QueueKey(body.key)
    plain: dict[str, Any] = body.model_dump(
        include={
            "ring_seconds",
            "wrapup_seconds",
            "max_misses",
            "priority",
            "weight",
            "ageing",
            "max_wait_seconds",
            "max_length",
            "service_seconds",
        }
    )
    steps = [
        OverflowStep(one.after_seconds, _action(one, members, staff, f"{place}.steps.{number}"))
        for number, one in enumerate(body.steps)
    ]
    return Queue(
        key,
        body.name or body.key,
        members[key],
        strategy=body.strategy,
        needs=_needs(body.needs),
        steps=tuple(sorted(steps, key=lambda one: one.after_seconds)),
        timed_out=_destination(body.timed_out, members, f"{place}.timed_out"),
        full=_destination(body.full, members, f"{place}.full"),
        empty=_destination(body.empty, members, f"{place}.empty"),
        **plain,
    )


def _action(
    body: StepBody,
    members: Mapping[QueueKey, tuple[QueueMember, ...]],
    staff: _Staff,
    place: str,
) -> StepAction:
    match body:
        case RelaxBody():
            return RelaxSkill(SkillKey(body.skill), body.level)
        case RaiseBody():
            return RaisePriority(body.by)
        case AddBody():
            return _add(body, members, staff, place)
        case _:
            to = _destination(body.destination, members, f"{place}.destination")
            if to is None:
                raise InvalidError(
                    N_("Say where the callers go: queue:KEY or hangup."), f"{place}.destination"
                )
            return SendTo(to)


def _add(
    body: AddBody,
    members: Mapping[QueueKey, tuple[QueueMember, ...]],
    staff: _Staff,
    place: str,
) -> AddMembers:
    if (body.group is None) == (body.queue is None):
        raise InvalidError(N_("Name a group or a queue."), place)
    if body.group is not None:
        agents = _members_of_group(body.group, staff, f"{place}.group")
    else:
        key = _known(body.queue or "", members, f"{place}.queue")
        agents = [one.agent for one in members[key]]
    return AddMembers(rank=body.rank, members=members_of(agents, body.rank))


def _known(key: str, queues: Mapping[QueueKey, object], place: str) -> QueueKey:
    if key not in queues:
        raise InvalidError(NO_QUEUE, place, queue=key)
    return QueueKey(key)


def _destination(text: str, queues: Mapping[QueueKey, object], place: str) -> Destination | None:
    if not text:
        return None
    try:
        to = read_destination(text)
    except InvalidError as error:
        raise InvalidError(error.sentence, place, **error.values) from None
    if to.kind is DestinationKind.QUEUE:
        _known(to.key, queues, place)
    return to


def _needs(given: Sequence[SkillNeedBody]) -> tuple[Need, ...]:
    return tuple(Need(SkillKey(one.skill), one.level) for one in given)


def _stream(body: StreamBody, queues: Mapping[QueueKey, object], place: str) -> Stream:
    key = _known(body.queue, queues, f"{place}.queue")
    if bool(body.rates) == bool(body.times):
        raise InvalidError(N_("Give either rates or times."), place)
    return Stream(
        key,
        tuple(_rates(body, place)) if body.rates else tuple(sorted(body.times)),
        _times(body.handling),
        _times(body.patience) if body.patience is not None else None,
        _times(body.wrap_up) if body.wrap_up is not None else None,
        _needs(body.needs),
        body.priority,
    )


def _rates(body: StreamBody, place: str) -> Iterator[ArrivalRate]:
    for number, one in enumerate(body.rates):
        _check_span(one, f"{place}.rates.{number}.end")
        yield ArrivalRate(one.start * HOUR, one.end * HOUR, one.per_hour)


def _times(body: ConstantBody | ExponentialBody | LognormalBody | SeenBody) -> Times:
    match body:
        case ConstantBody():
            return Constant(body.seconds)
        case ExponentialBody():
            return Exponential(body.mean)
        case LognormalBody():
            return Lognormal(body.mean, body.deviation)
        case SeenBody():
            return Empirical(tuple(body.seconds))
