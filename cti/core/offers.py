"""Offers: rings the phones that the floor has chosen, and tells the floor how it ended."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.agent import Agent, Phone
from acd.orders import FloorOrder, LineClosed, NotTaken, Ring, SentOn, StopRinging, TaskOver
from acd.queue import AgentId, QueueKey
from acd.tasks import NO_ANSWER
from acd.work import Medium, Work
from crm.calls.record import Kind
from crm.kernel.state import without_timer
from cti.core import (
    callbacks,
    calls,
    conference,
    consultation,
    context,
    destinations,
    dialling,
    outside_phones,
    overflow,
    placement,
    queueing,
    ring_groups,
    supervise,
    transfer,
    trunk_legs,
)
from cti.core.call import Call, Dialled
from cti.core.commands import CreateLeg
from cti.core.events import LegCreated, LegRang
from cti.core.leg import AgentParty, Leg, LegId, LegRole, LegStep
from cti.core.ownership import offered_work
from cti.core.state import SwitchTransaction

CONSULTATION: Mapping[str, bool] = {"consultation": True}
"""Marks an offer of a call that is not the customer's."""

DECLINED = frozenset({17, 21})  # Q.850: busy, call rejected
_UNREACHABLE = frozenset({3, 20, 27, 38, 44, 58})


def carry_out(tx: SwitchTransaction, order: FloorOrder) -> None:
    """Carry out what the floor orders, as far as it concerns calls."""
    if isinstance(order, TaskOver):
        if order.call is not None:
            calls.forget_if_done(tx, order.call)
        return
    work = tx.works.get(order.work)
    call = tx.calls.get(work.call) if work is not None else None
    if work is not None and call is not None:
        _for_call(tx, order, work, call)
    elif work is not None and work.medium is Medium.CALLBACK:
        _for_callback(tx, order, work)
    elif work is not None and isinstance(order, SentOn):
        overflow.send_chat_on(tx, work, QueueKey(order.to.key))
    elif work is not None and isinstance(order, LineClosed):
        # A chat whose queue was removed has nowhere to wait.
        floor.step(tx, floor_events.WorkEnded(work.id, "queue gone", wrap_up=False))


def _for_callback(tx: SwitchTransaction, order: FloorOrder, work: Work) -> None:
    agent = tx.agents.get(order.agent) if isinstance(order, Ring) else None
    if agent is not None:
        callbacks.dial(tx, work, agent)
    elif isinstance(order, SentOn):
        callbacks.send_on(tx, work, QueueKey(order.to.key))
    elif isinstance(order, LineClosed):
        callbacks.queue_gone(tx, work)


def _for_call(tx: SwitchTransaction, order: FloorOrder, work: Work, call: Call) -> None:
    match order:
        case Ring(agent=agent_id):
            agent = tx.agents.get(agent_id)
            if agent is not None:
                _ring(tx, call, agent, work)
        case StopRinging(agent=agent_id, why=why, by=by):
            _stop(tx, call, agent_id, why, tx.agents.get(by))
        case SentOn():
            overflow.send_on(tx, call, work, order)
        case LineClosed():
            queueing.change_line(tx, call)
        case NotTaken():
            _not_taken(tx, call, work)


def _not_taken(tx: SwitchTransaction, call: Call, work: Work) -> None:
    """No agent takes a work that was for some agents alone."""
    if isinstance(call.origin, Dialled):
        dialling.not_taken(tx, call, work)
    elif work.id != call.work and consultation.is_going_on(call):
        consultation.not_taken(tx, call)
    elif work.id != call.work:
        conference.not_taken(tx, call, work)
    elif call.ring_group is not None:
        ring_groups.not_taken(tx, call)
    elif call.transfer is not None:
        transfer.not_taken(tx, call, work)
    elif work.only is not None:
        destinations.agent_did_not(tx, call, work.only.agents[0])


def _ring(tx: SwitchTransaction, call: Call, agent: Agent, work: Work) -> None:
    leg = make_agent_leg(tx, call, agent)
    tx.note(
        call.id,
        Kind.OFFERED,
        agent=agent.id,
        name=agent.name,
        extension=agent.extension,
        leg=leg,
        phone=agent.phone,
        **({} if work.id == call.work else CONSULTATION),
    )


def make_agent_leg(
    tx: SwitchTransaction,
    call: Call,
    agent: Agent,
    *,
    auto: bool = False,
    role: LegRole = LegRole.AGENT,
) -> LegId:
    """Make a leg to an agent's phone for a call; with `auto` the browser picks up by itself."""
    customer = calls.customer_leg(tx, call)
    leg_id = LegId(f"{call.id}-a{call.legs + 1}")
    party = AgentParty(agent.id, agent.extension, agent.phone)
    node = customer.node if customer is not None else ""
    if agent.phone is Phone.OUTSIDE and role is LegRole.AGENT:
        return outside_phones.make_leg(tx, call, party, node)
    tx.legs.put(Leg(leg_id, role, party, call.id, node, since=tx.now, placed=tx.now))
    tx.calls.put(replace(call, legs=call.legs + 1))
    tx.do(
        CreateLeg(
            leg_id,
            call.id,
            agent.id,
            agent.extension,
            agent.phone,
            _shown_number(call, agent),
            customer.id if customer is not None else None,
            auto,
            role,
        )
    )
    return leg_id


