"""The figures of one run: of all calls, by queue, by skill and by interval, and of the agents."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from acd.agent import AgentState
from acd.queue import AgentId, Queue
from acd.simulate.run import Played, Visit, VisitOutcome
from acd.simulate.scenario import Scenario
from acd.skills import together


class FigurePart(StrEnum):
    """What some figures are of."""

    ALL = "all"
    QUEUE = "queue"
    SKILL = "skill"
    INTERVAL = "interval"
    QUEUE_INTERVAL = "interval of a queue"


Key = tuple[FigurePart, str]
"""A part and its name; of an interval the second at which it starts, then " " and the queue."""

ALL: Key = (FigurePart.ALL, "")
_BUSY = frozenset({AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP})
_AT_WORK = _BUSY | {AgentState.READY}


@dataclass(slots=True)
class Tally:
    """Counts and sums of visits. T is the queue's threshold of the service level."""

    offered: int = 0
    answered: int = 0  # N
    abandoned: int = 0  # B
    sent_on: int = 0
    still_waiting: int = 0
    answered_in_time: int = 0  # N ≤ T
    abandoned_in_time: int = 0  # B ≤ T
    delayed: int = 0
    wait_of_all: float = 0.0
    wait_of_answered: float = 0.0
    longest: float = 0.0

    def add(self, visit: Visit, threshold: float) -> None:
        """Count one visit."""
        wait = visit.wait
        in_time = wait <= threshold
        self.offered += 1
        self.delayed += wait > 0
        self.wait_of_all += wait
        self.longest = max(self.longest, wait)
        match visit.outcome:
            case VisitOutcome.ANSWERED:
                self.answered += 1
                self.answered_in_time += in_time
                self.wait_of_answered += wait
            case VisitOutcome.ABANDONED:
                self.abandoned += 1
                self.abandoned_in_time += in_time
            case VisitOutcome.SENT_ON:
                self.sent_on += 1
            case VisitOutcome.STILL_WAITING:
                self.still_waiting += 1

    def figures(self) -> dict[str, float | None]:
        """Give the figures by name; None where nothing was there to measure."""
        n, b = self.answered, self.abandoned
        late = b - self.abandoned_in_time
        return {
            "offered": float(self.offered),
            "answered": float(n),
            "abandoned": float(b),
            "sent_on": float(self.sent_on),
            "still_waiting": float(self.still_waiting),
            "service_level_1": _ratio(self.answered_in_time + self.abandoned_in_time, n + b),
            "service_level_2": _ratio(self.answered_in_time, n),
            "service_level_3": _ratio(self.answered_in_time, n + b),
            "service_level_4": _ratio(self.answered_in_time, n + late),
            "asa_seconds": _ratio(self.wait_of_answered, n),
            "mean_wait_seconds": _ratio(self.wait_of_all, self.offered),
            "longest_wait_seconds": self.longest if self.offered else None,
            "abandoned_share": _ratio(b, n + b),
            "delayed_share": _ratio(self.delayed, self.offered),
        }


@dataclass(frozen=True, slots=True)
class RunFigures:
    """All figures of one run."""

    parts: Mapping[Key, Mapping[str, float | None]]
    occupancy: Mapping[AgentId, float | None]  # busy of the time at work
    shares: Mapping[AgentId, float | None]  # of all answered calls


def figures_of(scenario: Scenario, played: Played) -> RunFigures:
    """Give the figures of one run; callers of the warm-up are in none."""
    queues = {queue.key: queue for queue in scenario.queues}
    counted = [visit for visit in played.visits if visit.arrived >= scenario.warm_up]
    tallies: defaultdict[Key, Tally] = defaultdict(Tally)
    calls: defaultdict[AgentId, int] = defaultdict(int)
    for visit in counted:
        queue = queues[visit.queue]
        for key in _keys(scenario, queue, visit):
            tallies[key].add(visit, queue.service_seconds)
        if visit.outcome is VisitOutcome.ANSWERED and visit.agent is not None:
            calls[visit.agent] += 1
    parts = {key: tally.figures() for key, tally in tallies.items()}
    busy = _occupancy(scenario, played)
    for key, occupied in busy.parts.items():
        parts.setdefault(key, {**Tally().figures()})
        parts[key] = {**parts[key], "occupancy": occupied}
    answered = sum(calls.values())
    shares = {seat.agent: _ratio(calls[seat.agent], answered) for seat in scenario.seats}
    return RunFigures(parts, busy.agents, shares)


def _keys(scenario: Scenario, queue: Queue, visit: Visit) -> Iterable[Key]:
    start = str(int(visit.arrived // scenario.interval * scenario.interval))
    if visit.last:  # a caller counts once in the whole, and in each queue that they came to
        yield ALL
        yield (FigurePart.INTERVAL, start)
    yield (FigurePart.QUEUE, queue.key)
    yield (FigurePart.QUEUE_INTERVAL, f"{start} {queue.key}")
    for need in together(queue.needs, scenario.streams[visit.stream].needs):
        yield (FigurePart.SKILL, need.skill)


@dataclass(frozen=True, slots=True)
class _Occupancy:
    parts: Mapping[Key, float | None]
    agents: Mapping[AgentId, float | None]


def _occupancy(scenario: Scenario, played: Played) -> _Occupancy:
    """Give busy time (ring, talk, wrap-up) over the time at work, within the time callers come."""
    at_work: defaultdict[Key | AgentId, float] = defaultdict(float)
    busy: defaultdict[Key | AgentId, float] = defaultdict(float)
    for agent, state, start, end in played.spans:
        if state not in _AT_WORK:
            continue
        for part_of, seconds in _slices(scenario, max(start, scenario.warm_up), end):
            for key in (ALL, (FigurePart.INTERVAL, part_of), agent):
                at_work[key] += seconds
                if state in _BUSY:
                    busy[key] += seconds
    ratios = {key: _ratio(busy[key], seconds) for key, seconds in at_work.items()}
    return _Occupancy(
        {key: value for key, value in ratios.items() if isinstance(key, tuple)},
        {seat.agent: ratios.get(seat.agent) for seat in scenario.seats},
    )


def _slices(scenario: Scenario, start: float, end: float) -> Iterable[tuple[str, float]]:
    """Cut a span at the borders of intervals: the interval's name, and the seconds in it."""
    end = min(end, scenario.seconds)
    while start < end:
        number = int(start // scenario.interval)
        until = min(end, (number + 1) * scenario.interval)
        yield str(int(number * scenario.interval)), until - start
        start = until


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
