"""The way to a destination: the one function behind every “next” of a route, a flow or a queue."""

from collections.abc import Mapping
from dataclasses import replace

from acd import events as floor_events
from acd import floor
from acd.forwards import ForwardKind
from acd.queue import NO_QUEUE, AgentId, QueueKey
from acd.ring_group import RingGroupId
from acd.service_level import NO_NEEDS, OwnNeeds
from acd.work import for_one
from crm.calls.record import Kind
from crm.custom_destinations.custom import CustomId
from crm.kernel.destination import Destination, DestinationKind
from crm.voicemail.box import BoxId
from cti.core import (
    announce,
    callback_offer,
    calls,
    conference,
    consultation,
    custom,
    dialling,
    faxes,
    flows,
    forwards,
    inbound,
    placement,
    queueing,
    ring_groups,
    transfer,
    trunk_legs,
    voicemail,
)
from cti.core.call import Call
from cti.core.events import LegEnded
from cti.core.leg import Leg, LegId, OnHold, OutsideParty
from cti.core.state import SwitchTransaction
from cti.outbound.rule import SYSTEM, Dialler, Refused
from ivr.flow import FlowId

MOST_HOPS = 20
"""The most destinations in one call; settings with more lead in a circle."""

UNALLOCATED, NORMAL, REJECTED = 1, 16, 21  # Q.850


NOTHING: Mapping[str, str] = {}


def go(  # noqa: C901, PLR0913 - who goes where, and with what
    tx: SwitchTransaction,
    call: Call,
    leg: LegId,
    to: Destination,
    *,
    priority: int = 0,
    needs: OwnNeeds = NO_NEEDS,
    variables: Mapping[str, str] = NOTHING,
) -> None:
    """Lead the customer on. What cannot be reached ends the call, and says so in its timeline.

    Priority and needs count in a queue; the needs for a callback too, where the call still has its
    own if it gets no others here. The variables are known in a flow that begins.
    """
    if call.hops >= MOST_HOPS:
        calls.end(tx, call, by="system", cause=UNALLOCATED, fault="loop of destinations")
        return
    call = replace(call, hops=call.hops + 1, ring_group=None)
    tx.calls.put(call)
    match to.kind:
        case DestinationKind.RING_GROUP:
            ring_groups.ring(tx, call, leg, RingGroupId(int(to.key)))
        case DestinationKind.QUEUE:
            queueing.enqueue(tx, call, leg, QueueKey(to.key), priority, needs=needs)
        case DestinationKind.FLOW:
            _begin_flow(tx, call, leg, FlowId(int(to.key)), variables)
        case DestinationKind.AGENT:
            ring(tx, call, leg, AgentId(int(to.key)))
        case DestinationKind.NUMBER:
            forward(tx, call, leg, to.key, SYSTEM)
        case DestinationKind.VOICEMAIL:
            voicemail.enter(tx, call, leg, BoxId(int(to.key)))
        case DestinationKind.CUSTOM:
            custom.ask(tx, call, leg, CustomId(int(to.key)))
        case DestinationKind.FAX:
            faxes.enter(tx, call, leg)
        case DestinationKind.CALLBACK:
            if needs.needs or call.talked is not None:
                call = replace(call, needs=needs)
            callback_offer.offer(tx, call, leg, QueueKey(to.key))
        case DestinationKind.HANG_UP:
            calls.end(tx, call, by="system", cause=NORMAL)


def exists(tx: SwitchTransaction, to: Destination) -> bool:  # noqa: PLR0911 - one for each kind
    """Whether a destination that another system named is there, and can take calls."""
    match to.kind:
        case DestinationKind.QUEUE | DestinationKind.CALLBACK:
            return tx.queues.get(QueueKey(to.key)) is not None
        case DestinationKind.RING_GROUP:
            return RingGroupId(int(to.key)) in tx.routes.ring_groups
        case DestinationKind.FLOW:
            return flows.newest(tx, FlowId(int(to.key))) is not None
        case DestinationKind.AGENT:
            return tx.agents.get(AgentId(int(to.key))) is not None
        case DestinationKind.VOICEMAIL:
            return BoxId(int(to.key)) in tx.routes.boxes
        case DestinationKind.CUSTOM:
            return CustomId(int(to.key)) in tx.routes.custom
        case DestinationKind.FAX:
            return tx.routes.faxes
        case DestinationKind.NUMBER | DestinationKind.HANG_UP:
            return True


def _begin_flow(
    tx: SwitchTransaction, call: Call, leg: LegId, flow: FlowId, variables: Mapping[str, str]
) -> None:
    first = flows.start(tx, flow, flows.language_of(tx, call), variables)
    if first is None:
        fault = f"no flow {flow}"
        calls.end(tx, call, by="system", cause=UNALLOCATED, fault=fault)
    else:
        inbound.follow(tx, call, leg, first)