def _shown_number(call: Call, agent: Agent) -> str:
    """The number that the agent's phone shows: the other party's."""
    dials = isinstance(call.origin, Dialled) and call.origin.agent == agent.id
    return call.own_number if dials else call.customer_number


def _stop(
    tx: SwitchTransaction, call: Call, agent: AgentId, why: str, by: Agent | None = None
) -> None:
    """Stop the ringing at an agent; `by` is who has answered instead."""
    leg = calls.agent_leg(tx, call, agent)
    if leg is not None:
        elsewhere = why == "answered elsewhere"
        placement.hang_up(tx, leg, "answered_elsewhere" if elsewhere else "no_answer")
    leg_id = leg.id if leg is not None else ""
    if by is None:
        tx.note(call.id, Kind.WITHDRAWN, agent=agent, leg=leg_id, why=why)
    else:
        tx.note(call.id, Kind.WITHDRAWN, agent=agent, leg=leg_id, why=why, by=by.id, name=by.name)
    _without_grace(tx, call)


def created(tx: SwitchTransaction, event: LegCreated) -> None:
    """Ring a channel that was created; end it if it comes too late."""
    leg = tx.legs.get(event.leg)
    if leg is None:
        placement.end_unknown(tx, event.leg)
    elif leg.role in supervise.EARS:
        supervise.snoop_up(tx, leg)
    elif leg.dial is not None and leg.role is not LegRole.AGENT:
        context.save_created(tx, leg)
        trunk_legs.created(tx, leg)
    else:
        context.save_created(tx, leg)
        trunk_legs.dial(tx, leg.id)


def rang(tx: SwitchTransaction, event: LegRang) -> None:
    """A phone rings."""
    leg = tx.legs.get(event.leg)
    if leg is not None:
        tx.legs.put(leg.stepped(LegStep.RANG, tx.now))


def why_ended(cause: int) -> str:
    """Why a phone that rang was not picked up, by the Q.850 cause of its end."""
    if cause in DECLINED:
        return "declined"
    return "unreachable" if cause in _UNREACHABLE else NO_ANSWER


def came_to_nothing(  # noqa: PLR0913 - what is noted of it
    tx: SwitchTransaction, call: Call, leg: Leg, why: str, *, missed: bool = True, reason: str = ""
) -> None:
    """Handle the end of an offer's leg: the caller waits in their old place again."""
    kind = Kind.MISSED if missed else Kind.WITHDRAWN
    agent = leg.agent or AgentId(0)
    said: dict[str, str | float | bool] = {"agent": agent, "leg": leg.id, "why": why}
    tx.note(call.id, kind, None, **(said | ({"reason": reason} if reason else {})))
    tx.legs.drop(leg.id)
    _without_grace(tx, call)
    work = offered_work(tx, call, agent)
    if work is not None:
        floor.step(tx, floor_events.OfferEnded(work.id, agent, missed))


def take_back(  # noqa: PLR0913 - what is noted of it
    tx: SwitchTransaction,
    call: Call,
    agent: AgentId,
    why: str,
    *,
    missed: bool = True,
    reason: str = "",
) -> None:
    """Stop the ringing ourselves: time over, declined at the desk, the phone went away."""
    leg = calls.agent_leg(tx, call, agent)
    if leg is not None:
        placement.hang_up(tx, leg, "no_answer")
        came_to_nothing(tx, call, leg, why, missed=missed, reason=reason)


def offers_due(tx: SwitchTransaction, work: Work) -> None:
    """The time for answering is over; with the phone gone meanwhile nobody missed anything."""
    call = tx.calls.get(work.call)
    if call is None:
        return
    lost = "grace" in call.timers
    for offer in work.offers:
        if offer.until <= tx.now:
            why = "unreachable" if lost else NO_ANSWER
            take_back(tx, call, offer.agent, why, missed=not lost)


def is_ringing(tx: SwitchTransaction, call: Call, agent: AgentId | None) -> bool:
    """Whether the call, or a consultation about it, rings at this agent."""
    return offered_work(tx, call, agent) is not None


def _without_grace(tx: SwitchTransaction, call: Call) -> None:
    known = tx.calls.get(call.id)
    if known is not None and "grace" in known.timers:
        tx.calls.put(replace(known, timers=without_timer(known.timers, "grace")))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    LegCreated: created,
    LegRang: rang,
}
