"""A customer who calls us: arriving, the flow, keys and prompts, the way into a line."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.queue import QueueKey
from acd.work import Medium, Work
from crm.calls.record import CallId, Kind
from crm.kernel.destination import DestinationKind
from crm.kernel.state import with_timer, without_timer
from cti.core import calls, flows, placement
from cti.core.call import Call, Direction, origin_of
from cti.core.commands import Answer, AskFlow, FindCustomer, HangUp
from cti.core.events import (
    CallArrived,
    CallReturned,
    CustomerFound,
    DigitPressed,
    FlowAnswered,
    PlaybackEnded,
)
from cti.core.leg import CustomerParty, Leg, LegId, LegRole, LegState, OnHold, Prompted, Silent
from cti.core.stage import Stage, situation
from cti.core.state import SwitchTransaction
from ivr import flow as ivr_flow
from ivr import run as ivr_run
from ivr.run import FlowOutcome
from ivr.step import (
    Answered,
    Ask,
    Failed,
    Heard,
    Key,
    LeaveFlow,
    Listen,
    PromptsOver,
    Say,
    TimeOver,
    WaitsFor,
)
from ivr.steps.language import DEFAULT, LANGUAGE

PROMPT_SECONDS = 120.0
"""No prompt is longer: a playback whose end Asterisk never tells must not hold a caller."""

LONGEST_LATE_SECONDS = 600.0
"""More than that is a clock that was set."""

UNALLOCATED = 1  # Q.850: no route for the number; SIP 404


def arrive(tx: SwitchTransaction, event: CallArrived) -> None:
    """A new call: pick up and begin the flow of its number."""
    id_ = CallId(event.leg)
    if tx.calls.get(id_) is not None:
        return
    now = tx.now
    late = 0.0 if event.at is None else min(max(0.0, now - event.at), LONGEST_LATE_SECONDS)
    tx.note(
        id_,
        Kind.ARRIVED,
        now - late if late else None,
        caller=event.caller,
        called=event.called,
        direction="in",
        via=event.via,
    )
    first = flows.begin(tx, event.called)
    if first is None or _calls_already(tx, event):
        tx.note(id_, Kind.ENDED, by="system", cause=UNALLOCATED)
        tx.do(HangUp(event.leg, "unallocated"))
        return
    call = Call(
        id_,
        Direction.IN,
        origin_of(event.via),
        event.caller,
        event.called,
        arrived=now - late,
        late=late,
    )
    party = CustomerParty(event.caller)
    leg = Leg(event.leg, LegRole.CUSTOMER, party, id_, event.node, LegState.UP, now, placed=now)
    tx.legs.put(leg)
    tx.note(id_, Kind.ANSWERED)
    tx.do(Answer(event.leg))
    if event.caller:
        tx.ask(FindCustomer(id_, event.caller))
    follow(tx, call, leg.id, first)


def _calls_already(tx: SwitchTransaction, event: CallArrived) -> bool:
    """Whether a trial caller has a call: the credentials are for one."""
    return event.via == "guest" and any(
        call.via == "guest" and call.customer_number == event.caller and call.ended is None
        for call in tx.calls.values()
    )


def find_customer(tx: SwitchTransaction, event: CustomerFound) -> None:
    """Note who is calling."""
    call = tx.calls.get(event.call)
    if call is not None and call.customer != event.card:
        tx.calls.put(replace(call, customer=event.card))
        tx.note(call.id, Kind.CUSTOMER, customer=event.card.id, name=event.card.name)


# ---- the flow


def press(tx: SwitchTransaction, event: DigitPressed) -> None:
    """A key: taken while a menu speaks or listens, noted wherever it falls."""
    leg = tx.legs.get(event.leg)
    call = tx.calls.get(leg.call) if leg is not None else None
    if leg is None or call is None or leg.role is not LegRole.CUSTOMER:
        return
    flow, run = flows.of_run(tx, call.run), call.run
    if situation(tx, call).stage is not Stage.IVR or flow is None or run is None:
        return
    outcome = ivr_run.hear(flow, run, Key(event.digit))
    choice = outcome.choice if outcome is not None and outcome.choice is not None else ""
    tx.note(call.id, Kind.DIGIT, digit=event.digit, node=run.at, choice=choice)
    if outcome is not None:
        follow(tx, call, leg.id, outcome)


def prompts_over(tx: SwitchTransaction, event: PlaybackEnded) -> None:
    """The prompts came to their end."""
    _prompts_ended(tx, event.leg, event.playback, PromptsOver())


def prompts_failed(tx: SwitchTransaction, leg: LegId, playback: str, why: str) -> None:
    """The prompts could not be played."""
    _prompts_ended(tx, leg, playback, Failed(why))


def _prompts_ended(tx: SwitchTransaction, leg_id: LegId, playback: str, heard: Heard) -> None:
    """An older playback's end comes late and means nothing."""
    leg = tx.legs.get(leg_id)
    call = tx.calls.get(leg.call) if leg is not None else None
    if leg is None or call is None or not isinstance(leg.placement, Prompted):
        return
    if leg.placement.playback == playback:
        placement.ran_out(tx, leg.id)
        if situation(tx, call).stage is Stage.IVR:
            _go_on(tx, call, leg.id, heard)