# ---- one agent


def ring(tx: SwitchTransaction, call: Call, leg: LegId, agent_id: AgentId) -> None:
    """Ring one agent alone, unless calls to that agent are forwarded; the caller hears music."""
    agent, why = tx.agents.get(agent_id), forwards.why_not(tx, agent_id)
    if agent is None or why is not None:
        _elsewhere(tx, call, agent_id, why or ForwardKind.ALL)
    else:
        call = replace(call, waiting_since=tx.now)
        tx.calls.put(call)
        tx.note(call.id, Kind.DIRECTED, agent=agent.id, name=agent.name)
        placement.place(tx, leg, OnHold(calls.music_of(tx, call)))
        work = queueing.waiting_work(call, call.queue or NO_QUEUE, tx.now)
        floor.step(tx, floor_events.WorkArrived(replace(work, only=for_one(agent.id))))


def agent_did_not(tx: SwitchTransaction, call: Call, agent: AgentId) -> None:
    """Lead the caller on: the one agent who was rung does not take the call."""
    _elsewhere(tx, call, agent, ForwardKind.NO_ANSWER)


def agent_is_away(tx: SwitchTransaction, call: Call, agent: AgentId) -> None:
    """Lead the caller on: the one agent who could take the call, and had it, is away now."""
    _elsewhere(tx, call, agent, ForwardKind.AWAY)


def _elsewhere(tx: SwitchTransaction, call: Call, agent: AgentId, why: ForwardKind) -> None:
    """Send the caller to the agent's forwarding, else to the agent's box, else say last words.

    The work is over: nobody else is rung for it.
    """
    to = forwards.instead(tx, agent, why)
    leg = calls.customer_leg(tx, call)
    if leg is None:
        return
    if tx.works.get(call.work) is not None:
        floor.step(tx, floor_events.WorkEnded(call.work, why.value, wrap_up=False))
        call = tx.calls.get(call.id) or call
    tx.note(call.id, Kind.NOT_TAKEN, agent=agent, why=why.value, to=str(to) if to else "")
    if to is not None:
        go(tx, call, leg.id, to)
    else:
        announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)


# ---- a number outside


def forward(
    tx: SwitchTransaction, call: Call, leg_id: LegId, number: str, dialler: Dialler
) -> None:
    """Connect the caller with a number outside; meanwhile they hear what the carrier plays."""
    leg = tx.legs.get(leg_id)
    decision = trunk_legs.decide(tx, number, dialler)
    if leg is None or isinstance(decision, Refused):
        tx.note(call.id, Kind.NOT_TAKEN, why="not allowed", to=f"number:{number}")
        announce.say_farewell(tx, call, leg_id, announce.NOT_TAKEN)
        return
    placement.lift(tx, leg.id)
    party = OutsideParty(decision.number)
    trunk_legs.begin(tx, call, party, decision, leg)


def outside_answered(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """The number outside has picked up: consulted, added to a talk, or alone with the caller."""
    if consultation.is_going_on(call):
        consultation.answered(tx, call, leg)
        return
    if conference.is_going_on(tx, call):
        conference.outside_joined(tx, call, leg)
        return
    trunk_legs.answered(tx, leg)
    transfer.taken(tx, call)
    call = tx.calls.get(call.id) or call
    customer = calls.customer_leg(tx, call)
    if customer is None:
        dialling.outside_answered(tx, call, leg)
        return
    record = leg.dial is not None and leg.dial.record and call.recording in ("off", "failed")
    number = leg.party.number if isinstance(leg.party, OutsideParty) else ""
    tx.note(call.id, Kind.FORWARDED, number=number, leg=leg.id)
    tx.calls.put(replace(call, recording="wanted" if record else call.recording))
    calls.join_talk(tx, call, customer.id, (customer.id, leg.id), record=record)


def outside_ended(tx: SwitchTransaction, call: Call, leg: Leg, event: LegEnded) -> None:
    """The number outside hung up, or was not reached over any trunk."""
    if leg.state != "up" and trunk_legs.tries_next(tx, call, leg, event):
        return
    if consultation.is_going_on(call) and consultation.is_consulted(call, leg):
        if leg.state == "up" and call.transfer is not None:
            consultation.recipient_left(tx, call, call.transfer)
        else:
            consultation.not_taken(tx, call)
        return
    if conference.is_going_on(tx, call):
        conference.left(tx, call, leg)
        return
    if transfer.is_under_way(call):
        transfer.not_taken(tx, call)
        return
    sip = trunk_legs.status_of(event) if leg.state != "up" else 0
    calls.end(tx, call, by="outside", cause=event.cause, at=event.at, fault=event.fault, sip=sip)
