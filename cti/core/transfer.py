"""Blind transfers: the customer goes to an agent or any other destination without a consultation.

If no agent takes the call, the customer comes back to the initiator, and from there to the front
of the queue.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.agent import Agent, Presence
from acd.capacity import can_be_offered, has_call
from acd.queue import NO_QUEUE, AgentId
from acd.ring_group import RingGroupId
from acd.tasks import without_task
from acd.transaction import put_agent
from acd.work import Medium, Work, for_one
from crm.calls.record import CallId, Kind
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ConflictError, MissingError
from crm.kernel.text import N_
from cti.core import calls, destinations, lost_phones, placement, queueing, trunk_legs
from cti.core.call import (
    LONGEST_HANDED_NOTE,
    Call,
    HandedOver,
    Transfer,
    TransferKind,
    TransferState,
    TransferStep,
)
from cti.core.leg import OnHold
from cti.core.ownership import own
from cti.core.requests import TransferAsked
from cti.core.stage import Situation, Stage
from cti.core.state import SwitchTransaction

CAMPED_SECONDS = 180.0
"""How long a customer waits for a busy agent before they are back with the initiator."""

TALKS = frozenset({Stage.TALKING, Stage.HELD})

NOT_THERE = N_("Calls cannot be transferred there.")
LED_TO = frozenset(
    {
        DestinationKind.QUEUE,
        DestinationKind.FLOW,
        DestinationKind.RING_GROUP,
        DestinationKind.VOICEMAIL,
        DestinationKind.CUSTOM,
        DestinationKind.FAX,
    }
)
"""To these a customer is led; agents and numbers are called."""


def ask_transfer(tx: SwitchTransaction, event: TransferAsked) -> None:
    """Hand the customer on without a word; the initiator wraps up."""
    agent, seen = talk_of(tx, event.agent, event.call)
    to = checked(tx, agent, event.to, wait=event.wait)
    transfer = Transfer(
        TransferKind.BLIND, TransferState.DIALLING, agent.id, to, seen.call.work, event.note
    )
    put(tx, seen.call, transfer)
    note(tx, seen.call, transfer, "asked")
    if seen.customer_leg is not None:
        placement.place(tx, seen.customer_leg.id, OnHold(calls.music_of(tx, seen.call)))
    if seen.agent_leg is not None:
        placement.hang_up(tx, seen.agent_leg, calls.HANDED_OVER)
    if to.kind is DestinationKind.AGENT:
        released = floor_events.WorkReleased(seen.call.work, agent.id, "transfer", wrap_up=True)
        floor.step(tx, released)
        until = tx.now + CAMPED_SECONDS if event.wait else 0.0
        _ring(tx, seen.call, AgentId(int(to.key)), until)
    else:
        floor.step(tx, floor_events.WorkEnded(seen.call.work, "transfer", wrap_up=True))
        _lead(tx, seen, transfer, front=event.front)


def _lead(tx: SwitchTransaction, seen: Situation, transfer: Transfer, *, front: bool) -> None:
    """Send the customer to a destination other than an agent."""
    call, leg, to = tx.calls.get(seen.call.id) or seen.call, seen.customer_leg, transfer.to
    if leg is None:
        return
    if to.kind is DestinationKind.NUMBER:
        dialler = trunk_legs.dialler_of(tx, transfer.initiator)
        destinations.forward(tx, call, leg.id, to.key, dialler)
        return
    group = tx.routes.ring_groups.get(RingGroupId(int(to.key))) if _is_group(to) else None
    if group is None or group.then is not None:
        # From here on it is the destination's own matter who takes the call.
        note(tx, call, transfer, "completed")
        put(tx, call, None)
        call = tx.calls.get(call.id) or call
    destinations.go(tx, call, leg.id, to, priority=lost_phones.RING_AGAIN if front else 0)


def _is_group(to: Destination) -> bool:
    return to.kind is DestinationKind.RING_GROUP


def checked(
    tx: SwitchTransaction, agent: Agent, to: Destination, *, wait: bool = False
) -> Destination:
    """Refuse a destination to which this agent cannot transfer; gives a number in E.164.

    With `wait` an agent may be busy, but not away.
    """
    if to.kind is DestinationKind.AGENT:
        _check_agent(tx, agent, AgentId(int(to.key)), wait=wait)
        return to
    if to.kind is DestinationKind.NUMBER:
        return replace(to, key=trunk_legs.check_allowed(tx, to.key, agent.id).number)
    if to.kind not in LED_TO:
        raise ConflictError(NOT_THERE)
    if not destinations.exists(tx, to):
        raise MissingError("There is no such destination any more.")
    return to


def _check_agent(tx: SwitchTransaction, agent: Agent, to: AgentId, *, wait: bool) -> None:
    recipient = tx.agents.get(to)
    if recipient is None:
        raise MissingError("There is no such agent.")
    if recipient.id == agent.id:
        raise ConflictError("Choose an agent other than yourself.")
    waits = wait and recipient.presence is Presence.READY and has_call(recipient)
    if tx.away or not (waits or can_be_offered(recipient, Medium.VOICE)):
        raise ConflictError("{name} cannot take a call now.", name=recipient.name)


def _ring(tx: SwitchTransaction, call: Call, agent: AgentId, until: float = 0.0) -> None:
    """Let the call's own work ring at one agent alone; it waits until then for one who is busy."""
    work = tx.works.get(call.work)
    if work is None:
        work = queueing.waiting_work(call, call.queue or NO_QUEUE, tx.now)
    waiting = replace(
        work.waiting_again(tx.now), only=for_one(agent, until), passed_over=frozenset()
    )
    floor.step(tx, floor_events.WorkArrived(waiting))


