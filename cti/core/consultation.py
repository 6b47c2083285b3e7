"""Consultations: an agent speaks with another party first, while the customer hears music.

With an agent it is a work of its own, directed to the recipient. The initiator's leg moves between
the talk's bridge and the consultation's. Completing puts the recipient into the talk in the
initiator's place; a conference puts all of them there.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.agent import Agent
from acd.queue import NO_QUEUE, AgentId
from acd.work import Medium, Work, WorkId, for_one
from crm.calls.record import CallId, Kind
from crm.kernel.destination import DestinationKind
from crm.kernel.errors import ConflictError
from crm.kernel.text import N_
from cti.core import calls, placement, talks, trunk_legs
from cti.core import transfer as transfers
from cti.core.call import Call, Transfer, TransferKind, TransferState, TransferStep
from cti.core.leg import Leg, OnHold, OutsideParty
from cti.core.ownership import own
from cti.core.requests import (
    CompleteAsked,
    ConferenceAsked,
    ConsultAsked,
    ShuttleAsked,
    TakeBackAsked,
)
from cti.core.stage import Situation, Stage, is_up, situation
from cti.core.state import SwitchTransaction

NO_WORK = WorkId("")
"""A number outside has no work: it is in no agent's hands."""

TAKEN_BACK = "taken back"
SPOKEN_TO = frozenset({DestinationKind.AGENT, DestinationKind.NUMBER})
NOT_TO_SPEAK_TO = N_("Consult an agent or an outside number.")


def ask_consult(tx: SwitchTransaction, event: ConsultAsked) -> None:
    """Speak with another party first: the customer hears music meanwhile."""
    agent, seen = transfers.talk_of(tx, event.agent, event.call)
    customer, leg, call = seen.customer_leg, seen.agent_leg, seen.call
    if customer is None or leg is None:
        raise ConflictError("No call to transfer.")
    if event.to.kind not in SPOKEN_TO:
        raise ConflictError(NOT_TO_SPEAK_TO)
    to = transfers.checked(tx, agent, event.to)
    outside = to.kind is DestinationKind.NUMBER
    work = NO_WORK if outside else WorkId(f"{call.id}/consult{call.legs + 1}")
    kind, state = TransferKind.ATTENDED, TransferState.DIALLING
    transfer = Transfer(kind, state, agent.id, to, work, event.note)
    transfers.put(tx, call, transfer)
    transfers.note(tx, call, transfer, "asked")
    if seen.stage is Stage.TALKING:
        placement.place(tx, customer.id, OnHold(calls.music_of(tx, call)))
        _held(tx, call, held=True)
    else:
        floor.step(tx, floor_events.WorkHeld(call.work, held=True, consults=True))
    placement.join(tx, calls.consult_bridge(call), leg.id)
    if outside:
        _dial(tx, call, transfer, leg)
        return
    queue = call.queue or NO_QUEUE
    only = for_one(AgentId(int(to.key)))
    consult = Work(work, Medium.VOICE, queue, tx.now, call=call.id, only=only, changed=tx.now)
    floor.step(tx, floor_events.WorkArrived(consult))


def _dial(tx: SwitchTransaction, call: Call, transfer: Transfer, leg: Leg) -> None:
    decision = trunk_legs.check_allowed(tx, transfer.to.key, transfer.initiator)
    trunk_legs.begin(tx, call, OutsideParty(decision.number), decision, leg)


def is_going_on(call: Call) -> bool:
    """Whether a consultation is going on about a call."""
    return call.transfer is not None and call.transfer.kind is TransferKind.ATTENDED


def is_consulted(call: Call, leg: Leg) -> bool:
    """Whether a leg to a number outside is the one that is consulted."""
    number = leg.party.number if isinstance(leg.party, OutsideParty) else ""
    return call.transfer is not None and call.transfer.to.key == number


