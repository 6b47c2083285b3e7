"""A supervisor takes part in a call: listens, whispers, barges in, takes it over.

A snoop of the customer's leg is heard in a bridge of its own. To whisper, the supervisor is
together with a snoop of the agent's leg instead, which also speaks into it; to barge in, the
supervisor's leg goes into the talk.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor, seats
from acd.agent import Agent
from acd.queue import AgentId, QueueKey
from acd.work import Medium, Work, WorkId, WorkState
from crm.calls.record import Kind
from crm.kernel.errors import ConflictError, MissingError
from cti.core import calls, offers, placement, talks
from cti.core.call import Call, HandedOver
from cti.core.commands import SaveContext, Snoop
from cti.core.context import anchor_of
from cti.core.leg import Bridge, Leg, LegId, LegRole, LegStep, Purpose, bridge_id
from cti.core.ownership import check_free
from cti.core.requests import MonitorAsked, MonitorMode
from cti.core.stage import Stage, is_up, situation
from cti.core.state import SwitchTransaction

EARS = frozenset({LegRole.SNOOP, LegRole.WHISPER})
"""Legs that no phone is on: they carry sound out of a call, and into it."""

LISTENERS = EARS | {LegRole.SUPERVISOR}


def listen_work(call: Call, supervisor: AgentId) -> WorkId:
    """The id of what a supervisor does when listening to a call."""
    return WorkId(f"{call.id}/listen{supervisor}")


def listening(call: Call, supervisor: AgentId, now: float) -> Work:
    """What a supervisor does who listens to a call."""
    return Work(
        listen_work(call, supervisor),
        Medium.VOICE,
        QueueKey(""),
        now,
        call=call.id,
        state=WorkState.ASSIGNED,
        changed=now,
        agent=supervisor,
    )


def listen_bridge(call: Call, supervisor: AgentId) -> Bridge:
    """The bridge in which a supervisor hears a call."""
    return Bridge(bridge_id(call.id, Purpose.LISTEN, supervisor), call.id, Purpose.LISTEN)


def ask_monitor(tx: SwitchTransaction, event: MonitorAsked) -> None:
    """Take part in a call, or in another way than before; the asker has checked the right."""
    supervisor, call = seats.known(tx, event.agent), tx.calls.get(event.call)
    if call is None or call.ended is not None or _heard(tx, call) is None:
        raise MissingError("The call is over.")
    is_there = tx.works.get(listen_work(call, supervisor.id)) is not None
    if event.mode is MonitorMode.STOP:
        if not is_there:
            raise MissingError("You are not monitoring this call.")
        stop(tx, call, supervisor.id)
    elif is_there:
        _change(tx, call, supervisor.id, event.mode)
    else:
        _begin(tx, call, supervisor, event.mode)


def _begin(tx: SwitchTransaction, call: Call, supervisor: Agent, mode: MonitorMode) -> None:
    """Ring the supervisor's phone; until it is picked up nothing is heard."""
    check_free(supervisor)
    if mode is not MonitorMode.LISTEN:
        _check_talk(tx, call)
    floor.step(tx, floor_events.WorkBegun(listening(call, supervisor.id, tx.now)))
    leg = offers.make_agent_leg(tx, call, supervisor, auto=True, role=LegRole.SUPERVISOR)
    known = tx.legs.get(leg)
    if known is not None:
        tx.legs.put(replace(known, wanted=mode.value))
    tx.note(call.id, Kind.LISTENED, agent=supervisor.id, state="began")


