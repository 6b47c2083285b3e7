"""What the floor orders, records and refuses: values that whoever runs it carries out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from acd.work import WorkId
from crm.calls.record import CallId


@dataclass(frozen=True, slots=True)
class Ring:
    """Offer the work to this agent: the row says so already."""

    work: WorkId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class StopRinging:
    """The agent is not offered the work any more, though nothing was missed."""

    work: WorkId
    agent: AgentId
    why: str


@dataclass(frozen=True, slots=True)
class LineClosed:
    """The queue of a waiting work does not exist: lead it elsewhere."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A work that was directed to one agent cannot be offered to that agent, or was not taken."""

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
    """A fact of an agent's day: the state come into, and why.

    `detail` is what a new engine needs besides: of a task its "queue", and its "work" where that is
    not the call's own; "then", the reason of a pause that was asked for in a call.
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
