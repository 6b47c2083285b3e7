"""Commands, facts and refusals of the floor: values that the core carries out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from acd.work import WorkId
from crm.calls.record import CallId
from crm.kernel.destination import Destination


class Leaves(StrEnum):
    """Why a caller is sent on by a queue; the words stand in the call's timeline."""

    STEP = "overflow"  # an overflow step
    TIMED_OUT = "longest wait"
    FULL = "full"
    CLOSED = "closed"
    EMPTY = "no agent"


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring this agent for the work; its row has the offer already."""

    work: WorkId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class StopRinging:
    """End the ringing of an offer that the agent did not miss."""

    work: WorkId
    agent: AgentId
    why: str
    by: AgentId | None = None  # who has accepted it


@dataclass(frozen=True, slots=True)
class LineClosed:
    """The queue of a waiting work does not exist: send the work elsewhere."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A work for some agents alone cannot be offered to any of them, or was not accepted."""

    work: WorkId


@dataclass(frozen=True, slots=True)
class TaskOver:
    """The agent has finished with the work, its wrap-up included."""

    work: WorkId
    agent: AgentId
    call: CallId | None


@dataclass(frozen=True, slots=True)
class SentOn:
    """A waiting work leaves its queue for another destination."""

    work: WorkId
    to: Destination
    why: Leaves


FloorOrder = Ring | StopRinging | LineClosed | NotTaken | TaskOver | SentOn


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
