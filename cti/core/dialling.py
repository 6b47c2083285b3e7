"""A call that an agent dials by hand, to another agent, or to where that agent's calls go."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor, seats
from acd.agent import Agent
from acd.forwards import ForwardKind
from acd.queue import AgentId, QueueKey
from acd.ring_group import RingGroup, RingGroupId
from acd.work import Medium, Work, WorkId, WorkState, for_one
from crm.calls.record import CallId, Kind
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ConflictError, MissingError
from crm.voicemail.box import BoxId
from cti.core import (
    announce,
    box_calls,
    calls,
    destinations,
    forwards,
    offers,
    outbound,
    overflow,
    placement,
    ring_groups,
    talks,
    trunk_legs,
    voicemail,
)
from cti.core.call import BoxCall, Call, Dialled, Direction
from cti.core.commands import HangUp
from cti.core.events import PhoneDialled
from cti.core.leg import Leg, OnHold, OutsideParty, Silent
from cti.core.ownership import check_free, offered_work
from cti.core.requests import DialAsked
from cti.core.state import SwitchTransaction
from cti.outbound.rule import SYSTEM, Refused

BUSY, NO_ANSWER = 17, 19  # Q.850


def callee_work(call: Call, callee: AgentId) -> WorkId:
    """The id of what rings at the agent who is called."""
    return WorkId(f"{call.id}/to{callee}")


def ask_dial(tx: SwitchTransaction, event: DialAsked) -> None:
    """Ring the caller's own phone first, then the agent who is called."""
    caller = seats.known(tx, event.agent)
    callee = tx.agents.get(event.to)
    if callee is None or callee.id == caller.id:
        raise MissingError("There is no such agent.")
    check_free(caller)
    if tx.away or not _can_be_reached(tx, callee.id):
        raise ConflictError("{name} cannot take a call now.", name=callee.name)
    if tx.calls.get(event.call) is not None:
        return
    offers.make_agent_leg(tx, begin(tx, event.call, caller, callee), caller, auto=True)


def begin(tx: SwitchTransaction, id_: CallId, caller: Agent, callee: Agent) -> Call:
    """The call and the caller's part in it; nobody is rung yet."""
    call = Call(
        id_,
        Direction.INTERNAL,
        Dialled(caller.id, callee.id),
        caller.extension,
        callee.extension,
        arrived=tx.now,
        agent=caller.id,
    )
    tx.calls.put(call)
    tx.note(
        call.id,
        Kind.ARRIVED,
        caller=caller.extension,
        called=callee.extension,
        direction=call.direction.value,
        via=call.via,
    )
    floor.step(tx, floor_events.WorkBegun(work_of(call, call.work, caller.id, tx.now)))
    return call


def phone_dialled(tx: SwitchTransaction, event: PhoneDialled, caller: Agent, callee: Agent) -> None:
    """A phone dialled a colleague's extension by its own keys."""
    if not _can_be_reached(tx, callee.id):
        tx.do(HangUp(event.leg, "busy"))
        return
    call = begin(tx, CallId(event.leg), caller, callee)
    answered(tx, call, outbound.adopt(tx, event, caller, call))


def _can_be_reached(tx: SwitchTransaction, callee: AgentId) -> bool:
    """Whether the callee's phone may ring, or calls to it go elsewhere."""
    why = forwards.why_not(tx, callee)
    return why is None or forwards.instead(tx, callee, why) is not None


def work_of(call: Call, work: WorkId, agent: AgentId | None, now: float) -> Work:
    """The work of one of the two: assigned to the agent, or still without one."""
    made = Work(work, Medium.VOICE, QueueKey(""), now, call=call.id, changed=now)
    if agent is None:
        return made
    return replace(made, state=WorkState.ASSIGNED, agent=agent)


def answered(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """One of the two has picked up: the caller, whose callee is rung now, or the callee."""
    origin = call.origin
    if isinstance(origin, BoxCall):
        box_calls.answered(tx, call, leg)
    if not isinstance(origin, Dialled):
        return
    if leg.agent == origin.agent:
        lead(tx, call, leg, Destination(DestinationKind.AGENT, str(origin.to)))
        return
    work = offered_work(tx, call, leg.agent)
    callee = tx.agents.get(leg.agent)
    caller_leg = calls.agent_leg(tx, call, origin.agent)
    if callee is None or caller_leg is None or work is None:
        placement.hang_up(tx, leg)
        return
    tx.calls.put(replace(call, talked=tx.now, origin=replace(origin, to=callee.id)))
    floor.step(tx, floor_events.OfferAccepted(work.id, callee.id))
    talks.note_connected(tx, call, leg, callee)
    placement.join(tx, calls.talk_bridge(call), caller_leg.id, leg.id)


def not_taken(tx: SwitchTransaction, call: Call, work: Work) -> None:
    """The agent whose phone rang does not take it: elsewhere, or the end."""
    floor.step(tx, floor_events.WorkEnded(work.id, ForwardKind.NO_ANSWER.value, wrap_up=False))
    call = tx.calls.get(call.id) or call
    leg = calls.listener_leg(tx, call)
    if leg is None:
        return
    if (group := ring_groups.group_of(tx, call)) is not None:
        _group_missed(tx, call, leg, group)
    elif work.only is not None:
        _elsewhere(tx, call, leg, work.only.agents[0], ForwardKind.NO_ANSWER)


# ---- where a colleague's calls go


def lead(tx: SwitchTransaction, call: Call, leg: Leg, to: Destination) -> None:
    """Lead an internal caller on; a circle of forwards ends with a sentence."""
    if call.hops >= destinations.MOST_HOPS:
        tx.note(call.id, Kind.NOT_TAKEN, why="loop", to=str(to))
        announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)
        return
    call = replace(call, hops=call.hops + 1)
    tx.calls.put(call)
    match to.kind:
        case DestinationKind.AGENT:
            _ring(tx, call, leg, AgentId(int(to.key)))
        case DestinationKind.RING_GROUP if to.key.isdigit():
            _ring_group(tx, call, leg, RingGroupId(int(to.key)))
        case DestinationKind.QUEUE if tx.queues.get(QueueKey(to.key)) is not None:
            _wait_in(tx, call, leg, QueueKey(to.key))
        case DestinationKind.VOICEMAIL:
            voicemail.enter(tx, call, leg.id, BoxId(int(to.key)))
        case DestinationKind.NUMBER:
            _dial_outside(tx, call, leg, to.key)
        case _:
            tx.note(call.id, Kind.NOT_TAKEN, why="no way", to=str(to))
            announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)


