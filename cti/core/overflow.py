"""Callers that a queue does not accept, or sends on after a while."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.orders import Leaves, SentOn
from acd.overflow import Leaving, entered_at
from acd.preferred import LOOK_UP_SECONDS, preferred_agents
from acd.queue import Queue, QueueKey
from acd.service_level import OwnNeeds
from acd.serving import is_staffed
from acd.work import Work
from crm.calls.record import Kind
from crm.hours.group import TimeGroup, is_open
from crm.kernel.destination import Destination, DestinationKind
from cti.core import calls, destinations, dialling, queueing, service_levels
from cti.core.answer_events import AgentsFound
from cti.core.call import Call
from cti.core.commands import FindAgents
from cti.core.leg import LegId
from cti.core.state import SwitchTransaction

NORMAL = 16  # Q.850


def not_taken_in(tx: SwitchTransaction, queue: Queue) -> Leaving | None:
    """Why a queue takes no caller now, and where they go instead."""
    if queue.closed is not None and not _is_open(tx, queue):
        return Leaving(queue.closed, Leaves.CLOSED)
    if queue.empty is not None and not is_staffed(tx, queue):
        return Leaving(queue.empty, Leaves.EMPTY)
    waiting = len(tx.lines.arrivals.line(queue.key))
    if queue.full is not None and 0 < queue.max_length <= waiting:
        return Leaving(queue.full, Leaves.FULL)
    return None


def hours_of(tx: SwitchTransaction, queue: Queue) -> TimeGroup | None:
    """The opening hours of a queue; None: it is always open."""
    return tx.routes.hours.get(queue.hours) if queue.hours is not None else None


def _is_open(tx: SwitchTransaction, queue: Queue) -> bool:
    hours = hours_of(tx, queue)
    return hours is None or is_open(hours, datetime.fromtimestamp(tx.now, UTC))


def turn_away(  # noqa: PLR0913 - who goes where, and what counts there too
    tx: SwitchTransaction,
    call: Call,
    leg: LegId,
    queue: QueueKey,
    leaves: Leaving,
    *,
    priority: int,
    needs: OwnNeeds,
) -> None:
    """Send a caller elsewhere that a queue does not accept."""
    _note(tx, call, queue, leaves.to, leaves.why)
    destinations.go(tx, call, leg, leaves.to, priority=priority, needs=needs)


def send_on(tx: SwitchTransaction, call: Call, work: Work, order: SentOn) -> None:
    """Send a caller on who has waited; in another queue they keep the time of their arrival."""
    leg = calls.customer_leg(tx, call)
    _note(tx, call, work.queue, order.to, order.why)
    if leg is None and order.to.kind is DestinationKind.QUEUE:
        move(tx, work, QueueKey(order.to.key))
        return
    floor.step(tx, floor_events.WorkEnded(work.id, order.why.value, wrap_up=False))
    # A caller may go from queue to queue for hours; only what takes no time is a circle.
    call = replace(tx.calls.get(call.id) or call, hops=0)
    tx.calls.put(call)
    if leg is None:
        _lead_colleague(tx, call, order.to)
    elif order.to.kind is DestinationKind.QUEUE:
        priority = work.priority + work.raised - call.boost
        queueing.enqueue(tx, call, leg.id, QueueKey(order.to.key), priority, since=work.since)
    else:
        destinations.go(tx, call, leg.id, order.to, needs=call.needs)


def move(tx: SwitchTransaction, work: Work, key: QueueKey) -> None:
    """Let a work wait in another queue, as it stands."""
    floor.step(tx, floor_events.WorkArrived(replace(work, queue=key, entered=tx.now)))


def send_chat_on(tx: SwitchTransaction, work: Work, key: QueueKey) -> None:
    """Let a chat wait in another queue; if there is none, where it is."""
    if tx.queues.get(key) is not None:
        move(tx, work, key)
    else:
        floor.step(tx, floor_events.WorkServed(work.id))


def looks_up(tx: SwitchTransaction, call: Call, work: Work, queue: Queue) -> Work:
    """Ask who knows the caller, and the customer's level: the work waits for that.

    Only if the queue prefers such agents, or the level is not known yet.
    """
    asked = queue.preferred.is_used or service_levels.is_looked_up(tx, call)
    if not asked or not call.customer_number:
        return work
    tx.ask(FindAgents(call.id, call.customer_number))
    return replace(work, prefers_until=tx.now + LOOK_UP_SECONDS)


def found(tx: SwitchTransaction, event: AgentsFound) -> None:
    """Take in which agents know a caller; the caller may wait for these agents."""
    call = tx.calls.get(event.call)
    work = tx.works.get(call.work) if call is not None else None
    if call is not None and work is not None:
        service_levels.found(tx, call, work, event.known.tier)
        work = tx.works.get(work.id)
    queue = tx.queues.get(work.queue) if work is not None else None
    if work is not None and queue is not None:
        agents = preferred_agents(event.known, queue.preferred, tx.now)
        until = entered_at(work) + queue.preferred.patience_seconds
        floor.step(tx, floor_events.WorkPrefers(work.id, agents, until))


def _lead_colleague(tx: SwitchTransaction, call: Call, to: Destination) -> None:
    leg = calls.listener_leg(tx, call)
    if leg is None:
        calls.end(tx, call, by="system", cause=NORMAL)
    else:
        dialling.lead(tx, call, leg, to)


def _note(tx: SwitchTransaction, call: Call, queue: QueueKey, to: Destination, why: Leaves) -> None:
    tx.note(call.id, Kind.MOVED, agent=0, to=str(to), queue=queue, why=why.value)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {AgentsFound: found}
