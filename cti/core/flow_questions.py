"""Questions of a flow's steps that the core answers at once: opening hours, random shares."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from crm.kernel.state import Timers, with_timer, without_timer
from cti.core import calls, placement
from cti.core.call import Call
from cti.core.leg import OnHold, Silent
from cti.core.state import SwitchTransaction
from ivr.run import FlowRun
from ivr.simulation import answers
from ivr.step import Answered, Failed, WaitsFor
from ivr.steps import hours, share

COMFORT = "comfort"
COMFORT_SECONDS = 1.0
"""How long after a question a caller who still waits for its answer hears music."""


def answer(
    tx: SwitchTransaction, call: Call, run: FlowRun, question: str, detail: Mapping[str, str]
) -> Answered | Failed | None:
    """Answer a question; None if the shell has to."""
    match question:
        case hours.QUESTION:
            return answers.opening(tx.routes.hours, detail, datetime.fromtimestamp(tx.now, UTC))
        case share.QUESTION:
            return Answered(str(answers.lot(call.id, run.flow, run.at)))
        case _:
            return None


def with_timers(call: Call, now: float, seconds: float) -> Call:
    """Begin to wait for an answer, at most the given number of seconds."""
    timers = with_timer(call.timers, "flow", now + seconds)
    if seconds > COMFORT_SECONDS:
        timers = with_timer(timers, COMFORT, now + COMFORT_SECONDS)
    return replace(call, plays=call.plays + 1, timers=timers)


def without_timers(call: Call) -> Timers:
    """The timers of a call that waits for nothing in its flow any more."""
    return without_timer(without_timer(call.timers, "flow"), COMFORT)


def comfort(tx: SwitchTransaction, call: Call) -> None:
    """Let a caller who waits for an answer hear music."""
    tx.calls.put(replace(call, timers=without_timer(call.timers, COMFORT)))
    leg = calls.customer_leg(tx, call)
    asking = call.run is not None and call.run.waits_for is WaitsFor.ANSWER
    if leg is not None and asking and leg.placement == Silent():
        placement.place(tx, leg.id, OnHold(calls.music_of(tx, call)))