def _change(tx: SwitchTransaction, call: Call, supervisor: AgentId, mode: MonitorMode) -> None:
    leg = calls.agent_leg(tx, call, supervisor)
    if leg is None or not is_up(leg):
        raise ConflictError("Wait until your phone is connected.")
    agent_leg = _check_talk(tx, call) if mode is not MonitorMode.LISTEN else None
    leg = replace(leg, wanted=mode.value)
    tx.legs.put(leg)
    if mode is MonitorMode.TAKE_OVER:
        _take_over(tx, call, leg)
        return
    if mode is MonitorMode.BARGE:
        placement.join(tx, calls.talk_bridge(call), leg.id)
        _drop_ears(tx, call, supervisor, LegRole.WHISPER)
    elif mode is MonitorMode.WHISPER and agent_leg is not None:
        _hear_through(tx, call, leg, agent_leg, LegRole.WHISPER)
    else:
        heard = _heard(tx, call)
        if heard is not None:
            _hear_through(tx, call, leg, heard, LegRole.SNOOP)
    tx.note(call.id, Kind.LISTENED, agent=supervisor, state=mode.value)


def only_listen(tx: SwitchTransaction, call: Call) -> None:
    """The talk is over, and the customer is still there: supervisors in it go back to listening."""
    talk = calls.talk_bridge(call).id
    for leg in list(tx.call_legs(call.id)):
        if leg.role is LegRole.SUPERVISOR and leg.agent is not None and leg.bridge == talk:
            _change(tx, tx.calls.get(call.id) or call, leg.agent, MonitorMode.LISTEN)


def _hear_through(tx: SwitchTransaction, call: Call, leg: Leg, of: Leg, role: LegRole) -> None:
    """Let a supervisor hear through one ear; until it is there, as before."""
    ear = _ear(tx, call, leg.agent, role)
    if ear is None:
        _make_ear(tx, call, leg, of, role)
    elif is_up(ear) and leg.agent is not None:
        placement.join(tx, listen_bridge(call, leg.agent), ear.id, leg.id)


def _make_ear(tx: SwitchTransaction, call: Call, leg: Leg, of: Leg, role: LegRole) -> None:
    call = tx.calls.get(call.id) or call
    ear = LegId(f"{leg.id}-{role}{call.legs + 1}")
    tx.calls.put(replace(call, legs=call.legs + 1))
    now = tx.now
    tx.legs.put(Leg(ear, role, leg.party, call.id, leg.node, since=now, placed=now))
    tx.do(Snoop(ear, of.id, whisper=role is LegRole.WHISPER))


def _ear(
    tx: SwitchTransaction, call: Call, supervisor: AgentId | None, role: LegRole
) -> Leg | None:
    legs = (one for one in tx.call_legs(call.id) if one.role is role)
    return next((one for one in legs if one.agent == supervisor), None)


def _drop_ears(
    tx: SwitchTransaction,
    call: Call,
    supervisor: AgentId,
    *roles: LegRole,
    but: LegId | None = None,
) -> None:
    for one in list(tx.call_legs(call.id)):
        if one.role in roles and one.agent == supervisor and one.id != but:
            placement.hang_up(tx, one)


def _check_talk(tx: SwitchTransaction, call: Call) -> Leg:
    """The leg of the agent who talks with the customer; ConflictError if nobody does."""
    seen = situation(tx, call)
    leg = seen.agent_leg
    if seen.stage is not Stage.TALKING or leg is None or call.transfer is not None:
        raise ConflictError("This works only while the agent talks with the customer.")
    return leg


