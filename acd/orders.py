"""Commands, facts and refusals of the floor: values that the core carries out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from acd.work import WorkId
from crm.calls.record import CallId


@dataclass(frozen=True, slots=True)
class Ring:
    """Offer the work to this agent: its row says so already."""

    work: WorkId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class StopRinging:
    """End the ringing of an offer that the agent did not miss."""

    work: WorkId
    agent: AgentId
    why: str


@dataclass(frozen=True, slots=True)
class LineClosed:
    """The queue of a waiting work does not exist: send the work elsewhere."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A work directed to one agent cannot be offered to that agent, or was not accepted."""

    work: WorkId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class TaskOver:
    """The agent has finished with the work, its wrap-up included."""

    work: WorkId
    agent: AgentId
    call: CallId | None


FloorOrder = Ring | StopRinging | LineClosed | NotTaken | TaskOver


@dataclass(frozen=True, slots=True)
class NoteAgent:
    """A fact of an agent's day: the new state, and why.

    `detail` is what a new engine needs too: of a task its "queue", and its "work" unless that is
    the call's own; "then", the reason of a pause that was asked for during a call.
    """

    agent: AgentId
    state: AgentState
    reason: str
    cause: str
    call: CallId | None
    phone: Phone
    at: float | None = None
    inferred: bool = False
    detail: Mapping[str, str] = field(default_factory=dict)