def take_answer(tx: SwitchTransaction, event: FlowAnswered) -> None:
    """A flow's question is answered; the answer to an older one comes late and means nothing."""
    call = tx.calls.get(event.call)
    leg = calls.customer_leg(tx, call) if call is not None else None
    if call is None or leg is None or situation(tx, call).stage is not Stage.IVR:
        return
    waits = call.run is not None and call.run.waits_for is WaitsFor.ANSWER
    if waits and event.question == _question(call):
        _go_on(tx, call, leg.id, Failed(event.why) if event.why else Answered(event.value))


def _question(call: Call) -> str:
    return f"{call.id}-q{call.plays}"


def flow_due(tx: SwitchTransaction, call: Call) -> None:
    """No key or answer came in time, or a playback's end was never told."""
    leg = calls.customer_leg(tx, call)
    if leg is None or situation(tx, call).stage is not Stage.IVR:
        tx.calls.put(replace(call, timers=without_timer(call.timers, "flow")))
        return
    heard = PromptsOver() if isinstance(leg.placement, Prompted) else TimeOver()
    placement.ran_out(tx, leg.id)
    _go_on(tx, call, leg.id, heard)


def _go_on(tx: SwitchTransaction, call: Call, leg: LegId, heard: Heard) -> None:
    flow = flows.of_run(tx, call.run)
    if flow is None or call.run is None:
        start_over(tx, call, leg)
    elif (outcome := ivr_run.hear(flow, call.run, heard)) is not None:
        follow(tx, call, leg, outcome)


def start_over(tx: SwitchTransaction, call: Call, leg: LegId) -> None:
    """Enter the step where the caller was, or the flow's start.

    After a new start of the engine the version that the saved run names may not be known: the same
    step of the newest version is entered, and without such a step the caller begins anew rather
    than be lost.
    """
    run, flow = call.run, flows.of_call(tx, call)
    if run is not None and flow is not None:
        step = run.at if run.at in flow.steps else flow.start
        follow(tx, call, leg, ivr_run.enter(flow, run, step))
    elif (first := flows.begin(tx, call.own_number)) is not None:
        follow(tx, call, leg, first)
    else:
        calls.end(tx, call, by="system", cause=UNALLOCATED)


def follow(tx: SwitchTransaction, call: Call, leg: LegId, outcome: FlowOutcome) -> None:
    """Do what the flow says next."""
    now = tx.now
    for one in outcome.entered:
        tx.note(call.id, Kind.STEP, node=one.step, type=one.word)
    call = replace(call, run=outcome.run, timers=without_timer(call.timers, "flow"))
    match outcome.order:
        case Say(prompts=prompts):
            playback = f"{call.id}-p{call.plays + 1}"
            timers = with_timer(call.timers, "flow", now + PROMPT_SECONDS)
            tx.calls.put(replace(call, plays=call.plays + 1, timers=timers))
            language = outcome.run.variables.get(LANGUAGE, DEFAULT)
            placement.place(tx, leg, Prompted(playback, prompts, language))
        case Listen(seconds=seconds):
            timers = with_timer(call.timers, "flow", now + seconds)
            tx.calls.put(replace(call, timers=timers))
            placement.place(tx, leg, Silent())
        case Ask(question=question, detail=detail, seconds=seconds):
            timers = with_timer(call.timers, "flow", now + seconds)
            call = replace(call, plays=call.plays + 1, timers=timers)
            tx.calls.put(call)
            tx.ask(AskFlow(call.id, _question(call), question, detail))
            placement.place(tx, leg, Silent())
        case LeaveFlow():
            leave_flow(tx, call, leg, outcome.order)