def answered(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """The party that is consulted has picked up."""
    transfer = call.transfer
    if transfer is None:
        return
    if transfer.recipient is None:
        trunk_legs.answered(tx, leg)
    else:
        floor.step(tx, floor_events.OfferAccepted(transfer.work, transfer.recipient))
    transfers.put(tx, call, transfer.stepped(TransferStep.ANSWERED))
    transfers.note(tx, call, transfer, "consulting")
    initiator = calls.agent_leg(tx, call, transfer.initiator)
    members = (initiator.id, leg.id) if initiator is not None else (leg.id,)
    placement.join(tx, calls.consult_bridge(call), *members)


def recipient_leg(tx: SwitchTransaction, call: Call, transfer: Transfer) -> Leg | None:
    """The leg of the party that is consulted."""
    if transfer.recipient is None:
        return calls.outside_leg(tx, call, transfer.to.key)
    return calls.agent_leg(tx, call, transfer.recipient)


# ---- what the initiator may ask for


def ask_shuttle(tx: SwitchTransaction, event: ShuttleAsked) -> None:
    """Switch the initiator between customer and recipient; the other one hears music."""
    _, seen, transfer = _consultation(tx, event.agent, event.call)
    _shuttle(tx, seen, transfer)


def changes_side(tx: SwitchTransaction, seen: Situation, *, hold: bool) -> bool:
    """Switch sides on a hold or a retrieval of the customer; False without a consultation.

    Retrieving the customer gives up a recipient whose phone still rings.
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
    customer, initiator, recipient = _three(tx, seen, transfer)
    after = transfer.stepped(TransferStep.SHUTTLE)
    music = OnHold(calls.music_of(tx, seen.call))
    to_customer = after is not None and after.state is TransferState.SHUTTLED
    if to_customer:
        placement.place(tx, recipient.id, music)
        placement.join(tx, calls.talk_bridge(seen.call), customer.id, initiator.id)
    else:
        placement.place(tx, customer.id, music)
        placement.join(tx, calls.consult_bridge(seen.call), initiator.id, recipient.id)
    transfers.put(tx, seen.call, after)
    _held(tx, seen.call, held=not to_customer)


def ask_complete(tx: SwitchTransaction, event: CompleteAsked) -> None:
    """Complete the transfer: customer and recipient talk, the initiator leaves."""
    _, seen, transfer = _consultation(tx, event.agent, event.call)
    complete(tx, seen, transfer)


def complete(tx: SwitchTransaction, seen: Situation, transfer: Transfer) -> None:
    """Put the recipient into the talk in the initiator's place."""
    _, initiator, recipient = _three(tx, seen, transfer)
    placement.hang_up(tx, initiator, calls.HANDED_OVER)
    _hand_over(tx, seen, transfer, recipient)


def _hand_over(tx: SwitchTransaction, seen: Situation, transfer: Transfer, recipient: Leg) -> None:
    """The recipient has the customer now; the initiator wraps up."""
    call = seen.call
    if seen.customer_leg is not None:
        placement.join(tx, calls.talk_bridge(call), seen.customer_leg.id, recipient.id)
    _drop_bridge(tx, call)
    transfers.note(tx, call, transfer, "completed")
    if transfer.recipient is None:
        transfers.put(tx, call, None)
        floor.step(tx, floor_events.WorkEnded(call.work, "transfer", wrap_up=True))
        tx.note(call.id, Kind.FORWARDED, number=transfer.to.key, leg=recipient.id)
        return
    known = tx.calls.get(call.id) or call
    tx.calls.put(replace(known, transfer=None, agent=transfer.recipient))
    released = floor_events.WorkReleased(call.work, transfer.initiator, "transfer", wrap_up=True)
    floor.step(tx, released)
    floor.step(tx, floor_events.WorkTakenOver(call.work, transfer.recipient, transfer.work))
    agent = tx.agents.get(transfer.recipient)
    if agent is not None:
        talks.note_connected(tx, call, recipient, agent)


def ask_conference(tx: SwitchTransaction, event: ConferenceAsked) -> None:
    """Bring customer, initiator and recipient together."""
    _, seen, transfer = _consultation(tx, event.agent, event.call)
    legs = _three(tx, seen, transfer)
    placement.join(tx, calls.talk_bridge(seen.call), *(one.id for one in legs))
    _drop_bridge(tx, seen.call)
    transfers.put(tx, seen.call, None)
    transfers.note(tx, seen.call, transfer, "conference")
    if seen.stage is Stage.HELD:
        _held(tx, seen.call, held=False)


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
    end(tx, call, transfer, TAKEN_BACK)
    seen = situation(tx, tx.calls.get(call.id) or call)
    customer, leg = seen.customer_leg, seen.agent_leg
    if customer is not None and leg is not None and is_up(leg):
        talks.resume(tx, seen)


# ---- ends


def end(tx: SwitchTransaction, call: Call, transfer: Transfer, state: str) -> None:
    """The recipient is out; the initiator's leg waits in the talk's bridge."""
    recipient = recipient_leg(tx, call, transfer)
    if recipient is not None:
        placement.hang_up(tx, recipient)
    transfers.put(tx, call, None)
    transfers.note(tx, call, transfer, state)
    if transfer.recipient is not None:
        floor.step(tx, floor_events.WorkEnded(transfer.work, state, wrap_up=False))
    initiator = calls.agent_leg(tx, call, transfer.initiator)
    if initiator is not None and is_up(initiator):
        placement.join(tx, calls.talk_bridge(call), initiator.id)
    _drop_bridge(tx, call)
    if state != TAKEN_BACK:
        _only_on_hold(tx, call, transfer.initiator)


def _only_on_hold(tx: SwitchTransaction, call: Call, initiator: AgentId) -> None:
    """Leave the customer on hold: the consultation is over."""
    agent = tx.agents.get(initiator)
    task = agent.task(call.work) if agent is not None else None
    if task is not None and task.consults:
        floor.step(tx, floor_events.WorkHeld(call.work, held=True, since=task.since))


def not_taken(tx: SwitchTransaction, call: Call) -> None:
    """The party to be consulted does not take the call."""
    if call.transfer is not None:
        end(tx, call, call.transfer, "not taken")


def left(tx: SwitchTransaction, seen: Situation, leg: Leg) -> bool:
    """Handle the end of a leg in a consultation; gives whether nothing else is to be done."""
    transfer = seen.call.transfer
    if transfer is None or transfer.kind is not TransferKind.ATTENDED:
        return False
    if leg.agent is not None and leg.agent == transfer.recipient:
        recipient_left(tx, seen.call, transfer)
        return True
    return initiator_left(tx, seen, transfer)


def recipient_left(tx: SwitchTransaction, call: Call, transfer: Transfer) -> None:
    """The recipient hung up in the consultation: the initiator still has the customer, on hold."""
    end(tx, call, transfer, "left")


def initiator_left(tx: SwitchTransaction, seen: Situation, transfer: Transfer) -> bool:
    """The initiator hung up, or lost the phone: with the recipient there it is complete.

    Gives whether it is; else the consultation is over and the customer still the initiator's.
    """
    recipient = recipient_leg(tx, seen.call, transfer)
    talking = transfer.state in (TransferState.CONSULTING, TransferState.SHUTTLED)
    if recipient is None or not is_up(recipient) or not talking:
        end(tx, seen.call, transfer, "initiator left")
        return False
    _hand_over(tx, seen, transfer, recipient)
    return True


def initiator_hangs_up(tx: SwitchTransaction, seen: Situation) -> bool:
    """The initiator ends the own part at the desk, as by the phone: customer and recipient stay.

    Gives whether they do; a recipient who only rings is let go.
    """
    transfer = seen.call.transfer
    if transfer is None or transfer.kind is not TransferKind.ATTENDED:
        return False
    initiator = calls.agent_leg(tx, seen.call, transfer.initiator)
    if not initiator_left(tx, seen, transfer):
        return False
    if initiator is not None:
        placement.hang_up(tx, initiator, calls.HANDED_OVER)
    return True


# ---- an initiator whose phone goes away


def phone_lost(tx: SwitchTransaction, call: Call) -> None:
    """The initiator's phone went away: both others hear music until it is back.

    A recipient who only rings is let go.
    """
    transfer = call.transfer
    if transfer is None or transfer.kind is not TransferKind.ATTENDED:
        return
    recipient = recipient_leg(tx, call, transfer)
    if recipient is not None and is_up(recipient):
        placement.place(tx, recipient.id, OnHold(calls.music_of(tx, call)))
    else:
        end(tx, call, transfer, "initiator left")


def phone_is_back(tx: SwitchTransaction, call: Call, leg: Leg) -> bool:
    """Put the initiator's new leg where the old one was; gives whether that is the consultation."""
    transfer = call.transfer
    if transfer is None or transfer.state is not TransferState.CONSULTING:
        return False
    recipient = recipient_leg(tx, call, transfer)
    if recipient is None or not is_up(recipient):
        return False
    placement.join(tx, calls.consult_bridge(call), leg.id, recipient.id)
    tx.calls.put(replace(tx.calls.get(call.id) or call, held_at_loss=False))
    tx.note(call.id, Kind.HELD, agent=transfer.initiator, by="consultation")
    return True


def phone_stays_away(tx: SwitchTransaction, seen: Situation) -> bool:
    """Give the customer to the recipient; gives whether there is one."""
    transfer = seen.call.transfer
    if transfer is None or transfer.kind is not TransferKind.ATTENDED:
        return False
    call = replace(seen.call, held_at_loss=False)
    tx.calls.put(call)
    return initiator_left(tx, replace(seen, call=call), transfer)


# ---- parts


def _consultation(
    tx: SwitchTransaction, agent_id: AgentId, call_id: CallId
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
    recipient = recipient_leg(tx, seen.call, transfer)
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
    floor.step(tx, floor_events.WorkHeld(call.work, held, consults=held))


def _drop_bridge(tx: SwitchTransaction, call: Call) -> None:
    bridge = calls.consult_bridge(call)
    if tx.bridges.get(bridge.id) is not None:
        legs = tuple(leg.id for leg in tx.call_legs(call.id))
        placement.drop_bridge(tx, bridge.id, legs)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    ConsultAsked: ask_consult,
    ShuttleAsked: ask_shuttle,
    CompleteAsked: ask_complete,
    ConferenceAsked: ask_conference,
    TakeBackAsked: ask_take_back,
}
