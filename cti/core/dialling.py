"""A call that an agent dials by hand, to another agent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor, seats
from acd.agent import AgentState
from acd.capacity import can_be_offered, has_call
from acd.queue import AgentId, QueueKey
from acd.work import Medium, Work, WorkId, WorkState
from crm.calls.record import Kind
from crm.kernel.errors import ConflictError, MissingError
from cti.core import calls, offers, placement, talks
from cti.core.call import Call, Dialled, Direction
from cti.core.leg import Leg, Silent
from cti.core.requests import DialAsked
from cti.core.state import SwitchTransaction

NO_ANSWER = 19  # Q.850


def callee_work(call: Call, callee: AgentId) -> WorkId:
    """The id of what rings at the agent who is called."""
    return WorkId(f"{call.id}/to{callee}")


def ask_dial(tx: SwitchTransaction, event: DialAsked) -> None:
    """Ring the caller's own phone first, then the agent who is called."""
    caller = seats.known(tx, event.agent)
    callee = tx.agents.get(event.to)
    if callee is None or callee.id == caller.id:
        raise MissingError("There is no such agent.")
    if caller.state is AgentState.SIGNED_OUT or not caller.reachable:
        raise ConflictError("Connect a phone first.")
    if has_call(caller):
        raise ConflictError("Finish your own call first.")
    if tx.away or not can_be_offered(callee, Medium.VOICE):
        raise ConflictError("{name} cannot take a call now.", name=callee.name)
    if tx.calls.get(event.call) is not None:
        return
    call = Call(
        event.call,
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
    offers.make_agent_leg(tx, call, caller, auto=True)


def work_of(call: Call, work: WorkId, agent: AgentId | None, now: float) -> Work:
    """The part of one of the two, who has it in hand, or for whom it is to ring."""
    made = Work(work, Medium.VOICE, QueueKey(""), now, call=call.id, changed=now)
    if agent is None:
        return made
    return replace(made, state=WorkState.ASSIGNED, agent=agent)


def answered(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """One of the two has picked up: the caller, whose callee is rung now, or the callee."""
    origin = call.origin
    if not isinstance(origin, Dialled):
        return
    if leg.agent == origin.agent:
        placement.place(tx, leg.id, Silent())
        work = replace(work_of(call, callee_work(call, origin.to), None, tx.now), only=origin.to)
        floor.step(tx, floor_events.WorkArrived(work))
        return
    callee = tx.agents.get(origin.to)
    caller_leg = calls.agent_leg(tx, call, origin.agent)
    if callee is None or caller_leg is None:
        placement.hang_up(tx, leg)
        return
    tx.calls.put(replace(call, talked=tx.now))
    floor.step(tx, floor_events.OfferAccepted(callee_work(call, origin.to), origin.to))
    talks.note_connected(tx, call, leg, callee)
    placement.join(tx, talks.talk_bridge(call), caller_leg.id, leg.id)


def not_taken(tx: SwitchTransaction, call: Call) -> None:
    """The agent who is called does not take it."""
    calls.end(tx, call, by="system", cause=NO_ANSWER)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {DialAsked: ask_dial}