def leave_flow(tx: SwitchTransaction, call: Call, leg: LegId, end: LeaveFlow) -> None:
    """Lead the caller where the flow ends."""
    match end.destination.kind:
        case DestinationKind.QUEUE:
            enqueue(tx, call, leg, QueueKey(end.destination.key), end.priority)
        case DestinationKind.HANG_UP:
            calls.end(tx, call, by="system", cause=16)
        case _:
            # No step leads there yet. The caller must not stay in a flow that is over.
            fault = f"no way to {end.destination}"
            calls.end(tx, call, by="system", cause=UNALLOCATED, fault=fault)


# ---- the line


def enqueue(tx: SwitchTransaction, call: Call, leg: LegId, key: QueueKey, priority: int) -> None:
    """Put the caller in line, with music, and match."""
    line = open_line(tx, call, key)
    queue = tx.queues.get(line)
    if line is None or queue is None:
        calls.end(tx, call, by="system", cause=UNALLOCATED, fault=f"no queue {key}")
        return
    tx.note(call.id, Kind.QUEUED, queue=line, priority=priority)
    # A caller who came later, but found an engine, does not stand before this one.
    call = replace(call, queue=line, priority=priority, waiting_since=tx.now - call.late)
    tx.calls.put(call)
    floor.step(tx, floor_events.WorkArrived(waiting_work(call, line, tx.now)))
    placement.place(tx, leg, OnHold(queue.music))


def waiting_work(call: Call, queue: QueueKey, now: float) -> Work:
    """The call's work as it stands in line."""
    since = call.waiting_since if call.waiting_since is not None else call.arrived
    return Work(call.work, Medium.VOICE, queue, since, call.priority, call.id, changed=now)


def open_line(tx: SwitchTransaction, call: Call, key: QueueKey | None) -> QueueKey | None:
    """The queue itself if there is one of that key, else another of the call's flow; or None."""
    if tx.queues.get(key) is not None:
        return key
    flow = flows.of_call(tx, call)
    others = map(QueueKey, ivr_flow.queues(flow)) if flow is not None else ()
    return next((other for other in others if tx.queues.get(other) is not None), None)


def change_line(tx: SwitchTransaction, call: Call) -> None:
    """From a line that is no more to one that is open, with the wait so far."""
    key = open_line(tx, call, call.queue)
    queue = tx.queues.get(key)
    if key is None or queue is None:
        calls.end(tx, call, by="system", cause=16, fault=f"no queue {call.queue}")
        return
    tx.note(call.id, Kind.QUEUED, queue=key, priority=call.priority, again=True)
    tx.calls.put(replace(call, queue=key))
    leg = calls.customer_leg(tx, call)
    if leg is not None:
        placement.place(tx, leg.id, OnHold(queue.music))
    work = tx.works.get(call.work)
    if work is not None:
        floor.step(tx, floor_events.WorkArrived(replace(work, queue=key)))


# ---- back from the fallback


def come_back(tx: SwitchTransaction, event: CallReturned) -> None:
    """A caller comes back from the fallback, to the old place in line if there was one."""
    known = tx.calls.get(event.call.id)
    if known is not None and known.ended is not None:
        known = None
    call = known or event.call
    if known is None and call.queue is None:
        leg = event.leg
        arrived = CallArrived(
            leg.id, call.customer_number, call.own_number, call.via, leg.node, at=call.arrived
        )
        arrive(tx, arrived)
        return
    leg = tx.legs.get(event.leg.id) or event.leg
    seen = situation(tx, known) if known is not None else None
    tx.legs.put(replace(leg, placement=None, state=LegState.UP))
    music = OnHold(calls.music_of(tx, call))
    if seen is not None and seen.stage is Stage.OFFERED:
        # Fetched though the caller had come by itself, and somebody rings for it already.
        placement.place(tx, leg.id, music)
        return
    if known is not None:
        calls.leave_alone(tx, known)
    agent = seen.agent if seen is not None else None
    timers = without_timer(call.timers, "grace", "phone lost")
    call = replace(call, timers=timers, ended=None, transfer=None)
    if call.queue is None:
        start_over(tx, call, leg.id)
    else:
        tx.calls.put(call)
        if call.talked is not None:
            tx.note(call.id, Kind.QUEUED, queue=call.queue, priority=call.priority, again=True)
        placement.place(tx, leg.id, music)
        floor.step(tx, floor_events.WorkArrived(waiting_work(call, call.queue, tx.now)))
    if agent is not None:
        # Freed last: another agent may take this caller, and this agent the first in line.
        floor.step(tx, floor_events.WorkReleased(call.work, agent, "fallback"))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    CallArrived: arrive,
    CallReturned: come_back,
    CustomerFound: find_customer,
    DigitPressed: press,
    FlowAnswered: take_answer,
    PlaybackEnded: prompts_over,
}
