"""Where a call is, derived from its legs and its work."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from acd.agent import Agent, TaskState
from acd.queue import AgentId
from acd.work import Work, WorkId, WorkState
from crm.calls.record import CallId
from cti.core.call import Call, Direction
from cti.core.leg import (
    InBridge,
    InFallback,
    Leg,
    LegRole,
    LegState,
    Placement,
    Prompted,
    ReceivingFax,
)


class Stage(StrEnum):
    """Where a call is; these words go to the views and the API."""

    IVR = "ivr"
    FAX = "fax"  # a fax machine, from which a fax is received
    VOICEMAIL = "voicemail"  # hears the greeting of a box, or leaves a message
    WAITING = "waiting"
    OFFERED = "offered"  # an agent's phone rings, the customer hears music
    DIALLING = "dialling"  # we call the customer, who has not answered yet
    TALKING = "talking"
    HELD = "held"
    PHONE_LOST = "phone lost"  # the agent's phone went away in a talk; music until it is back
    PARKED = "parked"  # in a slot, with music, until an agent fetches the customer
    FORWARDED = "forwarded"  # with a number outside, which rings or has answered
    IN_FALLBACK = "in fallback"  # in the dialplan, with the agent put through there, if any
    ENDED = "ended"  # kept while its agent wraps up


IN_TALK = frozenset({Stage.TALKING, Stage.HELD, Stage.PHONE_LOST})


class CallReader(Protocol):
    """The live state, or a transaction over it."""

    def call_legs(self, call: CallId) -> Iterable[Leg]:
        """The legs of a call."""
        ...

    def call_works(self, call: CallId) -> Iterable[Work]:
        """The works of a call."""
        ...

    def work_of(self, work: WorkId) -> Work | None:
        """The work of a call."""
        ...

    def agent_of(self, agent: AgentId | None) -> Agent | None:
        """An agent."""
        ...


@dataclass(frozen=True, slots=True)
class Situation:
    """A call with everything its stage is derived from."""

    call: Call
    work: Work | None
    customer_leg: Leg | None
    agent_leg: Leg | None  # of the agent who has the call, or for whom it rings
    agent: AgentId | None  # who has the call, or for whom it rings, or who had it last
    stage: Stage

    @property
    def held_by(self) -> str:
        """Who holds the talk: "desk", "phone" or nobody."""
        if self.stage is not Stage.HELD:
            return ""
        return "phone" if self.agent_leg is not None and self.agent_leg.holding else "desk"

    @property
    def since(self) -> float:
        """When the stage began."""
        call, leg = self.call, self.customer_leg
        if call.ended is not None:
            return call.ended
        if self.stage in (Stage.WAITING, Stage.OFFERED) and self.work is not None:
            return self.work.changed
        if leg is None:
            return call.arrived
        return max(leg.placed, call.arrived)


def situation(state: CallReader, call: Call) -> Situation:
    """Derive where a call is."""
    work = state.work_of(call.work)
    legs = list(state.call_legs(call.id))
    customer = next((leg for leg in legs if leg.role is LegRole.CUSTOMER), None)
    agent = _agent(call, work)
    theirs = (leg for leg in legs if leg.role is LegRole.AGENT and leg.agent == agent)
    agent_leg = next(theirs, None)
    outside = work is None and any(leg.role is LegRole.OUTSIDE for leg in legs)
    stage = Stage.FORWARDED if outside else _stage(state, call, work, customer)
    if call.ended is not None:
        stage = Stage.ENDED
    return Situation(call, work, customer, agent_leg, agent, stage)


def _agent(call: Call, work: Work | None) -> AgentId | None:
    if work is not None and work.agent is not None:
        return work.agent
    if work is not None and work.offers:
        return work.offers[0].agent
    return call.agent if call.ended is not None else None


def _stage(  # noqa: PLR0911 - one for each stage
    state: CallReader, call: Call, work: Work | None, customer: Leg | None
) -> Stage:
    if call.direction is Direction.INTERNAL and call.box is None:
        return Stage.OFFERED if call.talked is None else Stage.TALKING
    placement = customer.placement if customer is not None else None
    if isinstance(placement, InFallback):
        return Stage.IN_FALLBACK
    if isinstance(placement, ReceivingFax):
        return Stage.FAX
    if call.box is not None:
        return Stage.VOICEMAIL
    if call.slot is not None and work is None:
        return Stage.PARKED
    if call.direction is Direction.OUT and call.talked is None:
        return Stage.DIALLING
    if call.held_at_loss and work is not None and work.state is WorkState.ASSIGNED:
        return Stage.PHONE_LOST
    return _in_queue(state, work, placement)


def _in_queue(state: CallReader, work: Work | None, placement: Placement | None) -> Stage:
    if work is None:
        return Stage.IVR
    if work.state is not WorkState.ASSIGNED:
        return Stage.WAITING if work.state is WorkState.WAITING else Stage.OFFERED
    agent = state.agent_of(work.agent)
    task = agent.task(work.id) if agent is not None else None
    if task is not None and task.state is TaskState.HELD:
        return Stage.HELD
    # Before the talk the customer may hear who has answered.
    together = isinstance(placement, InBridge | Prompted)
    return Stage.TALKING if together else Stage.PHONE_LOST


def is_up(leg: Leg | None) -> bool:
    """Whether a leg is there and was answered."""
    return leg is not None and leg.state is LegState.UP
