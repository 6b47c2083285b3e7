"""Inbound calls: arrival, the flow, keys and prompts, and the way into a queue."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.calls.record import CallId, Kind
from crm.kernel.state import with_timer, without_timer
from crm.voicemail.box import BoxId
from cti.core import (
    announce,
    announcements,
    box_calls,
    callback_offer,
    callbacks,
    calls,
    custom,
    destinations,
    flow_questions,
    flows,
    outside_phones,
    placement,
    queueing,
    surveys,
    talks,
    voicemail,
)
from cti.core.answer_events import FlowAnswered
from cti.core.call import Call, Direction, origin_of
from cti.core.commands import Answer, AskFlow, FindCustomer, HangUp
from cti.core.events import CallArrived, DigitPressed, PlaybackEnded
from cti.core.leg import CustomerParty, Leg, LegId, LegRole, LegState, Prompted, Silent
from cti.core.stage import Stage, situation
from cti.core.state import SwitchTransaction
from cti.routes.rule import BUSY, REJECTED, UNALLOCATED, RouteDecision, decide
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
    Record,
    Say,
    Stay,
    TimeOver,
    WaitsFor,
)

LONGEST_LATE_SECONDS = 600.0
"""More than that is a clock that was set."""

NORMAL = 16  # Q.850

HANG_UPS = {UNALLOCATED: "unallocated", REJECTED: "rejected", BUSY: "busy"}
"""How a call that is not picked up is refused: SIP 404, 403 or 486."""


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
    routed = decide(tx.routes, event.called, event.caller, now)
    if routed.by.kind != "number":
        _note_route(tx, id_, routed)
    if routed.cause is not None or _calls_already(tx, event):
        cause = routed.cause or UNALLOCATED
        tx.note(id_, Kind.ENDED, by="system", cause=cause)
        tx.do(HangUp(event.leg, HANG_UPS[cause]))
        return
    call = Call(
        id_,
        Direction.IN,
        origin_of(event.via),
        event.caller,
        event.called,
        arrived=now - late,
        late=late,
        boost=routed.priority,
    )
    leg = Leg(
        event.leg,
        LegRole.CUSTOMER,
        CustomerParty(event.caller),
        id_,
        event.node,
        LegState.UP,
        now,
        placed=now,
        trunk=event.trunk,
    )
    tx.legs.put(leg)
    tx.note(id_, Kind.ANSWERED)
    tx.do(Answer(event.leg))
    if event.caller:
        tx.ask(FindCustomer(id_, event.caller))
    tx.calls.put(call)
    callbacks.called_again(tx, event.caller)
    if routed.message:
        announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)
    else:
        destinations.go(tx, call, leg.id, routed.destination)


def _note_route(tx: SwitchTransaction, call: CallId, routed: RouteDecision) -> None:
    """Why the call does not go to its number's own flow."""
    tx.note(
        call,
        Kind.ROUTED,
        to=str(routed.destination),
        by=routed.by.kind,
        name=routed.by.name,
        why=routed.by.why.value,
    )


def _calls_already(tx: SwitchTransaction, event: CallArrived) -> bool:
    """Whether a trial caller has a call: the credentials are for one."""
    return event.via == "guest" and any(
        call.via == "guest" and call.customer_number == event.caller and call.ended is None
        for call in tx.calls.values()
    )


# ---- the flow


