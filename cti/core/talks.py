"""Talks: an agent and a customer together, hold, a lost phone, recordings, and every end."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.agent import Agent
from crm.calls.record import Kind
from crm.kernel.state import with_timer, without_timer
from cti.core import calls, dialling, inbound, offers, placement, supervise, transfer
from cti.core.call import Call, Direction, TransferKind, TransferStep
from cti.core.commands import StartRecording
from cti.core.events import (
    LegAnswered,
    LegEnded,
    LegHeld,
    RecordAgain,
    RecordingBegan,
    RecordingFailed,
)
from cti.core.leg import Bridge, Leg, LegRole, LegState, LegStep, OnHold, Purpose, bridge_id
from cti.core.ownership import offered_work
from cti.core.stage import Situation, Stage, is_up, situation
from cti.core.state import SwitchTransaction

PHONE_LOST_SECONDS = 12.0
"""How long a caller whose agent's phone went away waits for that same agent."""

RING_AGAIN = 1000
"""Added to a caller's priority when a talk broke off: the front of the line."""

_HUNG_UP = frozenset({0, 16, 31})  # Q.850: normal clearing, normal unspecified


def talk_bridge(call: Call) -> Bridge:
    """The bridge in which the customer talks."""
    return Bridge(bridge_id(call.id, Purpose.TALK), call.id, Purpose.TALK)


def answered(tx: SwitchTransaction, event: LegAnswered) -> None:
    """A phone was picked up: bring the two together, record. Too late, and the leg is ended."""
    leg = tx.legs.get(event.leg)
    if leg is None:
        placement.end_unknown(tx, event.leg)
        return
    if leg.state is LegState.UP:
        return
    leg = leg.stepped(LegStep.ANSWERED, tx.now)
    tx.legs.put(leg)
    call = tx.calls.get(leg.call)
    agent = tx.agents.get(leg.agent)
    if leg.role not in (LegRole.AGENT, LegRole.SUPERVISOR):
        return
    if call is None or agent is None or call.ended is not None:
        placement.hang_up(tx, leg)
        return
    if leg.role is LegRole.SUPERVISOR:
        supervise.supervisor_up(tx, call, leg)
        return
    if call.direction is Direction.INTERNAL:
        dialling.answered(tx, call, leg)
        return
    seen = situation(tx, call)
    work = offered_work(tx, call, agent.id)
    if work is not None and call.transfer is not None and work.id != call.work:
        transfer.answered(tx, call, leg, call.transfer)
    elif work is not None:
        _connect(tx, call, leg, agent, offered=True)
    elif seen.stage is Stage.PHONE_LOST and seen.agent == agent.id:
        _connect(tx, call, leg, agent, offered=False)
    else:
        placement.hang_up(tx, leg)


def _connect(tx: SwitchTransaction, call: Call, leg: Leg, agent: Agent, *, offered: bool) -> None:
    queue = tx.queues.get(call.queue)
    record = queue is not None and queue.record and call.recording in ("off", "failed")
    call = replace(
        call,
        timers=without_timer(call.timers, "grace", "phone lost"),
        agent=agent.id,
        talked=call.talked if call.talked is not None else tx.now,
        recording="wanted" if call.recording == "off" and record else call.recording,
    )
    if call.transfer is not None and call.transfer.kind is TransferKind.BLIND:
        call = replace(call, transfer=call.transfer.stepped(TransferStep.ANSWERED))
    tx.calls.put(call)
    if offered:
        floor.step(tx, floor_events.OfferAccepted(call.work, agent.id))
    note_connected(tx, call, leg, agent)
    customer = calls.customer_leg(tx, call)
    if customer is None:
        return
    placement.lift(tx, customer.id)
    if record:
        tx.do(StartRecording(customer.id, call.id))
    placement.join(tx, talk_bridge(call), customer.id, leg.id)


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
    elif leg.role is LegRole.CUSTOMER:
        tx.legs.drop(leg.id)
        why = calls.NO_LINE if event.cause in calls.LINE_LOST else ""
        by = "system" if event.fault or why else "caller"
        calls.end(tx, call, by=by, cause=event.cause, at=event.at, fault=event.fault, why=why)
    elif leg.role in supervise.LISTENERS and leg.agent is not None:
        tx.legs.drop(leg.id)
        supervise.stop(tx, call, leg.agent)
    elif leg.role is LegRole.AGENT:
        _agent_leg_ended(tx, call, leg, event)


