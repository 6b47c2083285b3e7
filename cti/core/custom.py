"""Another system decides where a call goes: it is asked, and the caller hears music meanwhile.

Whether an answer comes in time or not, the caller goes on: to the destination that the answer
names, else to the fallback of the custom destination, else they hear that the call is not taken.
A new engine that finds a caller who waits for an answer asks again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.calls.record import Kind
from crm.custom_destinations.custom import AnswerFault, CustomId
from crm.kernel.state import with_timer, without_timer
from crm.outgoing.answer import Failure
from cti.core import announce, calls, destinations, flows, placement
from cti.core.answer_events import CustomAnswered
from cti.core.call import Call
from cti.core.commands import AskCustom
from cti.core.leg import LegId, OnHold
from cti.core.state import SwitchTransaction
from ivr.steps.language import LANGUAGE, LANGUAGES

SPARE_SECONDS = 1.0
"""How long after its time-out the engine has surely said that no answer came."""

UNALLOCATED = 1  # Q.850


def ask(tx: SwitchTransaction, call: Call, leg: LegId, custom: CustomId) -> None:
    """Ask where the call goes."""
    known = tx.routes.custom.get(custom)
    if known is None:
        fault = f"no custom destination {custom}"
        calls.end(tx, call, by="system", cause=UNALLOCATED, fault=fault)
        return
    timers = with_timer(call.timers, "flow", tx.now + known.seconds + SPARE_SECONDS)
    call = replace(call, asking=known.id, plays=call.plays + 1, timers=timers)
    tx.calls.put(call)
    tx.note(call.id, Kind.CUSTOM_ASKED, custom=known.id, name=known.name)
    tx.ask(AskCustom(call.id, call.question, known.id, _said(tx, call)))
    _play_music(tx, call, leg)


def _said(tx: SwitchTransaction, call: Call) -> Mapping[str, Any]:
    """What the other system is told of a call; the customer is added when it is sent."""
    return {
        "call": call.id,
        "caller": call.customer_number,
        "called": call.own_number,
        "language": flows.language_of(tx, call),
        "variables": dict(call.run.variables) if call.run is not None else {},
    }


def _play_music(tx: SwitchTransaction, call: Call, leg_id: LegId) -> None:
    leg, music = tx.legs.get(leg_id), OnHold(calls.music_of(tx, call))
    if leg is not None and leg.placement == music:
        placement.unseen_again(tx, leg)  # Asterisk does not tell whether it still plays
    else:
        placement.place(tx, leg_id, music)


def answered(tx: SwitchTransaction, event: CustomAnswered) -> None:
    """The answer, or that there is none; that to an older question means nothing any more."""
    call = tx.calls.get(event.call)
    if call is None or call.asking is None or event.question != call.question:
        return
    to, why = event.destination, event.why
    if to is not None and not destinations.exists(tx, to):
        to, why = None, AnswerFault.UNKNOWN.value
    _lead_on(tx, call, replace(event, destination=to, why=why))


def due(tx: SwitchTransaction, call: Call) -> None:
    """Nothing was heard of the question at all."""
    known = tx.routes.custom.get(call.asking) if call.asking is not None else None
    seconds = float(known.seconds) if known is not None else 0.0
    why = Failure.TIMEOUT.value
    _lead_on(tx, call, CustomAnswered(call.id, call.question, why=why, seconds=seconds))


def _lead_on(tx: SwitchTransaction, call: Call, event: CustomAnswered) -> None:
    leg = calls.customer_leg(tx, call)
    if leg is None or call.asking is None:
        return
    known = tx.routes.custom.get(call.asking)
    to = event.destination or (known.fallback if known is not None else None)
    tx.note(
        call.id,
        Kind.CUSTOM_ANSWERED,
        None,
        custom=call.asking,
        name=known.name if known is not None else "",
        seconds=round(event.seconds, 3),
        to=str(to) if to is not None else "",
        **({"why": event.why} if event.why else {}),
        **({"status": event.status} if event.status else {}),
    )
    variables = _usable(event.variables)
    call = replace(call, asking=None, timers=without_timer(call.timers, "flow"))
    if call.run is not None and variables:
        run = replace(call.run, variables={**call.run.variables, **variables})
        call = replace(call, run=run)
    tx.calls.put(call)
    if to is None:
        announce.say_farewell(tx, call, leg.id, announce.NOT_TAKEN)
    else:
        priority = event.priority
        destinations.go(tx, call, leg.id, to, priority=priority, variables=variables)


def _usable(variables: Mapping[str, str]) -> Mapping[str, str]:
    """Leave out a language that there are no prompts for."""
    return {
        name: value for name, value in variables.items() if name != LANGUAGE or value in LANGUAGES
    }


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {CustomAnswered: answered}
