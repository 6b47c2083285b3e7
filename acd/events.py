"""Events of works on the floor. Events of agents are in `acd.seats`."""

from dataclasses import dataclass

from acd import seats, settings
from acd.queue import AgentId, QueueKey
from acd.work import Work, WorkId


@dataclass(frozen=True, slots=True)
class WorkArrived:
    """A work starts to wait, for the first time or again."""

    work: Work


@dataclass(frozen=True, slots=True)
class WorkServed:
    """Look again for a free agent for a waiting work."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class WaitDue:
    """The time of an overflow step, of the longest wait or of a preference has come."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class WorkPrefers:
    """It is known which agents a waiting work prefers, and until when it waits for them."""

    work: WorkId
    agents: tuple[AgentId, ...]
    until: float


@dataclass(frozen=True, slots=True)
class LineServed:
    """A queue's members or settings changed: look again at everything that waits in it."""

    queue: QueueKey


@dataclass(frozen=True, slots=True)
class AgentServed:
    """Look again for a work for a free agent."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    """An agent accepts the work that rings."""

    work: WorkId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """An offer ended without an answer; `missed` counts against the agent."""

    work: WorkId
    agent: AgentId
    missed: bool


@dataclass(frozen=True, slots=True)
class PassOverEnded:
    """Agents who missed a work may be offered it again."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class WorkHeld:
    """An agent's work is put on hold or resumed."""

    work: WorkId
    held: bool
    since: float | None = None  # None: now
    consults: bool = False  # the agent speaks with another party meanwhile


@dataclass(frozen=True, slots=True)
class WorkGivenUp:
    """Agents are no longer waited for: a work for them alone goes elsewhere."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class WorkBegun:
    """An agent starts a work themselves: dials a call, or listens to one."""

    work: Work


@dataclass(frozen=True, slots=True)
class WorkReleased:
    """An agent leaves a work; the work's own row stays as it is.

    With a reason for a pause the agent is paused; with a wrap-up the agent wraps up. One who takes
    an answer back has missed the work, after `missed_before` others.
    """

    work: WorkId
    agent: AgentId
    cause: str
    pause: str = ""
    wrap_up: bool = False
    missed_before: int | None = None


@dataclass(frozen=True, slots=True)
class WorkTakenOver:
    """An agent takes over a work in place of another one (a consultation), which ends with it."""

    work: WorkId
    agent: AgentId
    instead_of: WorkId


@dataclass(frozen=True, slots=True)
class WorkEnded:
    """A work is over, from any state; its agent wraps up, unless told not to."""

    work: WorkId
    cause: str
    wrap_up: bool = True


@dataclass(frozen=True, slots=True)
class WorkFound:
    """A work was found in Asterisk in some state: the agents are made to agree with it."""

    work: Work
    alone: bool = False  # its agent can be in no other talk: the fallback connected them


FloorEvent = (
    WorkArrived
    | WorkServed
    | WaitDue
    | WorkPrefers
    | LineServed
    | AgentServed
    | OfferAccepted
    | OfferEnded
    | PassOverEnded
    | WorkHeld
    | WorkGivenUp
    | WorkBegun
    | WorkReleased
    | WorkTakenOver
    | WorkEnded
    | WorkFound
    | seats.SeatEvent
    | settings.SettingsEvent
)
