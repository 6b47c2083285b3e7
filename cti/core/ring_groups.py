"""The phones of a ring group: rung for a caller, who goes on when nobody takes the call."""

from dataclasses import replace

from acd import events as floor_events
from acd import floor
from acd.queue import NO_QUEUE
from acd.ring_group import RingGroup, RingGroupId, RingOrder
from acd.work import Directed
from crm.calls.record import Kind
from cti.core import announce, calls, destinations, placement, queueing, transfer
from cti.core.call import Call
from cti.core.leg import LegId, OnHold
from cti.core.state import SwitchTransaction

UNALLOCATED = 1  # Q.850


def ring(tx: SwitchTransaction, call: Call, leg: LegId, id_: RingGroupId) -> None:
    """Ring the group's phones that are free; the caller hears music."""
    group = tx.routes.ring_groups.get(id_)
    if group is None:
        calls.end(tx, call, by="system", cause=UNALLOCATED, fault=f"no ring group {id_}")
        return
    call = replace(call, ring_group=id_, waiting_since=tx.now)
    tx.calls.put(call)
    tx.note(call.id, Kind.RING_GROUP, group=id_, name=group.name)
    placement.place(tx, leg, OnHold(calls.music_of(tx, call)))
    work = queueing.waiting_work(call, call.queue or NO_QUEUE, tx.now)
    floor.step(tx, floor_events.WorkArrived(replace(work, only=rung(group))))


def rung(group: RingGroup) -> Directed:
    """Whose phones are rung for a work, in which way and for how long."""
    return Directed(group.members, group.order is RingOrder.IN_TURN, group.ring_seconds)


def not_taken(tx: SwitchTransaction, call: Call) -> None:
    """No agent of the group is free, or takes the call: on to where the group says."""
    group = group_of(tx, call)
    leg = calls.customer_leg(tx, call)
    if leg is None:
        return
    if tx.works.get(call.work) is not None:
        floor.step(tx, floor_events.WorkEnded(call.work, "not taken", wrap_up=False))
        call = tx.calls.get(call.id) or call
    to = group.then if group is not None else None
    if to is None and transfer.is_under_way(call):
        transfer.not_taken(tx, call)
        return
    name = group.name if group is not None else ""
    tx.note(call.id, Kind.GROUP_MISSED, name=name, to=str(to) if to else "")
    if to is not None:
        destinations.go(tx, call, leg.id, to)
    else:
        announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)


def group_of(tx: SwitchTransaction, call: Call) -> RingGroup | None:
    """The ring group that a call is for."""
    return tx.routes.ring_groups.get(call.ring_group) if call.ring_group is not None else None
