"""An agent: presence, tasks and capacity, and the headline state that people see.

Presence is the agent's choice (signed out, ready, paused); tasks are the works that the agent is
busy with. Neither is copied into the other: a pause asked for during a talk is only the presence,
and shows when the talk and its wrap-up are over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from acd.membership import Membership
from acd.queue import AgentId, QueueKey
from acd.skills import Levels
from acd.today import Today
from acd.work import Medium, WorkId
from crm.calls.record import CallId, FactId
from crm.kernel.state import Timers, no_timers


class AgentState(StrEnum):
    """The headline state, derived from presence and tasks; these words go to database and API."""

    SIGNED_OUT = "signed out"
    READY = "ready"
    PAUSED = "paused"
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap-up"


class Presence(StrEnum):
    """What the agent chose."""

    SIGNED_OUT = "signed out"
    READY = "ready"
    PAUSED = "paused"


class TaskState(StrEnum):
    """Where an agent is with one work."""

    OFFERED = "offered"
    ACTIVE = "active"
    HELD = "held"
    WRAP_UP = "wrap-up"


class Outbound(StrEnum):
    """How far an agent may dial out: by the outbound rules, or only so far.

    Each level after the first includes the ones before it.
    """

    BY_RULE = "by rule"
    NONE = "none"
    INTERNAL = "internal"
    NATIONAL = "national"
    INTERNATIONAL = "international"


class Phone(StrEnum):
    """The kinds of phone an agent may take calls on."""

    BROWSER = "browser"
    SIP = "sip"
    OUTSIDE = "outside"  # any number, called over a trunk; there is nothing that registers


@dataclass(frozen=True, slots=True)
class Task:
    """An agent's part in one work."""

    work: WorkId
    medium: Medium
    queue: QueueKey
    state: TaskState
    since: float  # of this state, seconds of the engine's clock
    call: CallId | None = None
    until: float | None = None  # end of the ringing, or of the wrap-up
    extended: bool = False  # the agent has asked for more time to wrap up
    consults: bool = False  # on hold, because the agent speaks with another party about it


@dataclass(frozen=True, slots=True)
class Wish:
    """An agent wants to be called as soon as a colleague is free, until a time."""

    colleague: AgentId
    call: CallId  # the id of the call that is made then
    until: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much an agent takes at once: a number for each medium, and a number in all."""

    limits: Mapping[Medium, int] = field(
        default_factory=lambda: MappingProxyType({Medium.VOICE: 1})
    )
    total: int = 1


ONE_CALL = Capacity()
NEVER_IDLE: Mapping[Medium, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent on the floor. Times are seconds of the engine's clock."""

    id: AgentId
    name: str
    extension: str
    presence: Presence = Presence.SIGNED_OUT
    since: float = 0.0  # when the headline state, or the reason of a pause, last changed
    reason: str = ""  # why paused
    idle_since: Mapping[Medium, float] = field(
        default_factory=lambda: NEVER_IDLE
    )  # last end of work; the longest idle is first
    phone: Phone = Phone.BROWSER
    reachable: bool = False  # the phone is registered
    tasks: tuple[Task, ...] = ()
    capacity: Capacity = ONE_CALL
    skills: Levels = field(default_factory=dict)
    queues: tuple[QueueKey, ...] = ()  # of which they are a member, copied from the settings
    memberships: tuple[Membership, ...] = ()  # in these queues, and in those that steps add
    offered_at: Mapping[QueueKey, float] = field(default_factory=dict)  # the last offer of each
    today: Today = Today()  # noqa: RUF009 - frozen
    misses: int = 0  # in a row
    wishes: tuple[Wish, ...] = ()
    answered_by: str = ""  # a colleague who took the call that rang here until just now
    back_at: float | None = None  # when the agent means to be ready again, of a pause
    idle_limit_seconds: float = 0.0  # not ready for longer, they are signed out; 0: never
    enabled: bool = True
    # "wrap-up/WORK", "phone gone", "wish/AGENT", "idle"
    timers: Timers = field(default_factory=no_timers)

    @property
    def state(self) -> AgentState:
        """The headline: the busiest task, else the presence."""
        states = {task.state for task in self.tasks}
        if TaskState.ACTIVE in states or TaskState.HELD in states:
            return AgentState.TALKING
        if TaskState.OFFERED in states:
            return AgentState.OFFERED
        if TaskState.WRAP_UP in states:
            return AgentState.WRAP_UP
        return AgentState(self.presence.value)

    @property
    def is_idle(self) -> bool:
        """Signed in, and busy with nothing."""
        return self.state in (AgentState.READY, AgentState.PAUSED)

    @property
    def shown_reason(self) -> str:
        """The reason of the pause, or why they were signed out, if that is what is shown."""
        shown = self.state in (AgentState.PAUSED, AgentState.SIGNED_OUT)
        return self.reason if shown else ""

    @property
    def pause_to_come(self) -> str | None:
        """The reason of the pause that follows what the agent is busy with, if one does."""
        paused = self.presence is Presence.PAUSED and self.state is not AgentState.PAUSED
        return self.reason if paused else None

    def task(self, work: WorkId) -> Task | None:
        """The agent's part in a work, if there is one."""
        return next((task for task in self.tasks if task.work == work), None)

    @property
    def main_task(self) -> Task | None:
        """The task of the headline state: the talk, else the ringing, else the wrap-up."""
        return min(self.tasks, key=_rank, default=None)


_RANK = {TaskState.ACTIVE: 0, TaskState.HELD: 1, TaskState.OFFERED: 2, TaskState.WRAP_UP: 3}


def _rank(task: Task) -> int:
    return 0 if task.consults else _RANK[task.state]


PAST = "past"
"""In the detail of a line that is told when later ones are known already."""


@dataclass(frozen=True, slots=True)
class AgentEvent:
    """One line of an agent's log: the new state, when it began, and its cause."""

    fact: FactId
    agent: AgentId
    at: datetime  # aware UTC
    state: AgentState
    reason: str = ""
    cause: str = ""  # "desk" | "call" | "miss" | "wrap-up over" | "supervisor" | "resync" | …
    call: CallId | None = None
    phone: Phone | None = None
    inferred: bool = False
    detail: Mapping[str, str] = field(default_factory=dict)
