"""Customers who wait in a slot, from which any agent fetches them; calls taken from a colleague.

A slot has a number from 1 on, the smallest that is free. A customer who is not fetched
rings at the agent who parked the call, and from there goes where that agent's calls go.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor, seats
from acd.queue import NO_QUEUE, AgentId
from acd.work import WorkState
from crm.calls.record import Kind
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ConflictError, MissingError
from crm.kernel.state import with_timer, without_timer
from cti.core import (
    calls,
    destinations,
    lost_phones,
    offers,
    placement,
    queueing,
    transfer,
)
from cti.core.call import Call, HandedOver, TransferKind
from cti.core.leg import Leg, OnHold
from cti.core.ownership import check_free
from cti.core.requests import MoveAsked, ParkAsked, PickUpAsked, RetrieveAsked
from cti.core.stage import Stage, situation
from cti.core.state import SwitchTransaction

PARKED_SECONDS = 120.0
"""How long a customer waits in a slot before the agent who parked the call is rung."""

RINGING = frozenset({Stage.OFFERED})
WAITING = frozenset({Stage.WAITING, Stage.OFFERED})


# ---- slots


def ask_park(tx: SwitchTransaction, event: ParkAsked) -> None:
    """Let the customer wait in the first free slot; the agent is free at once."""
    agent, seen = transfer.talk_of(tx, event.agent, event.call)
    call, leg = seen.call, seen.customer_leg
    if leg is None:
        return
    taken = {one.slot for one in tx.calls.values() if one.slot is not None and one.ended is None}
    slot = next(number for number in range(1, len(taken) + 2) if number not in taken)
    timers = with_timer(call.timers, "parked", tx.now + PARKED_SECONDS)
    tx.calls.put(replace(call, slot=slot, handed=HandedOver(agent.id), timers=timers))
    tx.note(call.id, Kind.PARKED, agent=agent.id, slot=slot)
    placement.place(tx, leg.id, OnHold(calls.music_of(tx, call)))
    if seen.agent_leg is not None:
        placement.hang_up(tx, seen.agent_leg, calls.HANDED_OVER)
    floor.step(tx, floor_events.WorkEnded(call.work, "parked", wrap_up=False))


def ask_retrieve(tx: SwitchTransaction, event: RetrieveAsked) -> None:
    """Ring the agent's own phone, which is put through to the customer in the slot."""
    agent = seats.known(tx, event.agent)
    check_free(agent)
    parked = (one for one in tx.calls.values() if one.slot == event.slot and one.ended is None)
    call = next(parked, None)
    if call is None or situation(tx, call).stage is not Stage.PARKED:
        raise MissingError("No call is parked in slot {slot}.", slot=event.slot)
    tx.note(call.id, Kind.RETRIEVED, agent=agent.id, slot=event.slot)
    _give(tx, _out_of_slot(tx, call), agent.id)


def _give(tx: SwitchTransaction, call: Call, agent_id: AgentId) -> None:
    """The agent has the customer as soon as the phone is picked up; until then music plays."""
    agent = seats.known(tx, agent_id)
    work = queueing.waiting_work(call, call.queue or NO_QUEUE, tx.now)
    given = replace(work, state=WorkState.ASSIGNED, agent=agent_id)
    floor.step(tx, floor_events.WorkBegun(given))
    lost_phones.wait_for_lost_phone(tx, call)
    offers.make_agent_leg(tx, tx.calls.get(call.id) or call, agent, auto=True)


def give_away(tx: SwitchTransaction, call: Call, agent: AgentId, colleague: AgentId) -> None:
    """Give the customer of an agent to a colleague who has agreed, and whose phone rings."""
    seen = situation(tx, call)
    if seen.customer_leg is None or tx.agents.get(colleague) is None:
        return
    tx.calls.put(replace(call, handed=HandedOver(agent)))
    placement.place(tx, seen.customer_leg.id, OnHold(calls.music_of(tx, call)))
    if seen.agent_leg is not None:
        placement.hang_up(tx, seen.agent_leg, calls.HANDED_OVER)
    floor.step(tx, floor_events.WorkEnded(call.work, "transfer", wrap_up=True))
    _note_given(tx, call, agent, colleague)
    _give(tx, tx.calls.get(call.id) or call, colleague)