def not_taken(tx: SwitchTransaction, call: Call, work: Work | None = None) -> None:
    """The recipient did not take the call: back to the initiator, or to the front."""
    transfer = call.transfer
    if transfer is None:
        lost_phones.requeue(tx, call)
        return
    after = transfer.stepped(TransferStep.NOT_TAKEN)
    note(tx, call, transfer, "not taken")
    put(tx, call, after)
    call = tx.calls.get(call.id) or call
    initiator = tx.agents.get(transfer.initiator)
    asked = work.only.agents if work is not None and work.only is not None else ()
    if after is None or initiator is None or asked == (transfer.initiator,):
        put(tx, call, None)
        lost_phones.requeue(tx, tx.calls.get(call.id) or call)
        return
    # Back to the initiator, whose wrap-up of this very call is over with it.
    call = replace(call, ring_group=None)
    tx.calls.put(call)
    leg = calls.customer_leg(tx, call)
    if leg is not None:
        placement.place(tx, leg.id, OnHold(calls.music_of(tx, call)))
    put_agent(tx, without_task(initiator, call.work), "transfer")
    _ring(tx, call, initiator.id)


def is_under_way(call: Call) -> bool:
    """Whether a blind transfer has not come to its end."""
    return call.transfer is not None and call.transfer.kind is TransferKind.BLIND


def taken(tx: SwitchTransaction, call: Call) -> None:
    """The customer has arrived at a destination other than an agent."""
    if call.transfer is not None:
        note(tx, call, call.transfer, "completed")
        put(tx, call, None)


def talk_of(tx: SwitchTransaction, agent_id: AgentId, call_id: CallId) -> tuple[Agent, Situation]:
    """The agent and the talk that can be handed on; else a refusal."""
    agent, seen = own(tx, agent_id, call_id)
    if seen.stage not in TALKS or seen.customer_leg is None:
        raise ConflictError("No call to transfer.")
    if seen.call.transfer is not None:
        raise ConflictError("Finish the transfer in progress first.")
    return agent, seen


def put(tx: SwitchTransaction, call: Call, transfer: Transfer | None) -> None:
    """Set or end a call's transfer; what the initiator noted stays with the call."""
    known = tx.calls.get(call.id)
    if known is None:
        return
    handed = known.handed
    if transfer is not None:
        handed = HandedOver(transfer.initiator, transfer.note[:LONGEST_HANDED_NOTE])
    tx.calls.put(replace(known, transfer=transfer, handed=handed))


def note(tx: SwitchTransaction, call: Call, transfer: Transfer, state: str) -> None:
    """Add a line on a transfer to the call's timeline."""
    tx.note(
        call.id,
        Kind.TRANSFER,
        type=transfer.kind.value,
        state=state,
        agent=transfer.initiator,
        recipient=transfer.recipient or 0,
        to=str(transfer.to),
        note=transfer.note,
    )


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {TransferAsked: ask_transfer}
