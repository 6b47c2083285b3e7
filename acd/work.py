"""Work: one thing that waits for an agent, of any medium; an agent's part in it is a task."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NewType

from acd.queue import AgentId, QueueKey
from crm.calls.record import CallId
from crm.kernel.state import NO_TIMERS, Timers, no_timers

WorkId = NewType("WorkId", str)
"""The id of a work. A call's own work has the call's id."""


class Medium(StrEnum):
    """The kinds of work that an agent's capacity is counted by."""

    VOICE = "voice"
    CALLBACK = "callback"
    OUTBOUND = "outbound"
    CHAT = "chat"


class WorkState(StrEnum):
    """The state of a work. A finished work has no row any more."""

    WAITING = "waiting"
    OFFERED = "offered"
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True)
class Need:
    """A skill that an agent must have, and how much of it (1 to 10)."""

    skill: str
    level: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The work rings at an agent until a time (seconds of the engine's clock)."""

    agent: AgentId
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Work:
    """One work that waits for an agent, is offered to some, or is assigned to one."""

    id: WorkId
    medium: Medium
    queue: QueueKey
    since: float  # when the wait began; stays the same after misses, a lost phone and a restart
    priority: int = 0
    call: CallId | None = None  # the call that it is about, if any
    needs: tuple[Need, ...] = ()
    prefers: tuple[AgentId, ...] = ()
    only: AgentId | None = None  # directed to one agent: it is in no line
    state: WorkState = WorkState.WAITING
    changed: float = 0.0  # when it came into this state
    offers: tuple[Offer, ...] = ()  # several at once is ring-all
    agent: AgentId | None = None
    passed_over: frozenset[AgentId] = frozenset()  # missed or declined it just now
    timers: Timers = field(default_factory=no_timers)  # "offer", "passed over"

    def offer_to(self, agent: AgentId) -> Offer | None:
        """Give the offer that rings at this agent, or None."""
        return next((one for one in self.offers if one.agent == agent), None)

    def waiting_again(self, now: float) -> "Work":
        """The same work, waiting: no offer, no agent, no timer."""
        return replace(
            self, state=WorkState.WAITING, changed=now, offers=(), agent=None, timers=NO_TIMERS
        )


Urgency = tuple[int, float, WorkId]


def urgency(work: Work) -> Urgency:
    """Smaller is served first: higher priority, then the longer wait, then the id."""
    return (-work.priority, work.since, work.id)