def _note_given(tx: SwitchTransaction, call: Call, agent: AgentId, colleague: AgentId) -> None:
    tx.note(
        call.id,
        Kind.TRANSFER,
        type=TransferKind.ATTENDED.value,
        state="completed",
        agent=agent,
        recipient=colleague,
        to=str(Destination(DestinationKind.AGENT, str(colleague))),
        note="",
    )


def due(tx: SwitchTransaction, call: Call) -> None:
    """The customer was not fetched: ring the agent who parked the call."""
    leg = calls.customer_leg(tx, call)
    by = call.handed.agent if call.handed is not None else None
    call = _out_of_slot(tx, call)
    if leg is None:
        return
    if by is None:
        calls.end(tx, call, by="system", cause=16, fault="parked by nobody")
    else:
        destinations.ring(tx, call, leg.id, by)


def found(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """A new engine finds a customer in a slot."""
    until = max(tx.now, leg.placed + PARKED_SECONDS)
    tx.calls.put(replace(call, timers=with_timer(call.timers, "parked", until)))


def _out_of_slot(tx: SwitchTransaction, call: Call) -> Call:
    out = replace(call, slot=None, timers=without_timer(call.timers, "parked"))
    tx.calls.put(out)
    return out


# ---- calls of others


def ask_pick_up(tx: SwitchTransaction, event: PickUpAsked) -> None:
    """Take a call that rings at a colleague; the asker has checked the right."""
    agent = seats.known(tx, event.agent)
    check_free(agent)
    call = tx.calls.get(event.call)
    work = tx.works.get(call.work) if call is not None else None
    if call is None or work is None or situation(tx, call).stage not in RINGING:
        raise MissingError("This call is no longer ringing.")
    if work.offer_to(agent.id) is not None:
        raise ConflictError("This call rings at your own phone.")
    for offer in work.offers:
        ringing = calls.agent_leg(tx, call, offer.agent)
        if ringing is not None:
            placement.hang_up(tx, ringing, "answered_elsewhere")
        leg = ringing.id if ringing is not None else ""
        tx.note(call.id, Kind.WITHDRAWN, agent=offer.agent, leg=leg, why="picked up")
    floor.step(tx, floor_events.WorkEnded(work.id, "picked up", wrap_up=False))
    tx.note(call.id, Kind.PICKED_UP, agent=agent.id)
    call = replace(tx.calls.get(call.id) or call, transfer=None, ring_group=None)
    tx.calls.put(call)
    _give(tx, call, agent.id)


def ask_move(tx: SwitchTransaction, event: MoveAsked) -> None:
    """Send a caller who waits elsewhere, or to the front; the asker has checked the right."""
    call = tx.calls.get(event.call)
    leg = calls.customer_leg(tx, call) if call is not None else None
    work = tx.works.get(call.work) if call is not None else None
    if call is None or leg is None or work is None or situation(tx, call).stage not in WAITING:
        raise MissingError("This caller is no longer waiting.")
    to = str(event.to) if event.to is not None else "front"
    tx.note(call.id, Kind.MOVED, agent=event.by or 0, to=to)
    if event.to is None:
        priority = call.priority + (
            lost_phones.RING_AGAIN if call.priority < lost_phones.RING_AGAIN else 0
        )
        tx.calls.put(replace(call, priority=priority))
        tx.works.put(replace(work, priority=priority))
        floor.step(tx, floor_events.WorkServed(work.id))
        return
    for offer in work.offers:
        ringing = calls.agent_leg(tx, call, offer.agent)
        if ringing is not None:
            placement.hang_up(tx, ringing, "no_answer")
        tx.note(call.id, Kind.WITHDRAWN, agent=offer.agent, leg="", why="moved")
    floor.step(tx, floor_events.WorkEnded(work.id, "moved", wrap_up=False))
    call = replace(tx.calls.get(call.id) or call, transfer=None)
    tx.calls.put(call)
    destinations.go(tx, call, leg.id, event.to)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    ParkAsked: ask_park,
    RetrieveAsked: ask_retrieve,
    PickUpAsked: ask_pick_up,
    MoveAsked: ask_move,
}