def _agent_leg_ended(tx: SwitchTransaction, call: Call, leg: Leg, event: LegEnded) -> None:
    """A miss, a hang-up, or a phone that went away."""
    if offers.is_ringing(tx, call, leg.agent):
        offers.came_to_nothing(tx, call, leg, offers.why_ended(event.cause))
        return
    seen = situation(tx, call)
    tx.legs.drop(leg.id)
    if call.direction is Direction.INTERNAL:
        calls.end(tx, call, by="agent", cause=event.cause, at=event.at)
    elif not transfer.left(tx, seen, leg):
        _talk_leg_ended(tx, replace(seen, call=tx.calls.get(call.id) or call), leg, event)


def _talk_leg_ended(tx: SwitchTransaction, seen: Situation, leg: Leg, event: LegEnded) -> None:
    """The leg of the agent who has the customer ended, or of one who had."""
    call = seen.call
    if seen.agent_leg is None or seen.agent_leg.id != leg.id:
        return
    if seen.stage in (Stage.TALKING, Stage.HELD):
        if event.cause in _HUNG_UP:
            calls.end(tx, call, by="agent", cause=event.cause, at=event.at)
            return
        lose_phone(tx, call, leg)
        agent = tx.agents.get(leg.agent)
        if agent is not None and agent.reachable:
            ring_again(tx, call)
    elif seen.stage is Stage.PHONE_LOST and event.cause in offers.DECLINED | _HUNG_UP:
        requeue(tx, call)


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
    placement.join(tx, talk_bridge(seen.call), customer.id, leg.id)
    tx.note(seen.call.id, Kind.RESUMED, agent=seen.agent or 0)
    floor.step(tx, floor_events.WorkHeld(seen.call.work, held=False))


def phone_held(tx: SwitchTransaction, event: LegHeld) -> None:
    """The phone's own hold. Our bridges play no music of their own: the customer gets ours."""
    leg = tx.legs.get(event.leg)
    call = tx.calls.get(leg.call) if leg is not None else None
    if leg is None or call is None or leg.role is not LegRole.AGENT:
        return
    seen = situation(tx, call)
    if seen.agent_leg is None or seen.agent_leg.id != leg.id or seen.customer_leg is None:
        return
    if event.held and seen.stage is Stage.TALKING:
        tx.legs.put(replace(leg, holding=True))
        _hold(tx, seen, "phone")
    elif not event.held and leg.holding and seen.stage is Stage.HELD:
        tx.legs.put(replace(leg, holding=False))
        resume(tx, situation(tx, call))


def _hold(tx: SwitchTransaction, seen: Situation, by: str) -> None:
    call = seen.call
    if seen.customer_leg is not None:
        placement.place(tx, seen.customer_leg.id, OnHold(calls.music_of(tx, call)))
    tx.note(call.id, Kind.HELD, agent=seen.agent or 0, by=by)
    floor.step(tx, floor_events.WorkHeld(call.work, held=True))


# ---- a phone that goes away in a talk


def lose_phone(tx: SwitchTransaction, call: Call, leg: Leg | None) -> None:
    """The agent's phone went away: music for the customer until it is back."""
    seen = situation(tx, call)
    gone = leg.id if leg is not None else ""
    tx.note(call.id, Kind.PHONE_LOST, agent=seen.agent or 0, leg=gone)
    if leg is not None:
        placement.hang_up(tx, leg)
    if seen.customer_leg is not None:
        placement.place(tx, seen.customer_leg.id, OnHold(calls.music_of(tx, call)))
    if seen.stage is Stage.HELD:
        floor.step(tx, floor_events.WorkHeld(call.work, held=False))
    wait_for_lost_phone(tx, call)


def wait_for_lost_phone(tx: SwitchTransaction, call: Call) -> None:
    """Give a phone that is lost its time to come back."""
    call = tx.calls.get(call.id) or call
    if situation(tx, call).stage is Stage.PHONE_LOST:
        timers = without_timer(call.timers, "grace")
        until = tx.now + PHONE_LOST_SECONDS
        tx.calls.put(replace(call, timers=with_timer(timers, "phone lost", until)))


