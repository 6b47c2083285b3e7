"""Conferences: more than one party beside the customer in a talk.

Each agent who joined has a work of their own, as in a consultation; the agent of the call's own
work has the customer. When that agent leaves, another agent in the talk has the customer, or the
number outside that is left.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.queue import NO_QUEUE, AgentId
from acd.work import Medium, Work, WorkId, WorkState, for_one
from crm.calls.record import Kind
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ConflictError, MissingError
from cti.core import calls, consultation, placement, talks, transfer, trunk_legs
from cti.core.call import Call, Direction
from cti.core.leg import InBridge, Leg, LegId, LegRole, OutsideParty
from cti.core.ownership import own
from cti.core.requests import AddAsked, DropAsked, MuteAsked
from cti.core.stage import Situation, Stage, is_up
from cti.core.state import SwitchTransaction

NORMAL = 16  # Q.850

ADDED = "/add"
CONSULTED = "/consult"


def others(tx: SwitchTransaction, call: Call) -> Iterable[Work]:
    """The works of agents in the talk who do not have the customer."""
    works = tx.call_works(call.id)
    return [one for one in works if ADDED in one.id or CONSULTED in one.id]


def other_of(tx: SwitchTransaction, call: Call, agent: AgentId | None) -> Work | None:
    """The work of an agent in the talk who does not have the customer."""
    return next((one for one in others(tx, call) if agent is not None and one.agent == agent), None)


def is_going_on(tx: SwitchTransaction, call: Call) -> bool:
    """Whether an agent has the customer: a number outside is one more party then."""
    return call.direction is not Direction.INTERNAL and tx.works.get(call.work) is not None


# ---- joining


def ask_add(tx: SwitchTransaction, event: AddAsked) -> None:
    """Call another party into the talk, which goes on meanwhile."""
    agent, seen = transfer.talk_of(tx, event.agent, event.call)
    call, customer = seen.call, seen.customer_leg
    if seen.stage is not Stage.TALKING or customer is None:
        raise ConflictError("Take the customer off hold first.")
    if event.to.kind not in consultation.SPOKEN_TO:
        raise ConflictError("Add an agent or an outside number.")
    to = transfer.checked(tx, agent, event.to)
    _note(tx, call, "asked", agent.id, to)
    if to.kind is DestinationKind.NUMBER:
        decision = trunk_legs.check_allowed(tx, to.key, agent.id)
        if calls.outside_leg(tx, call, decision.number) is not None:
            raise ConflictError("This number is in the call already.")
        trunk_legs.begin(tx, call, OutsideParty(decision.number), decision, customer)
        return
    work = WorkId(f"{call.id}{ADDED}{call.legs + 1}")
    only = for_one(AgentId(int(to.key)))
    added = Work(work, Medium.VOICE, call.queue or NO_QUEUE, tx.now, call=call.id, only=only)
    floor.step(tx, floor_events.WorkArrived(replace(added, changed=tx.now)))


def joined(tx: SwitchTransaction, call: Call, leg: Leg, work: Work) -> None:
    """An agent who was called into the talk has picked up."""
    if leg.agent is None:
        return
    floor.step(tx, floor_events.OfferAccepted(work.id, leg.agent))
    _join(tx, call, leg)


def outside_joined(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """A number outside that was called into the talk has picked up."""
    trunk_legs.answered(tx, leg)
    _join(tx, call, leg)


def _join(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    placement.join(tx, calls.talk_bridge(call), leg.id)
    _note(tx, call, "joined", leg.agent, _party(leg))


def not_taken(tx: SwitchTransaction, call: Call, work: Work) -> None:
    """The agent who was called into the talk does not come."""
    to = Destination(DestinationKind.AGENT, str(work.only.agents[0])) if work.only else None
    _note(tx, call, "not taken", None, to)
    floor.step(tx, floor_events.WorkEnded(work.id, "not taken", wrap_up=False))


# ---- leaving


def left(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """A party that does not have the customer has left; the leg is gone."""
    _note(tx, call, "left", leg.agent, _party(leg))
    work = other_of(tx, call, leg.agent)
    if work is not None:
        floor.step(tx, floor_events.WorkEnded(work.id, "left", wrap_up=False))


def owner_left(tx: SwitchTransaction, seen: Situation) -> bool:
    """The agent who has the customer leaves: another agent has them, or a number outside.

    Gives whether there was anybody; the agent's leg is gone, or is ended here.
    """
    call, owner = seen.call, seen.agent
    if owner is None or seen.stage not in transfer.TALKS or call.transfer is not None:
        return False
    heirs = [one for one in others(tx, call) if one.state is WorkState.ASSIGNED]
    outside = [leg for leg in tx.call_legs(call.id) if _is_in_talk(leg)]
    if not heirs and not outside:
        return False
    if seen.agent_leg is not None and tx.legs.get(seen.agent_leg.id) is not None:
        placement.hang_up(tx, seen.agent_leg, calls.HANDED_OVER)
    if seen.stage is Stage.HELD and seen.customer_leg is not None:
        placement.join(tx, calls.talk_bridge(call), seen.customer_leg.id)
        tx.note(call.id, Kind.RESUMED, agent=owner)
    _note(tx, call, "left", owner, None)
    if not heirs:
        floor.step(tx, floor_events.WorkEnded(call.work, "conference", wrap_up=True))
        party = outside[0].party
        number = party.number if isinstance(party, OutsideParty) else ""
        tx.note(call.id, Kind.FORWARDED, number=number, leg=outside[0].id)
        return True
    heir = heirs[0]
    released = floor_events.WorkReleased(call.work, owner, "conference", wrap_up=True)
    floor.step(tx, released)
    if heir.agent is not None:
        tx.calls.put(replace(tx.calls.get(call.id) or call, agent=heir.agent))
        floor.step(tx, floor_events.WorkTakenOver(call.work, heir.agent, heir.id))
        agent, leg = tx.agents.get(heir.agent), calls.agent_leg(tx, call, heir.agent)
        if agent is not None and leg is not None:
            talks.note_connected(tx, call, leg, agent)
    return True


def _is_in_talk(leg: Leg) -> bool:
    return leg.role is LegRole.OUTSIDE and is_up(leg) and isinstance(leg.placement, InBridge)


# ---- what the agent who has the customer may do to the others


def ask_drop(tx: SwitchTransaction, event: DropAsked) -> None:
    """End one party's part in the talk."""
    seen, leg = _party_of(tx, event)
    if leg.role is LegRole.CUSTOMER:
        calls.end(tx, seen.call, by="agent", cause=NORMAL)
        return
    placement.hang_up(tx, leg)
    work = next((w for w in others(tx, seen.call) if w.offer_to(leg.agent or AgentId(0))), None)
    if work is not None:
        floor.step(tx, floor_events.WorkEnded(work.id, "dropped", wrap_up=False))
    left(tx, seen.call, leg)


