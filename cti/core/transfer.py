"""Transfers: a customer is handed to another agent, blind or after a consultation.

A consultation is a work of its own, directed to the recipient; the initiator's leg moves between
the talk's bridge and the consultation's. Completing it puts the recipient's leg into the talk.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.agent import Agent
from acd.capacity import can_be_offered
from acd.queue import AgentId, QueueKey
from acd.tasks import without_task
from acd.transaction import put_agent
from acd.work import Medium, Work, WorkId
from crm.calls.record import Kind
from crm.kernel.errors import ConflictError, MissingError
from cti.core import calls, placement, talks
from cti.core.call import Call, Transfer, TransferKind, TransferState, TransferStep
from cti.core.leg import Bridge, Leg, OnHold, Purpose, bridge_id
from cti.core.ownership import own
from cti.core.requests import (
    CompleteAsked,
    ConsultAsked,
    ShuttleAsked,
    TakeBackAsked,
    TransferAsked,
)
from cti.core.stage import Situation, Stage, is_up, situation
from cti.core.state import SwitchTransaction

TALKS = frozenset({Stage.TALKING, Stage.HELD})

HANDED_OVER = "handed_over"
"""Ends the initiator's leg. A new engine that finds it ended, and nothing saved of the transfer,
must not take it for an agent who hung up on the customer."""


def ask_transfer(tx: SwitchTransaction, event: TransferAsked) -> None:
    """Hand the customer to another agent without a word; the initiator wraps up."""
    agent, seen = _talk(tx, event.agent, event.call)
    recipient = _recipient(tx, agent, event.to)
    transfer = Transfer(
        TransferKind.BLIND,
        TransferState.DIALLING,
        agent.id,
        recipient.id,
        seen.call.work,
        event.note,
    )
    _put(tx, seen.call, transfer)
    _note(tx, seen.call, transfer, "asked")
    if seen.customer_leg is not None:
        placement.place(tx, seen.customer_leg.id, OnHold(calls.music_of(tx, seen.call)))
    if seen.agent_leg is not None:
        placement.hang_up(tx, seen.agent_leg, HANDED_OVER)
    released = floor_events.WorkReleased(seen.call.work, agent.id, "transfer", wrap_up=True)
    floor.step(tx, released)
    _direct(tx, seen.call, recipient.id)


def _direct(tx: SwitchTransaction, call: Call, agent: AgentId) -> None:
    """Let the call's own work ring at one agent alone."""
    work = tx.works.get(call.work)
    if work is not None:
        waiting = replace(work.waiting_again(tx.now), only=agent, passed_over=frozenset())
        floor.step(tx, floor_events.WorkArrived(waiting))


def ask_consult(tx: SwitchTransaction, event: ConsultAsked) -> None:
    """Speak with another agent first: the customer hears music meanwhile."""
    agent, seen = _talk(tx, event.agent, event.call)
    recipient = _recipient(tx, agent, event.to)
    customer, leg, call = seen.customer_leg, seen.agent_leg, seen.call
    if customer is None or leg is None:
        raise ConflictError("No call to transfer.")
    work = WorkId(f"{call.id}/consult{call.legs + 1}")
    kind, state = TransferKind.ATTENDED, TransferState.DIALLING
    transfer = Transfer(kind, state, agent.id, recipient.id, work, event.note)
    _put(tx, call, transfer)
    _note(tx, call, transfer, "asked")
    if seen.stage is Stage.TALKING:
        placement.place(tx, customer.id, OnHold(calls.music_of(tx, call)))
        _held(tx, call, held=True)
    placement.join(tx, consult_bridge(call), leg.id)
    queue = call.queue or QueueKey("")
    consult = Work(
        work, Medium.VOICE, queue, tx.now, call=call.id, only=recipient.id, changed=tx.now
    )
    floor.step(tx, floor_events.WorkArrived(consult))


def consult_bridge(call: Call) -> Bridge:
    """The bridge in which initiator and recipient talk."""
    return Bridge(bridge_id(call.id, Purpose.CONSULT), call.id, Purpose.CONSULT)


def answered(tx: SwitchTransaction, call: Call, leg: Leg, transfer: Transfer) -> None:
    """The recipient of a consultation has picked up."""
    floor.step(tx, floor_events.OfferAccepted(transfer.work, transfer.recipient))
    after = transfer.stepped(TransferStep.ANSWERED)
    _put(tx, call, after)
    _note(tx, call, transfer, "consulting")
    initiator = calls.agent_leg(tx, call, transfer.initiator)
    members = (initiator.id, leg.id) if initiator is not None else (leg.id,)
    placement.join(tx, consult_bridge(call), *members)


def ask_shuttle(tx: SwitchTransaction, event: ShuttleAsked) -> None:
    """Change between customer and recipient: whoever is left hears music."""
    _, seen, transfer = _consultation(tx, event.agent, event.call)
    _shuttle(tx, seen, transfer)


