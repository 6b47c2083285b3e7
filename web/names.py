"""The words that the house's keys are shown by: states, results, kinds, roles."""

from collections.abc import Mapping

from acd.agent import State
from crm.calls.record import Kind, Result, SegmentKind
from crm.people.person import Role
from web.i18n import N_

ROLES: Mapping[str, str] = {
    Role.AGENT: N_("Agent"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}
AGENT_STATES: Mapping[str, str] = {
    State.SIGNED_OUT: N_("Signed out"),
    State.READY: N_("Ready"),
    State.PAUSED: N_("Paused"),
    State.OFFERED: N_("Ringing"),
    State.TALKING: N_("Talking"),
    State.WRAP_UP: N_("Wrap-up"),
}
CALL_STATES: Mapping[str, str] = {
    "ivr": N_("In the menu"),
    "waiting": N_("Waiting"),
    "offered": N_("Ringing"),
    "talking": N_("Talking"),
    "held": N_("On hold"),
    "parked": N_("Phone lost"),
    "ended": N_("Ended"),
}
RESULTS: Mapping[str, str] = {
    Result.LIVE: N_("Going on"),
    Result.ANSWERED: N_("Answered"),
    Result.ABANDONED: N_("Abandoned in the queue"),
    Result.LEFT: N_("Left in the menu"),
    Result.REFUSED: N_("Ended by the flow"),
    Result.FAILED: N_("Failed"),
}
SEGMENTS: Mapping[str, str] = {
    SegmentKind.IVR: N_("Menu"),
    SegmentKind.QUEUE: N_("Queue"),
    SegmentKind.TALK: N_("Talk"),
    SegmentKind.HOLD: N_("Hold"),
    SegmentKind.PARKED: N_("Phone lost"),
}
KINDS: Mapping[str, str] = {
    Kind.ARRIVED: N_("Arrived"),
    Kind.ANSWERED: N_("Picked up"),
    Kind.CUSTOMER: N_("Customer found"),
    Kind.STEP: N_("Step of the flow"),
    Kind.DIGIT: N_("Key pressed"),
    Kind.QUEUED: N_("Put in line"),
    Kind.OFFERED: N_("Offered"),
    Kind.MISSED: N_("Missed"),
    Kind.WITHDRAWN: N_("Offer withdrawn"),
    Kind.CONNECTED: N_("Connected"),
    Kind.HELD: N_("Put on hold"),
    Kind.RESUMED: N_("Resumed"),
    Kind.PHONE_LOST: N_("Phone lost"),
    Kind.RECORDING: N_("Recording"),
    Kind.RECORDING_FAILED: N_("Recording failed"),
    Kind.FALLBACK: N_("Engine away"),
    Kind.ENDED: N_("Ended"),
    Kind.OUTCOME: N_("Outcome"),
}
STORY: Mapping[str, str] = {
    Kind.ARRIVED: N_("Call from {caller} to {called}."),
    Kind.ANSWERED: N_("The caller hears the greeting."),
    Kind.CUSTOMER: N_("The caller is {name}."),
    Kind.STEP: N_("The flow came to “{node}”."),
    Kind.DIGIT: N_("The caller pressed {digit}."),
    Kind.QUEUED: N_("The caller waits in “{queue}”."),
    Kind.OFFERED: N_("It rings at {agent}."),
    Kind.MISSED: N_("{agent} did not take the call ({why})."),
    Kind.WITHDRAWN: N_("The offer to {agent} was withdrawn ({why})."),
    Kind.CONNECTED: N_("{agent} talks with the caller."),
    Kind.HELD: N_("{agent} put the caller on hold."),
    Kind.RESUMED: N_("{agent} took the caller back."),
    Kind.PHONE_LOST: N_("The phone of {agent} was lost; the caller hears music."),
    Kind.RECORDING: N_("The talk is recorded."),
    Kind.RECORDING_FAILED: N_("The talk could not be recorded ({why})."),
    Kind.FALLBACK: N_("The engine was away; the phones rang by themselves."),
    Kind.ENDED: N_("Ended by the {by}."),
    Kind.OUTCOME: N_("{agent} noted “{outcome}”. {note}"),
}
# What may stand in a fact's `by` and `why`, which the engine writes in English.
WORDS: Mapping[str, str] = {
    "caller": N_("caller"),
    "agent": N_("agent"),
    "system": N_("system"),
    "no answer": N_("no answer"),
    "declined": N_("declined"),
    "unreachable": N_("unreachable"),
}