def _take_over(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """The supervisor has the customer in the agent's place, who wraps up."""
    seen, supervisor = situation(tx, call), leg.agent
    if supervisor is None or seen.agent is None or seen.customer_leg is None:
        return
    before = seen.agent
    if seen.agent_leg is not None:
        placement.hang_up(tx, seen.agent_leg, calls.HANDED_OVER)
    _drop_ears(tx, call, supervisor, *EARS)
    tx.legs.put(replace(leg, role=LegRole.AGENT, wanted=""))
    placement.join(tx, calls.talk_bridge(call), seen.customer_leg.id, leg.id)
    placement.drop_bridge(tx, listen_bridge(call, supervisor).id, ())
    tx.calls.put(replace(call, agent=supervisor, handed=HandedOver(before)))
    tx.note(call.id, Kind.LISTENED, agent=supervisor, state=MonitorMode.TAKE_OVER.value)
    released = floor_events.WorkReleased(call.work, before, "taken over", wrap_up=True)
    floor.step(tx, released)
    instead = listen_work(call, supervisor)
    floor.step(tx, floor_events.WorkTakenOver(call.work, supervisor, instead))
    agent = tx.agents.get(supervisor)
    if agent is not None:
        talks.note_connected(tx, call, leg, agent)
    tx.do(SaveContext(leg.id))


def _heard(tx: SwitchTransaction, call: Call) -> Leg | None:
    """The leg by which a call is heard: the customer's, or that of the agent who called."""
    legs = (leg for leg in tx.call_legs(call.id) if leg.role not in LISTENERS)
    return anchor_of(legs)


def supervisor_up(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """The supervisor's phone was picked up: make the snoop of the leg that is listened to."""
    heard = _heard(tx, call)
    if heard is None:
        placement.hang_up(tx, leg)
        return
    if any(_ear(tx, call, leg.agent, role) is not None for role in EARS):
        return  # a new engine heard of it before it heard of the supervisor's answer
    _make_ear(tx, call, leg, heard, LegRole.SNOOP)


def snoop_up(tx: SwitchTransaction, snoop: Leg) -> None:
    """The snoop is there: put it together with the supervisor."""
    call = tx.calls.get(snoop.call)
    leg = calls.agent_leg(tx, call, snoop.agent) if call is not None else None
    if call is None or leg is None or snoop.agent is None:
        placement.hang_up(tx, snoop)
        return
    wanted = MonitorMode(leg.wanted) if leg.wanted else None
    if snoop.role is LegRole.WHISPER and wanted not in (MonitorMode.WHISPER, None):
        placement.hang_up(tx, snoop)  # something else was asked for meanwhile
        return
    tx.legs.put(snoop.stepped(LegStep.ANSWERED, tx.now))
    tx.do(SaveContext(snoop.id))
    placement.join(tx, listen_bridge(call, snoop.agent), snoop.id, leg.id)
    _drop_ears(tx, call, snoop.agent, *EARS, but=snoop.id)
    begins = snoop.role is LegRole.SNOOP and wanted not in (MonitorMode.LISTEN, None)
    if begins and wanted is not None and situation(tx, call).stage is Stage.TALKING:
        _change(tx, tx.calls.get(call.id) or call, snoop.agent, wanted)


def snoop_ended(tx: SwitchTransaction, call: Call, ear: Leg) -> None:
    """A leg of a supervisor's ended; without the agent who was whispered to they still listen."""
    supervisor = ear.agent
    if supervisor is None:
        return
    if ear.role is LegRole.SUPERVISOR:
        stop(tx, call, supervisor)
        return
    if any(_ear(tx, call, supervisor, role) is not None for role in EARS):
        return
    leg, heard = calls.agent_leg(tx, call, supervisor), _heard(tx, call)
    if ear.role is LegRole.WHISPER and leg is not None and heard is not None:
        tx.legs.put(replace(leg, wanted=MonitorMode.LISTEN.value))
        _make_ear(tx, call, leg, heard, LegRole.SNOOP)
    elif leg is None or leg.wanted != MonitorMode.BARGE:
        stop(tx, call, supervisor)


def stop(tx: SwitchTransaction, call: Call, supervisor: AgentId) -> None:
    """End listening, be it ended by the supervisor, the snoop, or the call."""
    for leg in list(tx.call_legs(call.id)):
        if leg.role in LISTENERS and leg.agent == supervisor:
            placement.hang_up(tx, leg)
    bridge = listen_bridge(call, supervisor)
    if tx.bridges.get(bridge.id) is not None:
        placement.drop_bridge(tx, bridge.id, ())
    tx.note(call.id, Kind.LISTENED, agent=supervisor, state="ended")
    work = listen_work(call, supervisor)
    floor.step(tx, floor_events.WorkEnded(work, "listening", wrap_up=False))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    MonitorAsked: ask_monitor,
}
