"""The names of call results, segments, timeline entries and service record fields."""

from collections.abc import Mapping

from crm.calls.record import CallResult, Kind, SegmentKind
from crm.dictionary.item import List
from web.kit.i18n import N_

LABELS: Mapping[str, str] = {
    List.SERVICE_TYPE: N_("Service type"),
    List.METHOD: N_("Channel"),
    List.BUSINESS_TYPE: N_("Topic"),
    List.PRODUCT: N_("Product"),
    List.PROBLEM_TYPE: N_("Problem type"),
    List.CAUSE: N_("Root cause"),
}


RESULTS: Mapping[str, str] = {
    CallResult.LIVE: N_("In progress"),
    CallResult.ANSWERED: N_("Answered"),
    CallResult.ABANDONED: N_("Abandoned (queue)"),
    CallResult.LEFT: N_("Abandoned (IVR)"),
    CallResult.REFUSED: N_("Ended in IVR"),
    CallResult.FAILED: N_("Call failed"),
}


SEGMENTS: Mapping[str, str] = {
    SegmentKind.IVR: N_("IVR"),
    SegmentKind.QUEUE: N_("Queue"),
    SegmentKind.TALK: N_("Talk"),
    SegmentKind.HOLD: N_("Hold"),
    SegmentKind.PHONE_LOST: N_("Phone lost"),
}


KINDS: Mapping[str, str] = {
    Kind.ARRIVED: N_("Call arrived"),
    Kind.ANSWERED: N_("Answered by IVR"),
    Kind.CUSTOMER: N_("Customer found"),
    Kind.STEP: N_("IVR step"),
    Kind.DIGIT: N_("Key pressed"),
    Kind.QUEUED: N_("Queued"),
    Kind.OFFERED: N_("Ringing"),
    Kind.MISSED: N_("Missed"),
    Kind.WITHDRAWN: N_("Ring cancelled"),
    Kind.CONNECTED: N_("Connected"),
    Kind.HELD: N_("Put on hold"),
    Kind.RESUMED: N_("Resumed"),
    Kind.PHONE_LOST: N_("Phone lost"),
    Kind.TRANSFER: N_("Transfer"),
    Kind.LISTENED: N_("Monitored"),
    Kind.RECORDING: N_("Recording"),
    Kind.RECORDING_FAILED: N_("Recording failed"),
    Kind.FALLBACK: N_("Engine offline"),
    Kind.ENDED: N_("Call ended"),
    Kind.OUTCOME: N_("Disposition"),
}


# A caller who comes to a step of a flow, by the step's type as the engine writes it.
STEPS: Mapping[str, str] = {
    "play": N_("Announcement played: {name}"),
    "menu": N_("Entered menu “{name}”"),
    "toqueue": N_("Sent to queue “{name}”"),
    "queue": N_("Sent to queue “{name}”"),
    "hangup": N_("Ended by step “{name}”"),
    "language": N_("Language asked for: {name}"),
}
OTHER_STEP = N_("Entered step “{name}”")
# The same for the first announcement and the first menu of a call, if they have no name.
FIRST_STEPS: Mapping[str, str] = {
    "play": N_("Greeting played"),
    "menu": N_("Entered menu “Main”"),
}


STORY: Mapping[str, str] = {
    Kind.ARRIVED: N_("Call from {caller} to {called}"),
    Kind.ANSWERED: N_("Greeting played"),
    Kind.CUSTOMER: N_("Caller identified: {name}"),
    Kind.DIGIT: N_("Pressed {digit}"),
    Kind.QUEUED: N_("Queued: {queue}"),
    Kind.OFFERED: N_("Ringing {agent}"),
    Kind.MISSED: N_("No answer: {agent} ({why})"),
    Kind.WITHDRAWN: N_("Ring cancelled: {agent} ({why})"),
    Kind.CONNECTED: N_("Answered by {agent}"),
    Kind.HELD: N_("On hold by {agent}"),
    Kind.RESUMED: N_("Resumed by {agent}"),
    Kind.PHONE_LOST: N_("Phone lost: {agent}; caller on hold"),
    Kind.TRANSFER: N_("Transfer from {agent} to {recipient}: {state}. {note}"),
    Kind.LISTENED: N_("Monitored by {agent}: {state}"),
    Kind.RECORDING: N_("Recording started"),
    Kind.RECORDING_FAILED: N_("Recording failed or incomplete ({why})"),
    Kind.FALLBACK: N_("Call engine offline; Asterisk rang the agents directly"),
    Kind.ENDED: N_("Ended by {by}"),
    Kind.OUTCOME: N_("Disposition: {outcome} · {note}"),
}


RECORDED_LATE = N_("Recording started {late} seconds late")


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
    "asked": N_("requested"),
    "consulting": N_("consulting"),
    "completed": N_("completed"),
    "taken back": N_("taken back"),
    "not taken": N_("not answered"),
    "left": N_("recipient hung up"),
    "initiator left": N_("initiator left"),
    "began": N_("began"),
    "ended": N_("ended"),
    "no answer": N_("no answer"),
    "declined": N_("declined"),
    "unreachable": N_("unreachable"),
    "caller gone": N_("caller hung up"),
    "no link": N_("no connection to Asterisk"),
    "phone reloaded": N_("phone page reloaded"),
    "signed out": N_("signed out"),
    "the disk for recordings is full": N_("recording disk full"),
    "no sound came": N_("no audio received"),
    "Asterisk writes no file": N_("Asterisk wrote no file"),
    "the recorder did not answer": N_("recorder did not respond"),
    "the recording does not grow": N_("recording stopped growing"),
}