def ask_mute(tx: SwitchTransaction, event: MuteAsked) -> None:
    """Mute one party in the talk, or unmute it."""
    _, leg = _party_of(tx, event)
    placement.mute(tx, leg.id, muted=event.on)


def _party_of(tx: SwitchTransaction, event: DropAsked | MuteAsked) -> tuple[Situation, Leg]:
    agent, seen = own(tx, event.agent, event.call)
    leg = tx.legs.get(LegId(event.leg))
    if seen.agent != agent.id or seen.stage is not Stage.TALKING:
        raise ConflictError("Only the agent who has the customer can do that.")
    if seen.call.transfer is not None:
        raise ConflictError("Finish the transfer in progress first.")
    theirs = (LegRole.CUSTOMER, LegRole.AGENT, LegRole.OUTSIDE)
    own_leg = seen.agent_leg.id if seen.agent_leg is not None else ""
    if leg is None or leg.call != seen.call.id or leg.role not in theirs or leg.id == own_leg:
        raise MissingError("There is no such party in the call.")
    return seen, leg


def _party(leg: Leg) -> Destination | None:
    if isinstance(leg.party, OutsideParty):
        return Destination(DestinationKind.NUMBER, leg.party.number)
    return Destination(DestinationKind.AGENT, str(leg.agent)) if leg.agent is not None else None


def _note(
    tx: SwitchTransaction, call: Call, state: str, agent: AgentId | None, to: Destination | None
) -> None:
    party = str(to) if to is not None else ""
    tx.note(call.id, Kind.CONFERENCE, state=state, agent=agent or 0, to=party)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    AddAsked: ask_add,
    DropAsked: ask_drop,
    MuteAsked: ask_mute,
}
