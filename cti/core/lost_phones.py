"""A phone lost in a talk: the customer hears music until the agent's phone is back.

A customer whose agent's phone stays away comes to the front of the line.
"""

from dataclasses import replace

from acd import events as floor_events
from acd import floor
from acd.queue import AgentId
from crm.calls.record import Kind
from crm.kernel.state import with_timer, without_timer
from cti.core import (
    announce,
    calls,
    consultation,
    destinations,
    flows,
    offers,
    placement,
    queueing,
    ring_groups,
)
from cti.core.call import Call
from cti.core.leg import Leg, OnHold
from cti.core.stage import Stage, situation
from cti.core.state import SwitchTransaction

PHONE_LOST_SECONDS = 12.0
"""How long a caller whose agent's phone went away waits for that same agent."""

RING_AGAIN = 1000
"""Added to a caller's priority when a talk broke off: the front of the line."""

NORMAL = 16  # Q.850


def lose_phone(tx: SwitchTransaction, call: Call, leg: Leg | None) -> None:
    """The agent's phone went away: music for the customer until it is back."""
    seen = situation(tx, call)
    gone = leg.id if leg is not None else ""
    tx.note(call.id, Kind.PHONE_LOST, agent=seen.agent or 0, leg=gone)
    if leg is not None:
        placement.hang_up(tx, leg)
    if seen.customer_leg is not None:
        placement.place(tx, seen.customer_leg.id, OnHold(calls.music_of(tx, call)))
    if seen.stage is Stage.HELD:
        tx.calls.put(replace(tx.calls.get(call.id) or call, held_at_loss=True))
    consultation.phone_lost(tx, tx.calls.get(call.id) or call)
    wait_for_lost_phone(tx, call)


def wait_for_lost_phone(tx: SwitchTransaction, call: Call) -> None:
    """Start the time that a lost phone has to come back."""
    call = tx.calls.get(call.id) or call
    if situation(tx, call).stage is Stage.PHONE_LOST:
        timers = without_timer(call.timers, "grace")
        until = tx.now + PHONE_LOST_SECONDS
        tx.calls.put(replace(call, timers=with_timer(timers, "phone lost", until)))


def ring_again(tx: SwitchTransaction, call: Call) -> None:
    """Ring the agent whose phone was lost; the browser picks up by itself."""
    known = tx.calls.get(call.id)
    seen = situation(tx, known) if known is not None else None
    if known is None or seen is None or seen.stage is not Stage.PHONE_LOST or tx.away:
        return
    agent = tx.agents.get(seen.agent)
    if agent is not None and seen.agent_leg is None:
        offers.make_agent_leg(tx, known, agent, auto=True)


def requeue(tx: SwitchTransaction, call: Call) -> None:
    """Put the customer back into the queue, in front of all others, with the call's data."""
    seen = situation(tx, call)
    if seen.agent_leg is not None:
        placement.hang_up(tx, seen.agent_leg)
    priority = call.priority + (RING_AGAIN if call.priority < RING_AGAIN else 0)
    key = flows.open_line(tx, call, call.queue)
    queue = tx.queues.get(key)
    if call.ring_group is not None or key is None or queue is None:
        _begin_again(tx, call, seen.agent)
        return
    tx.note(call.id, Kind.QUEUED, queue=key, priority=priority, again=True)
    timers = without_timer(call.timers, "grace", "phone lost")
    call = replace(
        call,
        queue=key,
        priority=priority,
        waiting_since=call.arrived,
        held_at_loss=False,
        timers=timers,
    )
    tx.calls.put(call)
    if seen.customer_leg is not None:
        placement.place(tx, seen.customer_leg.id, OnHold(queue.music))
    if seen.agent is not None:
        released = floor_events.WorkReleased(
            call.work, seen.agent, "phone lost", pause="phone lost"
        )
        floor.step(tx, released)
    floor.step(tx, floor_events.WorkArrived(queueing.waiting_work(call, key, tx.now)))


def _begin_again(tx: SwitchTransaction, call: Call, agent: AgentId | None) -> None:
    """Ring the ring group again, or follow the agent's forwarding: the call has no queue."""
    leg = calls.customer_leg(tx, call)
    if leg is None:
        calls.end(tx, call, by="system", cause=NORMAL, fault="no queue to go back to")
        return
    if agent is None:
        announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)
        return
    timers = without_timer(call.timers, "grace", "phone lost")
    call = replace(call, held_at_loss=False, timers=timers)
    tx.calls.put(call)
    released = floor_events.WorkReleased(call.work, agent, "phone lost", pause="phone lost")
    floor.step(tx, released)
    if call.ring_group is not None:
        floor.step(tx, floor_events.WorkEnded(call.work, "phone lost", wrap_up=False))
        ring_groups.ring(tx, call, leg.id, call.ring_group)
    else:
        destinations.agent_is_away(tx, call, agent)


def grace_over(tx: SwitchTransaction, call: Call) -> None:
    """The phone did not come back in time."""
    seen = situation(tx, call)
    tx.calls.put(replace(call, timers=without_timer(call.timers, "grace")))
    call = replace(call, timers=without_timer(call.timers, "grace"))
    if seen.stage is Stage.OFFERED and seen.agent is not None:
        offers.take_back(tx, call, seen.agent, "unreachable", missed=False)
    elif seen.stage in (Stage.TALKING, Stage.HELD):
        lose_phone(tx, call, seen.agent_leg)


def phone_lost_due(tx: SwitchTransaction, call: Call) -> None:
    """The agent's phone stayed away."""
    seen = situation(tx, call)
    if seen.stage is Stage.PHONE_LOST:
        if not consultation.phone_stays_away(tx, seen):
            requeue(tx, tx.calls.get(call.id) or call)
    else:
        tx.calls.put(replace(call, timers=without_timer(call.timers, "phone lost")))