def press(tx: SwitchTransaction, event: DigitPressed) -> None:
    """A key: taken while a menu speaks or listens, noted wherever it falls."""
    leg = tx.legs.get(event.leg)
    call = tx.calls.get(leg.call) if leg is not None else None
    if leg is not None and call is not None and call.visit is not None and leg.confirmed:
        box_calls.press(tx, call, leg, event.digit)
        return
    if leg is not None and call is not None and leg.role is LegRole.AGENT:
        talks.key_at_phone(tx, call, leg, event.digit)
        return
    if leg is None or call is None or leg.role is not LegRole.CUSTOMER:
        return
    if call.offered is not None:
        callback_offer.press(tx, call, leg.id, event.digit)
        return
    if event.digit == box_calls.ENTER and box_calls.enter_from_greeting(tx, call, leg):
        return
    flow, run = flows.of_run(tx, call.run), call.run
    led_on = call.asking is not None or situation(tx, call).stage is not Stage.IVR
    if led_on or flow is None or run is None:
        return
    outcome = ivr_run.hear(flow, run, Key(event.digit))
    choice = outcome.choice if outcome is not None and outcome.choice is not None else ""
    digit = ivr_run.shown_key(flow, run, event.digit)
    tx.note(call.id, Kind.DIGIT, digit=digit, node=run.at, choice=choice)
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
    if leg.placement.playback != playback:
        return
    introduces = leg.role is LegRole.CUSTOMER and surveys.is_introducing(tx, call)
    placement.ran_out(tx, leg.id)
    if introduces:
        surveys.introduced(tx, call)
    elif leg.role is not LegRole.AGENT or not surveys.heard_by_agent(tx, call, leg):
        _heard(tx, call, leg, heard)


def _heard(tx: SwitchTransaction, call: Call, leg: Leg, heard: Heard) -> None:
    """Go on after prompts: what comes next depends on their purpose."""
    if leg.role is LegRole.AGENT and not leg.confirmed:
        outside_phones.asked(tx, leg)
    elif call.farewell:
        calls.end(tx, call, by="system", cause=NORMAL)
    elif call.offered is not None:
        callback_offer.asked(tx, call, leg.id)
    elif call.visit is not None:
        box_calls.prompts_over(tx, call, leg.id)
    elif call.box is not None:
        voicemail.greeted(tx, call, leg.id)
    elif announcements.PLAYING in call.timers:
        announcements.over(tx, call, leg.id)
    elif situation(tx, call).stage is Stage.IVR:
        _go_on(tx, call, leg.id, heard)


def take_answer(tx: SwitchTransaction, event: FlowAnswered) -> None:
    """A flow's question is answered; the answer to an older one comes late and means nothing."""
    call = tx.calls.get(event.call)
    leg = calls.customer_leg(tx, call) if call is not None else None
    if call is None or leg is None or situation(tx, call).stage is not Stage.IVR:
        return
    waits = call.run is not None and call.run.waits_for is WaitsFor.ANSWER
    if waits and event.question == call.question:
        _note_answer(tx, call, event.value, event.why)
        _go_on(tx, call, leg.id, Failed(event.why) if event.why else Answered(event.value))


def flow_due(tx: SwitchTransaction, call: Call) -> None:
    """No key or answer came in time, or a playback's end was never told."""
    leg = calls.listener_leg(tx, call)
    if call.farewell:
        calls.end(tx, call, by="system", cause=NORMAL)
        return
    if leg is not None and call.visit is not None:
        box_calls.due(tx, call, leg)
        return
    if leg is not None and call.box is not None:
        voicemail.due(tx, call, leg)
        return
    if call.asking is not None:
        custom.due(tx, call)
        return
    if leg is not None and call.offered is not None:
        callback_offer.due(tx, call, leg.id)
        return
    if leg is None or situation(tx, call).stage is not Stage.IVR:
        tx.calls.put(replace(call, timers=without_timer(call.timers, "flow")))
        if leg is not None and surveys.is_introducing(tx, call):
            surveys.introduced(tx, call)
        return
    heard = PromptsOver() if isinstance(leg.placement, Prompted) else TimeOver()
    if call.run is not None and call.run.waits_for is WaitsFor.ANSWER:
        _note_answer(tx, call, "", "no answer in time")
    placement.ran_out(tx, leg.id)
    _go_on(tx, call, leg.id, heard)


def _note_answer(tx: SwitchTransaction, call: Call, value: str, why: str) -> None:
    node = call.run.at if call.run is not None else ""
    tx.note(call.id, Kind.FLOW_ANSWERED, node=node, value=value, why=why)


