"""The level of a call's customer: found once, where the call first enters a queue.

It goes with the call from then on, also through transfers and to another engine. By a VIP list or
a customer who is known it is there at once; else the call waits in the queue until its number has
been looked up (`FindAgents`), as for a customer's preferred agents.
"""

from dataclasses import replace

from acd import events as floor_events
from acd import floor
from acd.overflow import entered_at
from acd.queue import QueueKey
from acd.service_level import ServiceLevel, needs_said, served, with_needs
from acd.work import Work, WorkState
from crm.calls.record import Kind
from crm.number_lists.lists import ListDirection, NumberListId
from cti.core import calls, overflow, queueing
from cti.core.call import Call
from cti.core.state import SwitchTransaction


def enter(
    tx: SwitchTransaction, call: Call, key: QueueKey, *, first: bool
) -> tuple[Call, QueueKey]:
    """The call with the level of its customer, if that is known, and the queue it enters.

    `first`: it has neither waited in another queue nor talked yet; a level leads only such a call
    to another queue.
    """
    if call.level is not None:
        return call, key
    tier = call.customer.level if call.customer is not None else ""
    level = tx.routes.levels.level_of(tier, _listed(tx, call))
    if level is None:
        return call, key
    to = _other_queue(tx, level) if first else None
    return _with_level(tx, call, level, to), to or key


def _listed(tx: SwitchTransaction, call: Call) -> NumberListId | None:
    """The VIP list on which the caller's number is."""
    if not call.customer_number or not tx.routes.levels.by_list:
        return None
    hit = tx.routes.lists.match(call.customer_number, ListDirection.IN, tx.now)
    return hit.vip.list if hit is not None and hit.vip is not None else None


def _with_level(
    tx: SwitchTransaction, call: Call, level: ServiceLevel, to: QueueKey | None
) -> Call:
    tx.note(
        call.id,
        Kind.SERVICE_LEVEL,
        name=level.name,
        name_zh=level.name_zh,
        priority=level.priority,
        needs=", ".join(needs_said(level.needs)),
        queue=to or "",
    )
    call = replace(call, level=level, boost=call.boost + level.priority)
    tx.calls.put(call)
    return call


def _other_queue(tx: SwitchTransaction, level: ServiceLevel) -> QueueKey | None:
    """The queue of a level, as long as it takes callers."""
    queue = tx.queues.get(level.queue)
    if queue is None or overflow.not_taken_in(tx, queue) is not None:
        return None
    return queue.key


def is_looked_up(tx: SwitchTransaction, call: Call) -> bool:
    """Whether the number of a call has to be looked up for its customer's level."""
    unknown = call.level is None and call.customer is None
    return unknown and bool(call.customer_number) and bool(tx.routes.levels.by_tier)


def found(tx: SwitchTransaction, call: Call, work: Work, tier: str) -> None:
    """The tier of a waiting customer is known: apply their level to the call where it waits."""
    level = tx.routes.levels.level_of(tier, None)
    if call.level is not None or level is None or work.state is not WorkState.WAITING:
        return
    before = call.boost
    to = _other_queue(tx, level) if call.talked is None else None
    call = _with_level(tx, call, level, to)
    leg = calls.customer_leg(tx, call)
    if to is not None and to != work.queue and leg is not None:
        floor.step(tx, floor_events.WorkEnded(work.id, "level", wrap_up=False))
        call = tx.calls.get(call.id) or call
        priority = work.priority + work.raised - before
        queueing.enqueue(tx, call, leg.id, to, priority, since=work.since)
        return
    priority = work.priority + level.priority
    tx.calls.put(replace(call, priority=priority))
    begun = entered_at(work)
    more = served(replace(work, priority=priority), level, begun)
    more = with_needs(more, call.needs, tx.now)
    floor.step(tx, floor_events.WorkArrived(more))
