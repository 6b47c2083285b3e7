"""A scenario to simulate: queues, agents with skills and shifts, and the callers who come.

Times are seconds from the start of the scenario.
"""

from dataclasses import dataclass, field

from acd.queue import AgentId, Queue, QueueKey
from acd.skills import Levels, Need


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same time."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Exponential:
    """Times of an exponential distribution."""

    mean: float


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Times of a lognormal distribution, with the mean and deviation of the times themselves."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Empirical:
    """Times drawn from those that were seen, each as likely as the others."""

    seconds: tuple[float, ...]


Times = Constant | Exponential | Lognormal | Empirical


@dataclass(frozen=True, slots=True)
class ArrivalRate:
    """Callers who come by chance (Poisson), a number per hour, within an interval."""

    start: float
    end: float
    per_hour: float


@dataclass(frozen=True, slots=True)
class Stream:
    """Callers of one kind: when they come, and how they behave."""

    queue: QueueKey
    arrivals: tuple[ArrivalRate, ...] | tuple[float, ...]  # rates, or the times themselves
    handling: Times
    patience: Times | None = None  # None: nobody hangs up
    wrap_up: Times | None = None  # None: as long as the queue gives; never longer
    needs: tuple[Need, ...] = ()  # beside those of the queue
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Shift:
    """A time in which an agent is signed in and ready; a gap between two is a break."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent of a scenario; without shifts they stay from the start until the last call."""

    agent: AgentId
    name: str
    skills: Levels = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that a run needs but the seed. Members of queues are agents of `seats`."""

    seconds: float  # callers come until then; the calls are played to their end
    queues: tuple[Queue, ...]
    seats: tuple[Seat, ...]
    streams: tuple[Stream, ...]
    warm_up: float = 0.0  # callers who come before it are in no figure
    interval: float = 1800.0  # of the figures by interval
    answer_seconds: float = 0.0  # how long a phone rings until its agent answers, on average
    missed_share: float = 0.0  # of the offers, in 0..1