def ring_again(tx: SwitchTransaction, call: Call) -> None:
    """Ring the agent whose phone was lost; the browser picks up by itself."""
    known = tx.calls.get(call.id)
    seen = situation(tx, known) if known is not None else None
    if known is None or seen is None or seen.stage is not Stage.PHONE_LOST or tx.away:
        return
    agent = tx.agents.get(seen.agent)
    if agent is not None and seen.agent_leg is None:
        offers.make_agent_leg(tx, known, agent, auto=True)


def requeue(tx: SwitchTransaction, call: Call) -> None:
    """Back into the line, in front of everybody, with all that is known."""
    seen = situation(tx, call)
    if seen.agent_leg is not None:
        placement.hang_up(tx, seen.agent_leg)
    priority = call.priority + (RING_AGAIN if call.priority < RING_AGAIN else 0)
    key = inbound.open_line(tx, call, call.queue)
    queue = tx.queues.get(key)
    if key is None or queue is None:
        calls.end(tx, call, by="system", cause=16, fault="no queue to go back to")
        return
    tx.note(call.id, Kind.QUEUED, queue=key, priority=priority, again=True)
    timers = without_timer(call.timers, "grace", "phone lost")
    call = replace(call, queue=key, priority=priority, waiting_since=call.arrived, timers=timers)
    tx.calls.put(call)
    if seen.customer_leg is not None:
        placement.place(tx, seen.customer_leg.id, OnHold(queue.music))
    if seen.agent is not None:
        released = floor_events.WorkReleased(
            call.work, seen.agent, "phone lost", pause="phone lost"
        )
        floor.step(tx, released)
    floor.step(tx, floor_events.WorkArrived(inbound.waiting_work(call, key, tx.now)))


def grace_over(tx: SwitchTransaction, call: Call) -> None:
    """The phone did not come back in time."""
    seen = situation(tx, call)
    tx.calls.put(replace(call, timers=without_timer(call.timers, "grace")))
    call = replace(call, timers=without_timer(call.timers, "grace"))
    if seen.stage is Stage.OFFERED and seen.agent is not None:
        offers.take_back(tx, call, seen.agent, "unreachable", missed=False)
    elif seen.stage in (Stage.TALKING, Stage.HELD):
        lose_phone(tx, call, seen.agent_leg)


def phone_lost_due(tx: SwitchTransaction, call: Call) -> None:
    """The agent's phone stayed away."""
    if situation(tx, call).stage is Stage.PHONE_LOST:
        requeue(tx, call)
    else:
        tx.calls.put(replace(call, timers=without_timer(call.timers, "phone lost")))


# ---- recordings


def recording_began(tx: SwitchTransaction, event: RecordingBegan) -> None:
    """Note the file and how much of the talk it misses."""
    call = tx.calls.get(event.call)
    if call is None or call.recording == "on":
        return
    late = 0.0
    if call.recording == "failed" and call.talked is not None:
        late = round(tx.now - call.talked, 1)
    tx.note(call.id, Kind.RECORDING, file=event.file, late=late)
    tx.calls.put(replace(call, recording="on"))


def recording_failed(tx: SwitchTransaction, event: RecordingFailed) -> None:
    """A dead recorder does not stop a call: it is noted, and tried again."""
    if event.over:
        tx.note(event.call, Kind.RECORDING_FAILED, why=event.why)
        return
    call = tx.calls.get(event.call)
    if call is None or call.recording in ("off", "failed"):
        return
    tx.note(call.id, Kind.RECORDING_FAILED, why=event.why)
    tx.calls.put(replace(call, recording="failed"))


def record_again(tx: SwitchTransaction, event: RecordAgain) -> None:
    """Start a recording late; the customer leaves the bridge for some milliseconds."""
    call = tx.calls.get(event.call)
    if call is None or call.recording != "failed":
        return
    seen = situation(tx, call)
    if seen.stage is Stage.TALKING and seen.customer_leg is not None and is_up(seen.agent_leg):
        placement.lift(tx, seen.customer_leg.id)
        tx.do(StartRecording(seen.customer_leg.id, call.id))
        placement.join(tx, talk_bridge(call), seen.customer_leg.id)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    LegAnswered: answered,
    LegEnded: ended,
    LegHeld: phone_held,
    RecordingBegan: recording_began,
    RecordingFailed: recording_failed,
    RecordAgain: record_again,
}
