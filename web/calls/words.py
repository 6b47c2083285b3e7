"""The names of call results, segments, timeline entries and service record fields."""

from collections.abc import Mapping

from crm.calls.record import CallResult, Kind, SegmentKind
from crm.dictionary.item import List
from web.kit.i18n import N_

LABELS: Mapping[str, str] = {
    List.SERVICE_TYPE: N_("Service type"),
    List.METHOD: N_("Method"),
    List.BUSINESS_TYPE: N_("Business type"),
    List.PRODUCT: N_("Product"),
    List.PROBLEM_TYPE: N_("Problem type"),
    List.CAUSE: N_("Cause"),
}


RESULTS: Mapping[str, str] = {
    CallResult.LIVE: N_("Going on"),
    CallResult.ANSWERED: N_("Answered"),
    CallResult.ABANDONED: N_("Abandoned in the queue"),
    CallResult.LEFT: N_("Left in the menu"),
    CallResult.REFUSED: N_("Ended by the flow"),
    CallResult.FAILED: N_("Failed"),
}


SEGMENTS: Mapping[str, str] = {
    SegmentKind.IVR: N_("Menu"),
    SegmentKind.QUEUE: N_("Queue"),
    SegmentKind.TALK: N_("Talk"),
    SegmentKind.HOLD: N_("Hold"),
    SegmentKind.PHONE_LOST: N_("Phone lost"),
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
    Kind.TRANSFER: N_("Transfer"),
    Kind.LISTENED: N_("Listened to"),
    Kind.RECORDING: N_("Recording"),
    Kind.RECORDING_FAILED: N_("Recording failed"),
    Kind.FALLBACK: N_("Engine away"),
    Kind.ENDED: N_("Ended"),
    Kind.OUTCOME: N_("Outcome"),
}


# The types of a flow's steps, as the engine writes them, for steps without a name.
STEPS: Mapping[str, str] = {
    "play": N_("Announcement"),
    "menu": N_("Menu"),
    "toqueue": N_("Queue"),
    "queue": N_("Queue"),
    "hangup": N_("Goodbye"),
    "language": N_("Language"),
}


STORY: Mapping[str, str] = {
    Kind.ARRIVED: N_("Call from {caller} to {called}."),
    Kind.ANSWERED: N_("The caller hears the greeting."),
    Kind.CUSTOMER: N_("The caller is {name}."),
    Kind.STEP: N_("The flow came to “{node}”."),
    Kind.DIGIT: N_("The caller pressed {digit}."),
    Kind.QUEUED: N_("The caller waits in “{queue}”."),
    Kind.OFFERED: N_("Ringing {agent}."),
    Kind.MISSED: N_("{agent} did not take the call ({why})."),
    Kind.WITHDRAWN: N_("The offer to {agent} was withdrawn ({why})."),
    Kind.CONNECTED: N_("{agent} talks with the caller."),
    Kind.HELD: N_("{agent} put the caller on hold."),
    Kind.RESUMED: N_("{agent} took the caller off hold."),
    Kind.PHONE_LOST: N_("The phone of {agent} was lost; the caller hears music."),
    Kind.TRANSFER: N_("Transfer from {agent} to {recipient}: {state}. {note}"),
    Kind.LISTENED: N_("{agent} listens to the call: {state}."),
    Kind.RECORDING: N_("The talk is recorded."),
    Kind.RECORDING_FAILED: N_("The talk could not be recorded, or not all of it ({why})."),
    Kind.FALLBACK: N_("The engine was away; Asterisk rang the agents' phones by itself."),
    Kind.ENDED: N_("Ended by the {by}."),
    Kind.OUTCOME: N_("{agent} noted “{outcome}”. {note}"),
}


RECORDED_LATE = N_("The talk is recorded; the first {late} seconds are missing.")


DIRECTIONS: Mapping[str, str] = {
    "in": N_("Inbound"),
    "out": N_("Outbound"),
    "internal": N_("Internal"),
}


# Values of a fact's `by` and `why`, which the engine writes in English.
WORDS: Mapping[str, str] = {
    "caller": N_("caller"),
    "agent": N_("agent"),
    "system": N_("system"),
    "asked": N_("asked for"),
    "consulting": N_("the two agents talk"),
    "completed": N_("completed"),
    "taken back": N_("taken back"),
    "not taken": N_("not taken"),
    "left": N_("the recipient hung up"),
    "initiator left": N_("the initiator left"),
    "began": N_("began"),
    "ended": N_("ended"),
    "no answer": N_("no answer"),
    "declined": N_("declined"),
    "unreachable": N_("unreachable"),
    "caller gone": N_("the caller hung up"),
    "no link": N_("the link to Asterisk was away"),
    "phone reloaded": N_("the phone was reloaded"),
    "signed out": N_("signed out"),
    "the disk for recordings is full": N_("the disk for recordings is full"),
    "no sound came": N_("no sound came"),
    "Asterisk writes no file": N_("Asterisk writes no file"),
    "the recorder did not answer": N_("the recorder did not answer"),
    "the recording does not grow": N_("the recording does not grow"),
}
