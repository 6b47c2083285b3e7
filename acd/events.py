"""What can happen to works on the floor. What can happen to agents is in `acd.seats`."""

from dataclasses import dataclass

from acd import seats, settings
from acd.queue import AgentId, QueueKey
from acd.work import Work, WorkId


@dataclass(frozen=True, slots=True)
class WorkArrived:
    """A work waits from now on, for the first time or again."""

    work: Work


@dataclass(frozen=True, slots=True)
class WorkServed:
    """Look once more whether somebody is free for a waiting work."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class LineServed:
    """A queue has other members or settings: look at everything that waits in it."""

    queue: QueueKey


@dataclass(frozen=True, slots=True)
class AgentServed:
    """Look once more whether something waits for an agent."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    """An agent takes the work that rings."""

    work: WorkId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """An offer came to nothing; `missed` counts against the agent."""

    work: WorkId
    agent: AgentId
    missed: bool


@dataclass(frozen=True, slots=True)
class PassOverEnded:
    """Those who missed a work may be offered it again."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class WorkHeld:
    """An agent's work is on hold, or not any more."""

    work: WorkId
    held: bool


@dataclass(frozen=True, slots=True)
class WorkBegun:
    """An agent begins a work of the agent's own accord: a call dialled, a call listened to."""

    work: Work


@dataclass(frozen=True, slots=True)
class WorkReleased:
    """An agent has no more part in a work; the work's own row is not touched.

    With a reason for a pause the agent is paused by it; with a wrap-up the agent wraps up.
    """

    work: WorkId
    agent: AgentId
    cause: str
    pause: str = ""
    wrap_up: bool = False


@dataclass(frozen=True, slots=True)
class WorkTakenOver:
    """An agent takes a work over, in place of another one (a consultation) that ends with it."""

    work: WorkId
    agent: AgentId
    instead_of: WorkId


@dataclass(frozen=True, slots=True)
class WorkEnded:
    """A work is over, from whatever state; who was busy with it wraps up, unless told not to."""

    work: WorkId
    cause: str
    wrap_up: bool = True


@dataclass(frozen=True, slots=True)
class WorkFound:
    """A work is known from what carries it, as it stands: agents are made to agree with it."""

    work: Work


FloorEvent = (
    WorkArrived
    | WorkServed
    | LineServed
    | AgentServed
    | OfferAccepted
    | OfferEnded
    | PassOverEnded
    | WorkHeld
    | WorkBegun
    | WorkReleased
    | WorkTakenOver
    | WorkEnded
    | WorkFound
    | seats.SeatEvent
    | settings.SettingsEvent
)