def changes_side(tx: SwitchTransaction, seen: Situation, *, hold: bool) -> bool:
    """Whether a hold or a retrieval of the customer is a change of sides in a consultation.

    The colleague whose phone still rings is given up for the customer.
    """
    transfer = seen.call.transfer
    if transfer is None or transfer.kind is not TransferKind.ATTENDED:
        return False
    wanted = TransferState.SHUTTLED if hold else TransferState.CONSULTING
    if transfer.state is wanted:
        _shuttle(tx, seen, transfer)
    elif transfer.state is TransferState.DIALLING and not hold:
        _take_back(tx, seen.call, transfer)
    return True


def _shuttle(tx: SwitchTransaction, seen: Situation, transfer: Transfer) -> None:
    legs = _three(tx, seen, transfer)
    after = transfer.stepped(TransferStep.SHUTTLE)
    customer, initiator, recipient = legs
    music = OnHold(calls.music_of(tx, seen.call))
    to_customer = after is not None and after.state is TransferState.SHUTTLED
    if to_customer:
        placement.place(tx, recipient.id, music)
        placement.join(tx, talks.talk_bridge(seen.call), customer.id, initiator.id)
    else:
        placement.place(tx, customer.id, music)
        placement.join(tx, consult_bridge(seen.call), initiator.id, recipient.id)
    _put(tx, seen.call, after)
    _held(tx, seen.call, held=not to_customer)


def ask_complete(tx: SwitchTransaction, event: CompleteAsked) -> None:
    """Leave customer and recipient together."""
    _, seen, transfer = _consultation(tx, event.agent, event.call)
    complete(tx, seen, transfer)


def complete(tx: SwitchTransaction, seen: Situation, transfer: Transfer) -> None:
    """Put the recipient into the talk in the initiator's place."""
    _, initiator, recipient = _three(tx, seen, transfer)
    placement.hang_up(tx, initiator, HANDED_OVER)
    _hand_over(tx, seen, transfer, recipient)


def _hand_over(tx: SwitchTransaction, seen: Situation, transfer: Transfer, recipient: Leg) -> None:
    """The recipient has the customer now; the initiator wraps up."""
    call = seen.call
    if seen.customer_leg is not None:
        placement.join(tx, talks.talk_bridge(call), seen.customer_leg.id, recipient.id)
    _drop_bridge(tx, call)
    tx.calls.put(replace(call, transfer=None, agent=transfer.recipient))
    released = floor_events.WorkReleased(call.work, transfer.initiator, "transfer", wrap_up=True)
    floor.step(tx, released)
    floor.step(tx, floor_events.WorkTakenOver(call.work, transfer.recipient, transfer.work))
    _note(tx, call, transfer, "completed")
    agent = tx.agents.get(transfer.recipient)
    if agent is not None:
        talks.note_connected(tx, call, recipient, agent)


def ask_take_back(tx: SwitchTransaction, event: TakeBackAsked) -> None:
    """End the consultation and speak with the customer again."""
    agent, seen = own(tx, event.agent, event.call)
    transfer = seen.call.transfer
    if transfer is None or transfer.kind is not TransferKind.ATTENDED:
        raise ConflictError("No consultation to end.")
    if transfer.initiator != agent.id:
        raise ConflictError("Only the agent who started the consultation can do that.")
    _take_back(tx, seen.call, transfer)


def _take_back(tx: SwitchTransaction, call: Call, transfer: Transfer) -> None:
    _end_consultation(tx, call, transfer, "taken back")
    seen = situation(tx, tx.calls.get(call.id) or call)
    customer, leg = seen.customer_leg, seen.agent_leg
    if customer is not None and leg is not None and is_up(leg):
        talks.resume(tx, seen)


def _end_consultation(tx: SwitchTransaction, call: Call, transfer: Transfer, state: str) -> None:
    """The recipient is out; the initiator's leg waits in the talk's bridge."""
    recipient = calls.agent_leg(tx, call, transfer.recipient)
    if recipient is not None:
        placement.hang_up(tx, recipient)
    _put(tx, call, None)
    _note(tx, call, transfer, state)
    floor.step(tx, floor_events.WorkEnded(transfer.work, state, wrap_up=False))
    initiator = calls.agent_leg(tx, call, transfer.initiator)
    if initiator is not None and is_up(initiator):
        placement.join(tx, talks.talk_bridge(call), initiator.id)
    _drop_bridge(tx, call)


def not_taken(tx: SwitchTransaction, call: Call, work: Work, agent: AgentId) -> None:
    """Whoever the call was handed to did not take it.

    After a blind transfer it comes back to the initiator, and from there to the front of the line.
    """
    transfer = call.transfer
    if transfer is None:
        talks.requeue(tx, call)
        return
    if transfer.kind is TransferKind.ATTENDED:
        if work.id == transfer.work:
            _end_consultation(tx, call, transfer, "not taken")
        return
    after = transfer.stepped(TransferStep.NOT_TAKEN)
    _note(tx, call, transfer, "not taken")
    _put(tx, call, after)
    call = tx.calls.get(call.id) or call
    initiator = tx.agents.get(transfer.initiator)
    if after is None or initiator is None or agent == initiator.id:
        _put(tx, call, None)
        talks.requeue(tx, tx.calls.get(call.id) or call)
        return
    # Back to the initiator, whose wrap-up of this very call is over with it.
    put_agent(tx, without_task(initiator, call.work), "transfer")
    _direct(tx, call, initiator.id)


