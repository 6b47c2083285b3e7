"""Talks: an agent and a customer together, hold, a lost phone, recordings, and every end."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.agent import Agent, TaskState
from acd.capacity import voice_tasks
from acd.queue import AgentId
from acd.tasks import NO_ANSWER
from crm.calls.record import Kind
from crm.kernel.state import without_timer
from cti.core import (
    calls,
    conference,
    consultation,
    destinations,
    dialling,
    lost_phones,
    offers,
    outbound,
    outside_phones,
    placement,
    supervise,
    surveys,
    transfer,
    trunk_legs,
)
from cti.core.call import Call, Direction, TransferStep
from cti.core.commands import StartRecording
from cti.core.events import (
    LegAnswered,
    LegEnded,
    LegHeld,
)
from cti.core.leg import Leg, LegRole, LegState, LegStep, OnHold
from cti.core.ownership import offered_work
from cti.core.stage import Situation, Stage, situation
from cti.core.state import SwitchTransaction

NORMAL = 16  # Q.850
NOT_CONFIRMED = 19  # Q.850: no answer from the user

_HUNG_UP = frozenset({0, 16, 31})  # Q.850: normal clearing, normal unspecified


def answered(tx: SwitchTransaction, event: LegAnswered) -> None:
    """Connect agent and customer when a phone is picked up, and record; end a late leg."""
    leg = tx.legs.get(event.leg)
    if leg is None:
        placement.end_unknown(tx, event.leg)
        return
    if leg.state is LegState.UP:
        return
    leg = leg.stepped(LegStep.ANSWERED, tx.now)
    tx.legs.put(leg)
    call = tx.calls.get(leg.call)
    if call is None or call.ended is not None:
        if leg.role not in supervise.EARS:
            placement.hang_up(tx, leg)
        return
    match leg.role:
        case LegRole.CUSTOMER if call.direction is Direction.OUT:
            outbound.customer_answered(tx, call, leg)
        case LegRole.OUTSIDE:
            destinations.outside_answered(tx, call, leg)
        case LegRole.SUPERVISOR:
            supervise.supervisor_up(tx, call, leg)
        case LegRole.AGENT if not leg.confirmed:
            outside_phones.picked_up(tx, call, leg)
        case LegRole.AGENT:
            _agent_answered(tx, call, leg)
        case _:
            pass


def key_at_phone(tx: SwitchTransaction, call: Call, leg: Leg, digit: str) -> None:
    """An agent at a phone outside takes the call, or does not."""
    if leg.state is not LegState.UP or leg.confirmed:
        return
    if digit == outside_phones.TAKE:
        _agent_answered(tx, call, outside_phones.confirmed(tx, leg))
    elif digit == outside_phones.DECLINE:
        not_confirmed(tx, call, leg, "declined")


def not_confirmed(tx: SwitchTransaction, call: Call, leg: Leg, why: str) -> None:
    """Nobody pressed the key in time, or the agent does not take the call."""
    if offers.is_ringing(tx, call, leg.agent) and leg.agent is not None:
        offers.take_back(tx, call, leg.agent, why)
    else:
        placement.hang_up(tx, leg)
        _agent_leg_ended(tx, call, leg, LegEnded(leg.id, NOT_CONFIRMED))


def _agent_answered(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    agent = tx.agents.get(leg.agent)
    seen = situation(tx, call)
    if agent is None:
        placement.hang_up(tx, leg)
        return
    if call.direction is Direction.INTERNAL:
        dialling.answered(tx, call, leg)
        return
    work = offered_work(tx, call, agent.id)
    if seen.stage is Stage.DIALLING:
        outbound.agent_up(tx, call, leg)
    elif work is not None and work.id != call.work and consultation.is_going_on(call):
        consultation.answered(tx, call, leg)
    elif work is not None and work.id != call.work:
        conference.joined(tx, call, leg, work)
    elif work is not None:
        _connect(tx, call, leg, agent, offered=True)
    elif seen.stage is Stage.PHONE_LOST and seen.agent == agent.id:
        _connect(tx, call, leg, agent, offered=False)
    else:
        placement.hang_up(tx, leg)


def _connect(tx: SwitchTransaction, call: Call, leg: Leg, agent: Agent, *, offered: bool) -> None:
    record = calls.is_to_record(tx, call) and call.recording in ("off", "failed")
    call = replace(
        call,
        timers=without_timer(call.timers, "grace", "phone lost"),
        agent=agent.id,
        surveyed=False,
        talked=call.talked if call.talked is not None else tx.now,
        recording="wanted" if call.recording == "off" and record else call.recording,
    )
    if call.transfer is not None and transfer.is_under_way(call):
        call = replace(call, transfer=call.transfer.stepped(TransferStep.ANSWERED))
    tx.calls.put(call)
    if offered:
        floor.step(tx, floor_events.OfferAccepted(call.work, agent.id))
    note_connected(tx, call, leg, agent)
    customer = calls.customer_leg(tx, call)
    if customer is None or (not offered and consultation.phone_is_back(tx, call, leg)):
        return
    if call.held_at_loss:
        # The agent's phone is back: the customer is on hold as before.
        tx.calls.put(replace(call, held_at_loss=False))
        placement.join(tx, calls.talk_bridge(call), leg.id)
        tx.note(call.id, Kind.HELD, agent=agent.id, by="desk")
        return
    hold_others(tx, agent.id, call)
    if not surveys.introduce(tx, call, customer, leg, agent, record=record):
        calls.join_talk(tx, call, customer.id, (customer.id, leg.id), record=record)


def note_connected(
    tx: SwitchTransaction, call: Call, leg: Leg, agent: Agent, at: float | None = None
) -> None:
    """The fact that an agent has the customer; with a time when nobody noted it then."""
    tx.note(
        call.id,
        Kind.CONNECTED,
        at,
        agent=agent.id,
        name=agent.name,
        extension=agent.extension,
        leg=leg.id,
    )


def ended(tx: SwitchTransaction, event: LegEnded) -> None:
    """A leg ended, at whatever moment."""
    leg = tx.legs.get(event.leg)
    if leg is None:
        return
    call = tx.calls.get(leg.call)
    if call is None or call.ended is not None:
        tx.legs.drop(leg.id)
    elif leg.role is LegRole.CUSTOMER and situation(tx, call).stage is Stage.DIALLING:
        tx.legs.drop(leg.id)
        outbound.not_reached(tx, call, leg, event)
    elif leg.role is LegRole.OUTSIDE:
        tx.legs.drop(leg.id)
        destinations.outside_ended(tx, call, leg, event)
    elif leg.role is LegRole.CUSTOMER:
        tx.legs.drop(leg.id)
        why = calls.NO_LINE if event.cause in calls.LINE_LOST else ""
        party = "customer" if call.direction is Direction.OUT else "caller"
        by = "system" if event.fault or why else party
        calls.end(tx, call, by=by, cause=event.cause, at=event.at, fault=event.fault, why=why)
    elif leg.role in supervise.LISTENERS and leg.agent is not None:
        tx.legs.drop(leg.id)
        supervise.snoop_ended(tx, call, leg)
    elif leg.role is LegRole.AGENT:
        _agent_leg_ended(tx, call, leg, event)


def given_up(tx: SwitchTransaction, call: Call, leg: Leg, event: LegEnded) -> None:
    """A leg to a number outside was given up by us."""
    if leg.role is LegRole.AGENT:
        not_confirmed(tx, call, leg, NO_ANSWER)
        return
    if leg.role is LegRole.OUTSIDE:
        destinations.outside_ended(tx, call, replace(leg, dial=None), event)
    else:
        outbound.not_reached(tx, call, replace(leg, dial=None), event)


def _agent_leg_ended(tx: SwitchTransaction, call: Call, leg: Leg, event: LegEnded) -> None:
    """A miss, a hang-up, or a phone that went away."""
    if leg.state is not LegState.UP and trunk_legs.tries_next(tx, call, leg, event):
        tx.legs.drop(leg.id)
        return
    if offers.is_ringing(tx, call, leg.agent):
        offers.came_to_nothing(tx, call, leg, offers.why_ended(event.cause))
        return
    seen = situation(tx, call)
    tx.legs.drop(leg.id)
    if call.direction is Direction.INTERNAL or seen.stage is Stage.DIALLING:
        calls.end(tx, call, by="agent", cause=event.cause, at=event.at)
    elif conference.other_of(tx, call, leg.agent) is not None and call.transfer is None:
        conference.left(tx, call, leg)
    elif not consultation.left(tx, seen, leg):
        _talk_leg_ended(tx, replace(seen, call=tx.calls.get(call.id) or call), leg, event)


def _talk_leg_ended(tx: SwitchTransaction, seen: Situation, leg: Leg, event: LegEnded) -> None:
    """The leg of the agent who has the customer ended, or of one who had."""
    call = seen.call
    if seen.agent_leg is None or seen.agent_leg.id != leg.id:
        return
    if seen.stage in (Stage.TALKING, Stage.HELD):
        if conference.owner_left(tx, seen):
            return
        if event.cause in _HUNG_UP:
            if surveys.taken_back(tx, call, leg):
                return
            if surveys.begin_survey(tx, seen):
                return
            calls.end(tx, call, by="agent", cause=event.cause, at=event.at)
            return
        lost_phones.lose_phone(tx, call, leg)
        agent = tx.agents.get(leg.agent)
        if agent is not None and agent.reachable:
            lost_phones.ring_again(tx, call)
    elif seen.stage is Stage.PHONE_LOST and event.cause in offers.DECLINED | _HUNG_UP:
        lost_phones.requeue(tx, call)


# ---- hold


def hold(tx: SwitchTransaction, seen: Situation) -> None:
    """Music for the customer."""
    _hold(tx, seen, "desk")


def resume(tx: SwitchTransaction, seen: Situation) -> None:
    """The agent again for the customer; a recording that had failed is begun on the way."""
    customer, leg = seen.customer_leg, seen.agent_leg
    if customer is None or leg is None:
        return
    placement.lift(tx, customer.id)
    if seen.call.recording == "failed":
        tx.do(StartRecording(customer.id, seen.call.id))
    placement.join(tx, calls.talk_bridge(seen.call), customer.id, leg.id)
    tx.note(seen.call.id, Kind.RESUMED, agent=seen.agent or 0)
    floor.step(tx, floor_events.WorkHeld(seen.call.work, held=False))
    if seen.agent is not None:
        hold_others(tx, seen.agent, seen.call)


def hold_others(tx: SwitchTransaction, agent_id: AgentId, call: Call) -> None:
    """An agent speaks with one customer at a time: the others hear music."""
    for other in _other_talks(tx, agent_id, call):
        if can_be_held(other, agent_id):
            _hold(tx, other, "desk")


def may_resume(tx: SwitchTransaction, agent_id: AgentId, call: Call) -> bool:
    """Whether all else that the agent is speaking with can be put on hold."""
    return all(can_be_held(other, agent_id) for other in _other_talks(tx, agent_id, call))


def can_be_held(seen: Situation, agent: AgentId) -> bool:
    """Whether it is a simple talk of this agent with a customer."""
    internal = seen.call.direction is Direction.INTERNAL
    return (
        seen.agent == agent
        and seen.stage is Stage.TALKING
        and not internal
        and seen.call.transfer is None
    )


def _other_talks(tx: SwitchTransaction, agent_id: AgentId, call: Call) -> list[Situation]:
    agent = tx.agents.get(agent_id)
    speaking = () if agent is None else voice_tasks(agent)
    known = (
        tx.calls.get(task.call)
        for task in speaking
        if task.call != call.id and (task.state is TaskState.ACTIVE or task.consults)
    )
    return [situation(tx, other) for other in known if other is not None]


def phone_held(tx: SwitchTransaction, event: LegHeld) -> None:
    """The phone's own hold. Our bridges play no music of their own: the customer gets ours."""
    leg = tx.legs.get(event.leg)
    call = tx.calls.get(leg.call) if leg is not None else None
    if leg is None or call is None or leg.role is not LegRole.AGENT:
        return
    seen = situation(tx, call)
    if seen.agent_leg is None or seen.agent_leg.id != leg.id or seen.customer_leg is None:
        return
    if call.transfer is not None:
        return
    if event.held and seen.stage in (Stage.TALKING, Stage.HELD):
        tx.legs.put(replace(leg, holding=True))
        if seen.stage is Stage.TALKING:
            _hold(tx, seen, "phone")
    elif not event.held and leg.holding and seen.stage is Stage.HELD:
        tx.legs.put(replace(leg, holding=False))
        if seen.agent is not None and may_resume(tx, seen.agent, call):
            resume(tx, situation(tx, call))


def _hold(tx: SwitchTransaction, seen: Situation, by: str) -> None:
    call = seen.call
    if seen.customer_leg is not None:
        placement.place(tx, seen.customer_leg.id, OnHold(calls.music_of(tx, call)))
    tx.note(call.id, Kind.HELD, agent=seen.agent or 0, by=by)
    floor.step(tx, floor_events.WorkHeld(call.work, held=True))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    LegAnswered: answered,
    LegEnded: ended,
    LegHeld: phone_held,
}
