"""The way into a queue: the caller's place in line, with music and the needs of the call."""

from dataclasses import replace

from acd import events as floor_events
from acd import floor
from acd.membership import joined
from acd.queue import Queue, QueueKey
from acd.service_level import NO_NEEDS, OwnNeeds, served, with_needs
from acd.skills import Need, SkillKey, satisfies
from acd.work import Medium, Work
from crm.calls.record import Kind
from cti.core import calls, flows, overflow, placement, service_levels
from cti.core.call import Call
from cti.core.leg import LegId, OnHold
from cti.core.state import SwitchTransaction
from ivr.step import LeaveFlow

UNALLOCATED = 1  # Q.850


def needs_of(left: LeaveFlow) -> OwnNeeds:
    """What a flow's queue step asks of agents."""
    needs = tuple(Need(SkillKey(skill), level) for skill, level in left.needs.items())
    return OwnNeeds(needs, left.needs_seconds)


def enqueue(  # noqa: PLR0913 - who waits where, since when, how urgently
    tx: SwitchTransaction,
    call: Call,
    leg: LegId,
    key: QueueKey,
    priority: int,
    *,
    since: float | None = None,
    needs: OwnNeeds = NO_NEEDS,
) -> None:
    """Put the caller in line, with music, and match; `since` if they have waited in another."""
    asked, first = key, since is None and call.talked is None
    needs = needs if since is None else call.needs
    call, key = service_levels.enter(tx, call, key, first=first)
    line = flows.open_line(tx, call, key)
    queue = tx.queues.get(line)
    if line is None or queue is None:
        calls.end(tx, call, by="system", cause=UNALLOCATED, fault=f"no queue {key}")
        return
    if (leaves := overflow.not_taken_in(tx, queue)) is not None:
        if needs.needs:
            needs = replace(needs, since=needs.since or tx.now)
        overflow.turn_away(tx, call, leg, line, leaves, priority=priority, needs=needs)
        return
    priority += call.boost
    tx.note(call.id, Kind.QUEUED, queue=line, priority=priority)
    sent_on = since is not None
    if since is None:
        # A caller who came later, but found an engine, does not stand before this one; and one who
        # has talked has waited already.
        since = tx.now - call.late if call.talked is None else call.arrived
    call = replace(call, queue=line, priority=priority, waiting_since=since)
    if needs.since or line != asked:
        needs = left_there(tx, needs, queue)
    if needs.needs and not needs.since:
        needs = replace(needs, since=since if call.talked is None else tx.now)
    call = replace(call, needs=needs, surveyed=False)
    tx.calls.put(call)
    placement.place(tx, leg, OnHold(queue.music))
    work = waiting_work(call, line, tx.now)
    entered = tx.now if sent_on else work.entered
    work = replace(work, entered=entered)
    floor.step(tx, floor_events.WorkArrived(overflow.looks_up(tx, call, work, queue)))


def waiting_work(call: Call, queue: QueueKey, now: float) -> Work:
    """The call's work as it stands in line."""
    since = call.waiting_since if call.waiting_since is not None else call.arrived
    # Who has talked comes to the front of the line, but begins to wait in it only now.
    entered = 0.0 if call.talked is None else now
    said = (call.work, Medium.VOICE, queue, since, call.priority, call.id)
    work = served(Work(*said, changed=now, entered=entered), call.level, entered or since)
    return with_needs(work, call.needs, now)


def left_there(tx: SwitchTransaction, own: OwnNeeds, queue: Queue) -> OwnNeeds:
    """What a call needs in another queue: a need that no agent there meets is left out."""
    if not own.needs:
        return own
    levels = [one.skills for one in map(tx.agents.get, joined(queue)) if one is not None]
    left = (need for need in own.needs if not any(satisfies(one, (need,)) for one in levels))
    return replace(own, left=tuple(left))


def change_line(tx: SwitchTransaction, call: Call) -> None:
    """From a line that is no more to one that is open, with the wait so far."""
    key = flows.open_line(tx, call, call.queue)
    queue = tx.queues.get(key)
    if key is None or queue is None:
        calls.end(tx, call, by="system", cause=16, fault=f"no queue {call.queue}")
        return
    tx.note(call.id, Kind.QUEUED, queue=key, priority=call.priority, again=True)
    call = replace(call, queue=key, needs=left_there(tx, call.needs, queue))
    tx.calls.put(call)
    leg = calls.customer_leg(tx, call)
    if leg is not None:
        placement.place(tx, leg.id, OnHold(queue.music))
    work = tx.works.get(call.work)
    if work is not None:
        work = replace(work, queue=key, entered=tx.now, needs=(), needs_until=0.0)
        work = with_needs(served(work, call.level, tx.now), call.needs, tx.now)
        floor.step(tx, floor_events.WorkArrived(work))
