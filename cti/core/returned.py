"""A customer who comes back from the dialplan's fallback, when an engine decides again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from crm.calls.record import Kind
from crm.kernel.state import without_timer
from cti.core import calls, destinations, inbound, placement, queueing
from cti.core.call import Direction
from cti.core.events import CallArrived, CallReturned
from cti.core.leg import LegState, OnHold
from cti.core.stage import Stage, situation
from cti.core.state import SwitchTransaction


def come_back(tx: SwitchTransaction, event: CallReturned) -> None:
    """A caller comes back from the fallback, to the old place in line if there was one."""
    known = tx.calls.get(event.call.id)
    if known is not None and known.ended is not None:
        known = None
    call = known or event.call
    if known is None and call.queue is None:
        leg = event.leg
        arrived = CallArrived(
            leg.id, call.customer_number, call.own_number, call.via, leg.node, at=call.arrived
        )
        inbound.arrive(tx, arrived)
        return
    leg = tx.legs.get(event.leg.id) or event.leg
    seen = situation(tx, known) if known is not None else None
    tx.legs.put(replace(leg, placement=None, state=LegState.UP))
    music = OnHold(calls.music_of(tx, call))
    if seen is not None and seen.stage is Stage.OFFERED:
        # Fetched though the caller had come by itself, and somebody rings for it already.
        placement.place(tx, leg.id, music)
        return
    if known is not None:
        calls.leave_alone(tx, known)
    agent = seen.agent if seen is not None else None
    timers = without_timer(call.timers, "grace", "phone lost")
    call = replace(call, timers=timers, ended=None, transfer=None)
    if call.direction is Direction.OUT and call.agent is not None:
        tx.calls.put(call)
        destinations.ring(tx, call, leg.id, call.agent)
    elif call.queue is None or call.surveyed:
        inbound.start_over(tx, call, leg.id)
    else:
        tx.calls.put(call)
        if call.talked is not None:
            tx.note(call.id, Kind.QUEUED, queue=call.queue, priority=call.priority, again=True)
        placement.place(tx, leg.id, music)
        floor.step(tx, floor_events.WorkArrived(queueing.waiting_work(call, call.queue, tx.now)))
    if agent is not None:
        # Freed last: another agent may take this caller, and this agent the first in line.
        floor.step(tx, floor_events.WorkReleased(call.work, agent, "fallback"))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {CallReturned: come_back}
