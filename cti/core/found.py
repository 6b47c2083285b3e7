"""Takes over what the reconciler finds: unknown calls, and legs that are in a wrong place."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from crm.calls.record import CallId
from crm.kernel.state import NO_TIMERS
from cti.core import box_calls, calls, inbound, lost_phones, parking, placement, voicemail
from cti.core.call import BoxCall, Call, Direction
from cti.core.commands import HangUp, Leave
from cti.core.events import (
    AsteriskAway,
    AsteriskBack,
    CallFound,
    Misplaced,
    RingingInFallback,
    StrayChannel,
)
from cti.core.leg import (
    InBridge,
    InFallback,
    LeavingMessage,
    Leg,
    LegId,
    LegRole,
    LegState,
    OnHold,
    ReceivingFax,
)
from cti.core.stage import Stage, situation
from cti.core.state import SwitchTransaction

ON_HOLD = frozenset({Stage.WAITING, Stage.OFFERED, Stage.PARKED, Stage.HELD, Stage.PHONE_LOST})


def find(tx: SwitchTransaction, event: CallFound) -> None:
    """Take over a call that Asterisk carries and the state does not know, or has elsewhere."""
    known = tx.calls.get(event.call.id)
    customer = next((leg for leg in event.legs if leg.role is LegRole.CUSTOMER), None)
    outside = customer is not None and isinstance(customer.placement, InFallback)
    if known is not None:
        if outside and known.ended is None and customer is not None:
            _leave(tx, known, event, customer)
        return
    tx.calls.put(event.call)
    for leg in event.legs:
        tx.legs.put(leg)
    for bridge in event.bridges:
        tx.bridges.put(bridge)
    if event.work is not None:
        _find_works(tx, event.call, event)
    elif customer is not None and not outside:
        _find_without_work(tx, event, customer)
    for leg in event.legs:
        if leg.role is not LegRole.CUSTOMER:
            placement.unseen_again(tx, leg)
    _find_prompted(tx, event)
    if customer is not None and not outside and not isinstance(customer.placement, InBridge):
        _music_again(tx, event.call.id, customer.id)


def _find_without_work(tx: SwitchTransaction, event: CallFound, customer: Leg) -> None:
    """Enter a flow's step or a box again; a talk outside and a message go on by themselves."""
    outside = any(leg.role is LegRole.OUTSIDE for leg in event.legs)
    if event.call.slot is not None:
        parking.found(tx, event.call, customer)
    elif isinstance(customer.placement, LeavingMessage):
        voicemail.found(tx, event.call, customer)
    elif isinstance(customer.placement, ReceivingFax):
        pass  # the dialplan goes on by itself; where it does not, it is ordered again
    elif not outside and event.call.direction is not Direction.OUT:
        inbound.start_over(tx, event.call, customer.id)


def _find_prompted(tx: SwitchTransaction, event: CallFound) -> None:
    """Go on with prompts or a message of an agent's phone: in a box, after forwarding."""
    call = tx.calls.get(event.call.id) or event.call
    leg = calls.listener_leg(tx, call)
    if leg is None or leg.role is LegRole.CUSTOMER or leg.state is not LegState.UP:
        return
    if isinstance(leg.placement, LeavingMessage):
        voicemail.found(tx, call, leg)
    elif isinstance(call.origin, BoxCall) and not call.farewell:
        box_calls.found(tx, call, leg.id)
    elif call.farewell or call.box is not None:
        inbound.start_over(tx, call, leg.id)


def _music_again(tx: SwitchTransaction, call_id: CallId, leg_id: LegId) -> None:
    """Asterisk does not tell whether music still plays: order it, whatever music it is now."""
    call, leg = tx.calls.get(call_id), tx.legs.get(leg_id)
    if call is None or leg is None or situation(tx, call).stage not in ON_HOLD:
        return
    tx.legs.put(replace(leg, placement=None))
    placement.place(tx, leg_id, OnHold(calls.music_of(tx, call)))


def _find_works(tx: SwitchTransaction, call: Call, event: CallFound) -> None:
    """Bind agents to the works in their hands, and serve what waits."""
    found = calls.customer_leg(tx, call)
    in_fallback = found is not None and isinstance(found.placement, InFallback)
    for work in event.works:
        agent = work.agent or (work.offers[0].agent if work.offers else None)
        if agent is None or tx.agents.get(agent) is not None:
            floor.step(tx, floor_events.WorkFound(work, alone=in_fallback))
        elif work.id == call.work:
            tx.works.put(work)
            lost_phones.requeue(tx, call)  # the agent was removed meanwhile
    customer = calls.customer_leg(tx, call)
    since = customer.placed if customer is not None else None
    for held in sorted(event.held):
        consults = call.transfer is not None
        floor.step(tx, floor_events.WorkHeld(held, held=True, since=since, consults=consults))
    lost_phones.wait_for_lost_phone(tx, call)


def _leave(tx: SwitchTransaction, known: Call, event: CallFound, customer: Leg) -> None:
    """End the other legs and the offers of a known call whose caller is in the fallback now."""
    seen = situation(tx, known)
    calls.leave_alone(tx, known)
    tx.legs.put(customer)
    work = event.work
    agent = work.agent if work is not None else None
    tx.calls.put(replace(known, timers=NO_TIMERS, agent=agent, transfer=None))
    if seen.agent != agent or work is None:
        floor.step(tx, floor_events.WorkEnded(known.work, "fallback", wrap_up=False))
    if work is not None:
        floor.step(tx, floor_events.WorkFound(work, alone=True))


def order_again(tx: SwitchTransaction, event: Misplaced) -> None:
    """Order once more what a leg should hear; end a leg that should not be there."""
    leg = tx.legs.get(event.leg)
    if leg is None:
        tx.do(HangUp(event.leg))
        return
    if event.bridge is not None and event.bridge != leg.bridge:
        tx.do(Leave(leg.id, event.bridge))
    placement.again(tx, leg)


def stray(tx: SwitchTransaction, event: StrayChannel) -> None:
    """End a channel that belongs to nothing."""
    tx.do(HangUp(event.leg, "rejected"))


def away(tx: SwitchTransaction, _: AsteriskAway) -> None:
    """Offer nothing while Asterisk is away: no order would be carried out."""
    tx.set_away(away=True)


def back(tx: SwitchTransaction, _: AsteriskBack) -> None:
    """Serve all callers who wait, in their order: now it is known which agents talk."""
    tx.set_away(away=False)
    for queue in list(tx.lines.waiting.lines()):
        floor.step(tx, floor_events.LineServed(queue))
    for work in list(tx.works.values()):
        if work.only is not None:
            floor.step(tx, floor_events.WorkServed(work.id))
    for call in list(tx.calls.values()):
        seen = situation(tx, call)
        agent = tx.agents.get(seen.agent)
        if seen.stage is Stage.PHONE_LOST and agent is not None and agent.reachable:
            lost_phones.ring_again(tx, call)


def ringing_in_fallback(tx: SwitchTransaction, event: RingingInFallback) -> None:
    """Offer nothing to agents that the fallback rings; serve those that it rings no more."""
    before = tx.ringing_in_fallback
    tx.set_ringing_in_fallback(event.agents)
    for agent in sorted(before - event.agents):
        floor.step(tx, floor_events.AgentServed(agent))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    CallFound: find,
    Misplaced: order_again,
    StrayChannel: stray,
    AsteriskAway: away,
    AsteriskBack: back,
    RingingInFallback: ringing_in_fallback,
}
