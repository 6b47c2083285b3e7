"""Handles timers that are due, by the kind of row that they belong to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor, overflow, seats
from acd.callback import Callback
from acd.idle import IDLE, is_over
from acd.serving import PATIENCE
from acd.tasks import NO_ANSWER
from acd.work import Medium, Work, WorkId
from crm.kernel.state import Timer, with_timer
from cti.core import (
    announcements,
    callbacks,
    chats,
    flow_questions,
    inbound,
    lost_phones,
    offers,
    parking,
    talks,
    trunk_legs,
    when_free,
)
from cti.core.call import Call
from cti.core.events import TimerDue
from cti.core.failures import AWAY_SECONDS
from cti.core.leg import Leg
from cti.core.state import SwitchTransaction

WRAP_UP = "wrap-up/"


def due(tx: SwitchTransaction, event: TimerDue) -> None:
    """Find the row; one that has moved its timer meanwhile is left alone."""
    timer = event.timer
    match timer.table:
        case "calls":
            call = tx.calls.get(timer.key)
            if call is not None and call.timers.get(timer.name, tx.now + 1) <= tx.now:
                _call_due(tx, call, timer.name)
        case "works":
            work = tx.works.get(timer.key)
            if work is not None and work.timers.get(timer.name, tx.now + 1) <= tx.now:
                _work_due(tx, work, timer.name)
        case "legs":
            leg = tx.legs.get(timer.key)
            if leg is not None and leg.timers.get(timer.name, tx.now + 1) <= tx.now:
                _leg_due(tx, leg, timer.name)
        case "agents":
            _agent_due(tx, timer)
        case "callbacks":
            callback = tx.callbacks.get(timer.key)
            if callback is not None and callback.timers.get(timer.name, tx.now + 1) <= tx.now:
                _callback_due(tx, callback)
        case _:
            pass


def _callback_due(tx: SwitchTransaction, callback: Callback) -> None:
    if tx.away:
        timers = {callbacks.DUE: tx.now + AWAY_SECONDS}
        tx.callbacks.put(replace(callback, timers=timers))
    else:
        callbacks.wait_over(tx, callback)


def _agent_due(tx: SwitchTransaction, timer: Timer) -> None:
    agent = tx.agents.get(timer.key)
    if timer.name.startswith(WRAP_UP):
        work_id = WorkId(timer.name.removeprefix(WRAP_UP))
        floor.step(tx, seats.WrapUpOver(timer.key, work_id))
    elif timer.name.startswith(when_free.TIMER):
        if agent is not None:
            when_free.over(tx, agent, timer.name)
    elif timer.name == IDLE:
        if agent is not None and is_over(agent, tx.now):
            floor.step(tx, seats.AgentSignedOut(agent.id, IDLE))
    elif not tx.away:
        floor.step(tx, seats.PhoneGone(timer.key))
    elif agent is not None:
        timers = with_timer(agent.timers, timer.name, tx.now + AWAY_SECONDS)
        tx.agents.put(replace(agent, timers=timers))


def _call_due(tx: SwitchTransaction, call: Call, name: str) -> None:
    if tx.away:
        # What we ordered now would not be carried out: neither caller nor agent is to pay for it.
        timers = with_timer(call.timers, name, tx.now + AWAY_SECONDS)
        tx.calls.put(replace(call, timers=timers))
        return
    match name:
        case "flow":
            inbound.flow_due(tx, call)
        case "grace":
            lost_phones.grace_over(tx, call)
        case "phone lost":
            lost_phones.phone_lost_due(tx, call)
        case "parked":
            parking.due(tx, call)
        case flow_questions.COMFORT:
            flow_questions.comfort(tx, call)
        case announcements.NEXT:
            announcements.due(tx, call)
        case announcements.PLAYING:
            announcements.stuck(tx, call)
        case _:
            pass


def _leg_due(tx: SwitchTransaction, leg: Leg, name: str) -> None:
    if tx.away:
        timers = with_timer(leg.timers, name, tx.now + AWAY_SECONDS)
        tx.legs.put(replace(leg, timers=timers))
    else:
        call = tx.calls.get(leg.call)
        if name == "confirm" and call is not None:
            talks.not_confirmed(tx, call, leg, NO_ANSWER)
            return
        given_up = trunk_legs.due(tx, leg, name)
        if given_up is not None and call is not None:
            talks.given_up(tx, call, leg, given_up)


def _work_due(tx: SwitchTransaction, work: Work, name: str) -> None:
    if tx.away:
        timers = with_timer(work.timers, name, tx.now + AWAY_SECONDS)
        tx.works.put(replace(work, timers=timers))
    elif name == "offer":
        (offers if work.medium is Medium.VOICE else chats).offers_due(tx, work)
    elif overflow.is_of_wait(name):
        floor.step(tx, floor_events.WaitDue(work.id))
    elif name == PATIENCE:
        floor.step(tx, floor_events.WorkGivenUp(work.id))
    elif name == "passed over":
        floor.step(tx, floor_events.PassOverEnded(work.id))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {TimerDue: due}
