"""Work: one thing that waits for an agent, of any medium; an agent's part in it is a task."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NewType

from acd.queue import AgentId, QueueKey
from acd.skills import Need
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
class Offer:
    """The work rings at an agent until a time (seconds of the engine's clock)."""

    agent: AgentId
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Directed:
    """The agents that a work is for, and how their phones ring."""

    agents: tuple[AgentId, ...]
    in_turn: bool = False  # one after the other, in this order; else all that are free together
    ring_seconds: float = 0.0  # 0: as long as usual
    patience: float = 0.0  # until then the work waits for them when none is free; 0: not at all


@dataclass(frozen=True, slots=True)
class Work:
    """One work that waits for an agent, is offered to some, or is assigned to one."""

    id: WorkId
    medium: Medium
    queue: QueueKey
    since: float  # when the wait began; stays the same after misses, a lost phone and a restart
    priority: int = 0
    call: CallId | None = None  # the call that it is about, if any
    needs: tuple[Need, ...] = ()  # beside those of the queue
    needs_until: float = 0.0  # then these needs are dropped; 0: never
    level: Mapping[str, Any] | None = None  # the customer's, as `acd.service_level` tells it
    own: Mapping[str, Any] | None = None  # needs of this call alone, told in the same way
    prefers: tuple[AgentId, ...] = ()  # it is offered to them alone as long as "preferred" runs
    only: Directed | None = None  # for these agents alone: it is in no line
    state: WorkState = WorkState.WAITING
    changed: float = 0.0  # when it came into this state
    offers: tuple[Offer, ...] = ()  # several at once is ring-all
    together: bool = False  # rings at all free agents: one who becomes free rings too
    agent: AgentId | None = None
    passed_over: frozenset[AgentId] = frozenset()  # missed or declined it just now
    raised: int = 0  # by overflow steps, over the priority
    ageing: float = 0.0  # points of priority for each minute waited, by the queue
    entered: float = 0.0  # when it came into this queue; 0: when the wait began
    prefers_until: float = 0.0  # without agents: it is still looked up who is preferred
    step: int = 0  # how many overflow steps of the queue are done
    # "offer", "passed over", "patience"; of a waiting work "overflow/N", "max wait", "preferred",
    # "needs"
    timers: Timers = field(default_factory=no_timers)

    def offer_to(self, agent: AgentId) -> Offer | None:
        """Give the offer that rings at this agent, or None."""
        return next((one for one in self.offers if one.agent == agent), None)

    def waiting_again(self, now: float) -> "Work":
        """The same work, waiting: no offer, no agent, no timer."""
        return replace(
            self,
            state=WorkState.WAITING,
            changed=now,
            offers=(),
            together=False,
            agent=None,
            timers=NO_TIMERS,
        )

    @property
    def waits_for_preferred(self) -> bool:
        """Whether it waits for the agents it prefers, and is offered to nobody else yet."""
        return PREFERRED in self.timers


PREFERRED = "preferred"

Urgency = tuple[float, float, WorkId]


def for_one(agent: AgentId, patience: float = 0.0) -> Directed:
    """A work for one agent alone."""
    return Directed((agent,), patience=patience)


def urgency(work: Work) -> Urgency:
    """Smaller is served first: higher priority, then the longer wait, then the id.

    Two works age at the same speed, so their order does not change while they wait.
    """
    aged = work.ageing * work.since / 60 if work.ageing else 0
    return (aged - work.priority - work.raised, work.since, work.id)