def _go_on(tx: SwitchTransaction, call: Call, leg: LegId, heard: Heard) -> None:
    flow = flows.of_run(tx, call.run)
    if flow is None or call.run is None:
        start_over(tx, call, leg)
    elif (outcome := ivr_run.hear(flow, call.run, heard)) is not None:
        follow(tx, call, leg, outcome)


def message_over(tx: SwitchTransaction, call: Call, leg: LegId, why: str = "") -> None:
    """A flow's step has recorded a message, or could not."""
    if call.run is not None and call.run.waits_for is WaitsFor.ANSWER:
        _go_on(tx, call, leg, Failed(why) if why else Answered(""))
    else:
        start_over(tx, call, leg)


def start_over(tx: SwitchTransaction, call: Call, leg: LegId) -> None:
    """Enter the step where the caller was, or the flow's start.

    After a new start of the engine the version that the saved run names may not be known: the same
    step of the newest version is entered, and without such a step the caller begins anew rather
    than be lost.
    """
    if call.farewell:
        in_box = call.box is not None or call.visit is not None
        words = voicemail.THANKS if in_box else announce.NOT_TAKEN
        announce.say_farewell(tx, call, leg, words)
        return
    if call.visit is not None:
        box_calls.found(tx, call, leg)
        return
    if call.box is not None and not voicemail.is_step(call):
        voicemail.enter(tx, call, leg, call.box)
        return
    if call.asking is not None:
        custom.ask(tx, call, leg, call.asking)
        return
    if call.offered is not None:
        callback_offer.ask_again(tx, call, leg, call.offered)
        return
    run, flow = call.run, flows.of_call(tx, call)
    if run is not None and flow is not None:
        follow(tx, call, leg, ivr_run.resume(flow, run))
        return
    routed = decide(tx.routes, call.own_number, call.customer_number, tx.now)
    if routed.cause is not None or call.surveyed:
        calls.end(tx, call, by="system", cause=routed.cause or NORMAL)
    else:
        tx.calls.put(call)
        destinations.go(tx, call, leg, routed.destination)


def follow(tx: SwitchTransaction, call: Call, leg: LegId, outcome: FlowOutcome) -> None:
    """Carry out the next step of the flow."""
    now, outcome = tx.now, flows.between(tx, outcome)
    call, run = surveys.carry_out(tx, call, outcome.run)
    outcome = replace(outcome, run=run)
    for one in outcome.entered:
        at = {"flow": one.flow, "version": one.version}
        tx.note(call.id, Kind.STEP, node=one.step, type=one.word, **at)
    if isinstance(outcome.order, Stay):
        tx.calls.put(replace(call, run=outcome.run))
        return
    call = replace(call, run=outcome.run, timers=flow_questions.without_timers(call))
    match outcome.order:
        case Say(prompts=prompts):
            announce.say(tx, call, leg, prompts)
        case Listen(seconds=seconds):
            timers = with_timer(call.timers, "flow", now + seconds)
            tx.calls.put(replace(call, timers=timers))
            placement.place(tx, leg, Silent())
        case Ask(question=question, detail=detail, seconds=seconds):
            told = flow_questions.answer(tx, call, outcome.run, question, detail)
            if told is not None:
                tx.calls.put(call)
                _go_on(tx, call, leg, told)
                return
            call = flow_questions.with_timers(call, now, seconds)
            tx.calls.put(call)
            tx.ask(AskFlow(call.id, call.question, question, detail))
            placement.place(tx, leg, Silent())
        case Record(box=box, seconds=seconds):
            voicemail.record(tx, call, leg, BoxId(box), seconds)
        case LeaveFlow(destination=destination, priority=priority):
            tx.calls.put(call)
            needs = queueing.needs_of(outcome.order)
            destinations.go(tx, call, leg, destination, priority=priority, needs=needs)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    CallArrived: arrive,
    DigitPressed: press,
    FlowAnswered: take_answer,
    PlaybackEnded: prompts_over,
}