def _ring(tx: SwitchTransaction, call: Call, leg: Leg, agent: AgentId) -> None:
    """Ring one agent alone, unless calls to that agent go elsewhere."""
    why = forwards.why_not(tx, agent)
    if why is not None or not isinstance(call.origin, Dialled):
        _elsewhere(tx, call, leg, agent, why or ForwardKind.AWAY)
        return
    tx.calls.put(replace(call, origin=replace(call.origin, to=agent)))
    placement.place(tx, leg.id, Silent())
    work = replace(work_of(call, callee_work(call, agent), None, tx.now), only=for_one(agent))
    floor.step(tx, floor_events.WorkArrived(work))


def _elsewhere(
    tx: SwitchTransaction, call: Call, leg: Leg, agent: AgentId, why: ForwardKind
) -> None:
    to = forwards.instead(tx, agent, why)
    if to is None:
        cause = NO_ANSWER if why is ForwardKind.NO_ANSWER else BUSY
        calls.end(tx, call, by="system", cause=cause)
        return
    tx.note(call.id, Kind.NOT_TAKEN, agent=agent, why=why.value, to=str(to))
    lead(tx, call, leg, to)


def _wait_in(tx: SwitchTransaction, call: Call, leg: Leg, key: QueueKey) -> None:
    """Let the internal caller wait for the first free agent of a queue."""
    queue = tx.queues.get(key)
    if queue is not None and (leaves := overflow.not_taken_in(tx, queue)) is not None:
        lead(tx, call, leg, leaves.to)
        return
    placement.place(tx, leg.id, OnHold(queue.music if queue is not None else "default"))
    work = work_of(call, WorkId(f"{call.id}/in{call.hops}"), None, tx.now)
    floor.step(tx, floor_events.WorkArrived(replace(work, queue=key)))


def _ring_group(tx: SwitchTransaction, call: Call, leg: Leg, id_: RingGroupId) -> None:
    """Ring a group's phones for an internal caller."""
    group = tx.routes.ring_groups.get(id_)
    if group is None:
        announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)
        return
    call = replace(call, ring_group=id_)
    tx.calls.put(call)
    tx.note(call.id, Kind.RING_GROUP, group=id_, name=group.name)
    placement.place(tx, leg.id, OnHold(calls.music_of(tx, call)))
    work = work_of(call, WorkId(f"{call.id}/in{call.hops}"), None, tx.now)
    floor.step(tx, floor_events.WorkArrived(replace(work, only=ring_groups.rung(group))))


def _group_missed(tx: SwitchTransaction, call: Call, leg: Leg, group: RingGroup) -> None:
    call = replace(call, ring_group=None)
    tx.calls.put(call)
    then = group.then
    tx.note(call.id, Kind.GROUP_MISSED, name=group.name, to=str(then) if then else "")
    if then is not None:
        lead(tx, call, leg, then)
    else:
        announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)


def _dial_outside(tx: SwitchTransaction, call: Call, leg: Leg, number: str) -> None:
    """Connect the caller with a number outside; no internal call is recorded."""
    decision = trunk_legs.decide(tx, number, SYSTEM)
    if isinstance(decision, Refused):
        tx.note(call.id, Kind.NOT_TAKEN, why="not allowed", to=f"number:{number}")
        announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)
        return
    placement.lift(tx, leg.id)
    allowed = replace(decision, rule=replace(decision.rule, record=False))
    trunk_legs.begin(tx, call, OutsideParty(decision.number), allowed, leg)


def outside_answered(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """The number outside has picked up for an internal caller."""
    caller = calls.listener_leg(tx, call)
    if caller is None:
        placement.hang_up(tx, leg)
        return
    number = leg.party.number if isinstance(leg.party, OutsideParty) else ""
    tx.note(call.id, Kind.FORWARDED, number=number, leg=leg.id)
    tx.calls.put(replace(call, talked=tx.now))
    placement.join(tx, calls.talk_bridge(call), caller.id, leg.id)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {DialAsked: ask_dial}