def left(tx: SwitchTransaction, seen: Situation, leg: Leg) -> bool:
    """Somebody's leg in a consultation ended; gives whether that is all there is to it."""
    transfer = seen.call.transfer
    if transfer is None or transfer.kind is not TransferKind.ATTENDED:
        return False
    if leg.agent == transfer.recipient:
        recipient_left(tx, seen.call, transfer)
        return True
    return initiator_left(tx, seen, transfer)


def recipient_left(tx: SwitchTransaction, call: Call, transfer: Transfer) -> None:
    """The recipient hung up in the consultation: the initiator still has the customer, on hold."""
    _end_consultation(tx, call, transfer, "left")


def initiator_left(tx: SwitchTransaction, seen: Situation, transfer: Transfer) -> bool:
    """The initiator hung up, or lost the phone: with the recipient there it is complete.

    Gives whether it is; else the consultation is over and the customer still the initiator's.
    """
    recipient = calls.agent_leg(tx, seen.call, transfer.recipient)
    work = tx.works.get(transfer.work)
    if not is_up(recipient) or recipient is None or work is None or work.agent is None:
        _end_consultation(tx, seen.call, transfer, "initiator left")
        return False
    _hand_over(tx, seen, transfer, recipient)
    return True


def _talk(tx: SwitchTransaction, agent_id: AgentId, call_id: Any) -> tuple[Agent, Situation]:
    agent, seen = own(tx, agent_id, call_id)
    if seen.stage not in TALKS or seen.customer_leg is None:
        raise ConflictError("No call to transfer.")
    if seen.call.transfer is not None:
        raise ConflictError("Finish the transfer in progress first.")
    return agent, seen


def _recipient(tx: SwitchTransaction, agent: Agent, to: AgentId) -> Agent:
    recipient = tx.agents.get(to)
    if recipient is None:
        raise MissingError("There is no such agent.")
    if recipient.id == agent.id:
        raise ConflictError("Choose an agent other than yourself.")
    if tx.away or not can_be_offered(recipient, Medium.VOICE):
        raise ConflictError("{name} cannot take a call now.", name=recipient.name)
    return recipient


def _consultation(
    tx: SwitchTransaction, agent_id: AgentId, call_id: Any
) -> tuple[Agent, Situation, Transfer]:
    agent, seen = own(tx, agent_id, call_id)
    transfer = seen.call.transfer
    talking = (TransferState.CONSULTING, TransferState.SHUTTLED)
    if transfer is None or transfer.state not in talking:
        raise ConflictError("No consultation in progress.")
    if transfer.initiator != agent.id:
        raise ConflictError("Only the agent who started the consultation can do that.")
    return agent, seen, transfer


def _three(tx: SwitchTransaction, seen: Situation, transfer: Transfer) -> tuple[Leg, Leg, Leg]:
    customer = seen.customer_leg
    initiator = calls.agent_leg(tx, seen.call, transfer.initiator)
    recipient = calls.agent_leg(tx, seen.call, transfer.recipient)
    if customer is None or initiator is None or recipient is None:
        raise ConflictError("One of the parties has hung up.")
    return customer, initiator, recipient


def _held(tx: SwitchTransaction, call: Call, *, held: bool) -> None:
    work = tx.works.get(call.work)
    agent = work.agent if work is not None and work.agent is not None else AgentId(0)
    if held:
        tx.note(call.id, Kind.HELD, agent=agent, by="consultation")
    else:
        tx.note(call.id, Kind.RESUMED, agent=agent)
    floor.step(tx, floor_events.WorkHeld(call.work, held))


def _put(tx: SwitchTransaction, call: Call, transfer: Transfer | None) -> None:
    known = tx.calls.get(call.id)
    if known is not None:
        tx.calls.put(replace(known, transfer=transfer))


def _drop_bridge(tx: SwitchTransaction, call: Call) -> None:
    bridge = consult_bridge(call)
    if tx.bridges.get(bridge.id) is not None:
        legs = tuple(leg.id for leg in tx.call_legs(call.id))
        placement.drop_bridge(tx, bridge.id, legs)


def _note(tx: SwitchTransaction, call: Call, transfer: Transfer, state: str) -> None:
    tx.note(
        call.id,
        Kind.TRANSFER,
        type=transfer.kind.value,
        state=state,
        agent=transfer.initiator,
        recipient=transfer.recipient,
        note=transfer.note,
    )


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    TransferAsked: ask_transfer,
    ConsultAsked: ask_consult,
    ShuttleAsked: ask_shuttle,
    CompleteAsked: ask_complete,
    TakeBackAsked: ask_take_back,
}
