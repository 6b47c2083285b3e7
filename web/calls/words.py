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
    CallResult.UNANSWERED: N_("Not answered"),
    CallResult.VOICEMAIL: N_("Voicemail"),
    CallResult.CALLBACK: N_("Callback requested"),
    CallResult.CALLBACK_FAILED: N_("Callback failed"),
    CallResult.FAX: N_("Fax received"),
    CallResult.FORWARDED: N_("Forwarded"),
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
    Kind.ROUTED: N_("Call routed"),
    Kind.STEP: N_("IVR step"),
    Kind.DIGIT: N_("Key pressed"),
    Kind.FLOW_ANSWERED: N_("Look-up"),
    Kind.SURVEY_BEGAN: N_("Survey began"),
    Kind.SCORED: N_("Score given"),
    Kind.SERVICE_LEVEL: N_("Customer level"),
    Kind.QUEUED: N_("Queued"),
    Kind.ESTIMATED: N_("Wait estimated"),
    Kind.DIRECTED: N_("Sent to an agent"),
    Kind.NOT_TAKEN: N_("Not taken"),
    Kind.RING_GROUP: N_("Ring group"),
    Kind.GROUP_MISSED: N_("Ring group: no answer"),
    Kind.FORWARDED: N_("Forwarded"),
    Kind.VOICEMAIL: N_("Sent to voicemail"),
    Kind.MESSAGE: N_("Message left"),
    Kind.BOX_OPENED: N_("Voicemail box opened"),
    Kind.BOX_REFUSED: N_("Voicemail box refused"),
    Kind.BOX_MARKED: N_("Voicemail handled by phone"),
    Kind.CUSTOM_ASKED: N_("Destination asked for"),
    Kind.CUSTOM_ANSWERED: N_("Destination answered"),
    Kind.FAX: N_("Receiving a fax"),
    Kind.FAX_RECEIVED: N_("Fax received"),
    Kind.FAX_FAILED: N_("Fax failed"),
    Kind.FAX_REFUSED: N_("Fax not received"),
    Kind.DIALLED: N_("Number dialed"),
    Kind.DIALLING_STOPPED: N_("Outbound calls stopped"),
    Kind.OFFERED: N_("Ringing"),
    Kind.MISSED: N_("Missed"),
    Kind.WITHDRAWN: N_("Ring canceled"),
    Kind.CONNECTED: N_("Connected"),
    Kind.HELD: N_("Put on hold"),
    Kind.RESUMED: N_("Resumed"),
    Kind.PHONE_LOST: N_("Phone lost"),
    Kind.TRANSFER: N_("Transfer"),
    Kind.CONFERENCE: N_("Conference"),
    Kind.PARKED: N_("Parked"),
    Kind.RETRIEVED: N_("Retrieved"),
    Kind.PICKED_UP: N_("Picked up"),
    Kind.CALLBACK_ASKED: N_("Callback requested"),
    Kind.CALLBACK_CHANGED: N_("Callback changed"),
    Kind.CALLBACK_CALLED: N_("Called back"),
    Kind.CALLBACK_OVER: N_("Callback"),
    Kind.MOVED: N_("Moved"),
    Kind.LISTENED: N_("Monitored"),
    Kind.RECORDING: N_("Recording"),
    Kind.RECORDING_FAILED: N_("Recording failed"),
    Kind.FALLBACK: N_("Engine offline"),
    Kind.ENDED: N_("Call ended"),
    Kind.OUTCOME: N_("Disposition"),
    Kind.SOUND_BAD: N_("Bad sound"),
    Kind.SOUND_GOOD: N_("Sound good again"),
}


# A caller who comes to a step of a flow, by the step's type as the engine writes it.
STEPS: Mapping[str, str] = {
    "play": N_("Announcement played: {name}"),
    "menu": N_("Entered menu “{name}”"),
    "toqueue": N_("Sent to queue “{name}”"),
    "queue": N_("Sent to queue “{name}”"),
    "hangup": N_("Ended by step “{name}”"),
    "language": N_("Language asked for: {name}"),
    "customer": N_("Customer looked up: {name}"),
    "http": N_("Another system asked: {name}"),
    "subflow": N_("Entered flow “{name}”"),
    "back": N_("Back from the sub-flow"),
    "set": N_("Variable set: {name}"),
    "condition": N_("Condition: {name}"),
    "hours": N_("Opening hours checked: {name}"),
    "share": N_("Lot drawn: {name}"),
    "say": N_("Value said: {name}"),
    "collect": N_("Digits asked for: {name}"),
    "survey": N_("Survey planned: {name}"),
    "score": N_("Score asked for: {name}"),
    "record": N_("Message asked for: {name}"),
    "agent_number": N_("The agent's number will be said"),
    "put_on_list": N_("Put on a list: {name}"),
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
    Kind.FLOW_ANSWERED: N_("Look-up done"),
    Kind.SURVEY_BEGAN: N_("The survey begins"),
    Kind.SCORED: N_("Score for “{question}”: {score}"),
    Kind.SERVICE_LEVEL: N_("Customer level {name}"),
    Kind.QUEUED: N_("Queued: {queue}"),
    Kind.ESTIMATED: N_("Estimated wait: {wait}"),
    Kind.ROUTED: N_("Routed by {by} “{name}”"),
    Kind.DIRECTED: N_("Sent to {agent}"),
    Kind.NOT_TAKEN: N_("Not taken by {agent} ({why})"),
    Kind.RING_GROUP: N_("Sent to ring group “{name}”"),
    Kind.GROUP_MISSED: N_("No answer by ring group “{name}”"),
    Kind.FORWARDED: N_("Forwarded to {number}"),
    Kind.VOICEMAIL: N_("Sent to voicemail box “{name}”"),
    Kind.MESSAGE: N_("Left a message of {seconds} seconds"),
    Kind.DIALLING_STOPPED: N_("Outbound calls stopped: {name}"),
    Kind.BOX_OPENED: N_("Opened voicemail box “{name}”"),
    Kind.BOX_REFUSED: N_("Voicemail box {box} not opened ({why})"),
    Kind.BOX_MARKED: N_("Voicemail {voicemail}: {mark}"),
    Kind.CUSTOM_ASKED: N_("Asked “{name}” where the call goes"),
    Kind.CUSTOM_ANSWERED: N_("Response of “{name}” after {seconds} s. The call goes to: {to}"),
    Kind.FAX: N_("Receiving a fax"),
    Kind.FAX_RECEIVED: N_("Fax received: pages {pages}"),
    Kind.FAX_FAILED: N_("Fax failed after {pages} pages ({why})"),
    Kind.FAX_REFUSED: N_("Fax not received ({why})"),
    Kind.DIALLED: N_("Dialed {number} over {trunk}, showing {shown}"),
    Kind.OFFERED: N_("Ringing {agent}"),
    Kind.MISSED: N_("No answer: {agent} ({why})"),
    Kind.WITHDRAWN: N_("Ring canceled: {agent} ({why})"),
    Kind.CONNECTED: N_("Answered by {agent}"),
    Kind.HELD: N_("On hold by {agent}"),
    Kind.RESUMED: N_("Resumed by {agent}"),
    Kind.PHONE_LOST: N_("Phone lost: {agent}; caller on hold"),
    Kind.CALLBACK_ASKED: N_("Callback requested to {number}, from queue {queue}"),
    Kind.CALLBACK_CHANGED: N_("Callback changed: {number}, at the customer's turn"),
    Kind.CALLBACK_CALLED: N_("Called back by {agent}, try {tries}"),
    Kind.CALLBACK_OVER: N_("Callback: {state}"),
    Kind.TRANSFER: N_("Transfer from {agent} to {to} ({state}). {note}"),
    Kind.CONFERENCE: N_("Conference with {to}: {state}"),
    Kind.PARKED: N_("Parked in slot {slot} by {agent}"),
    Kind.RETRIEVED: N_("Retrieved from slot {slot} by {agent}"),
    Kind.PICKED_UP: N_("Picked up by {agent}"),
    Kind.MOVED: N_("Moved to {to} by {agent}"),
    Kind.LISTENED: N_("Monitored by {agent}: {state}"),
    Kind.RECORDING: N_("Recording started"),
    Kind.RECORDING_FAILED: N_("Recording failed or incomplete ({why})"),
    Kind.FALLBACK: N_("Call engine offline; Asterisk rang the agents directly"),
    Kind.ENDED: N_("Ended by {by}"),
    Kind.OUTCOME: N_("Disposition: {outcome} · {note}"),
    Kind.SOUND_BAD: N_("Bad sound"),
    Kind.SOUND_GOOD: N_("Sound good again"),
}


# The same of a call that we made.
CALLBACK_LATER = N_("Callback requested to {number}, from queue {queue}, not before {due}")
CALLBACK_MOVED = N_("Callback changed: {number}, not before {due}")
KINDS_OUT: Mapping[str, str] = {
    Kind.ARRIVED: N_("Call started"),
    Kind.ANSWERED: N_("Answered"),
}
STORY_OUT: Mapping[str, str] = {
    Kind.ARRIVED: N_("Call from {caller} to {called}"),
    Kind.ANSWERED: N_("Answered by the customer"),
    Kind.CUSTOMER: N_("Customer identified: {name}"),
    Kind.CONNECTED: N_("Connected with {agent}"),
}


CUSTOM_FAILED = N_("No usable response of “{name}” after {seconds} s: {why} The call goes to: {to}")
CUSTOM_ENDED = N_("No usable response of “{name}” after {seconds} s: {why} The call is not taken.")
ANSWERED_BY = N_("Ring canceled: {agent} (answered by {name})")
SENT_ON = N_("Sent on from “{queue}” to {to} ({why})")
DIALLED_AWAY = N_("Dialed {number} by the phone server itself: the call engine was offline")
DECLINED_BECAUSE = N_("Declined by {agent}: {reason}")
RECORDED_LATE = N_("Recording started {late} seconds late")


DIRECTIONS: Mapping[str, str] = {
    "in": N_("Inbound"),
    "out": N_("Outbound"),
    "internal": N_("Internal"),
}


# Why nobody answered a call of ours, by Q.850 cause; the client says the same in `call_ends.ts`.
UNANSWERED: Mapping[int, str] = {
    1: N_("Number does not exist"),
    3: N_("Number unreachable"),
    16: N_("Ended before an answer"),
    17: N_("Busy"),
    18: N_("No answer"),
    19: N_("No answer"),
    20: N_("Not available"),
    21: N_("Declined"),
    22: N_("Number has changed"),
    27: N_("Number unreachable"),
    28: N_("Number is not complete"),
    31: N_("Ended before an answer"),
    34: N_("No line available"),
    38: N_("No line available"),
    41: N_("No line available"),
    42: N_("No line available"),
    44: N_("No line available"),
}
CANCELED = N_("Canceled by the agent")
OTHER_CAUSE = N_("Ended (cause {cause})")


# Values of a fact's `by` and `why`, which the engine writes in English.
WORDS: Mapping[str, str] = {
    "caller": N_("caller"),
    "customer": N_("customer"),
    "outside": N_("outside number"),
    "list": N_("number list"),
    "forced": N_("forced handling"),
    "route": N_("route"),
    "not allowed": N_("not allowed"),
    "withheld": N_("Withheld number"),
    "all": N_("forwarded"),
    "busy": N_("busy"),
    "away": N_("away"),
    "loop": N_("forwarded in a circle"),
    "no way": N_("cannot be forwarded there"),
    "wrong pin": N_("wrong PIN"),
    "locked": N_("locked after too many wrong PINs"),
    "unavailable": N_("not available"),
    "heard": N_("saved"),
    "deleted": N_("deleted"),
    "agent": N_("agent"),
    "system": N_("system"),
    "asked": N_("requested"),
    "consulting": N_("consulting"),
    "completed": N_("completed"),
    "taken back": N_("taken back"),
    "not taken": N_("not answered"),
    "left": N_("hung up"),
    "joined": N_("joined"),
    "conference": N_("conference"),
    "front": N_("the front of the queue"),
    "picked up": N_("picked up by a colleague"),
    "moved": N_("caller moved"),
    "listen": N_("listening"),
    "whisper": N_("whispering"),
    "barge": N_("barged in"),
    "take-over": N_("took over"),
    "initiator left": N_("initiator left"),
    "began": N_("began"),
    "ended": N_("ended"),
    "overflow": N_("overflow step"),
    "longest wait": N_("longest wait reached"),
    "full": N_("queue full"),
    "closed": N_("queue closed"),
    "no agent": N_("no agent signed in"),
    "no answer": N_("no answer"),
    "declined": N_("declined"),
    "unreachable": N_("unreachable"),
    "caller gone": N_("caller hung up"),
    "talk over": N_("talk over"),
    "no link": N_("no connection to Asterisk"),
    "phone reloaded": N_("phone page reloaded"),
    "signed out": N_("signed out"),
    "the other side hung up": N_("the other side hung up"),
    "fax is not installed": N_("fax is not installed"),
    "no pages": N_("no pages"),
    "receiving faxes is off": N_("receiving faxes is off"),
    "the disk for recordings is full": N_("recording disk full"),
    "no sound came": N_("no audio received"),
    "Asterisk writes no file": N_("Asterisk wrote no file"),
    "the recorder did not answer": N_("recorder did not respond"),
    "the recording does not grow": N_("recording stopped growing"),
}

SPECIAL: Mapping[tuple[Kind, str], str] = {
    (Kind.RECORDING, "late"): RECORDED_LATE,
    (Kind.DIALLED, "away"): DIALLED_AWAY,
    (Kind.MISSED, "reason"): DECLINED_BECAUSE,
    (Kind.WITHDRAWN, "by"): ANSWERED_BY,
    (Kind.MOVED, "queue"): SENT_ON,
    (Kind.CALLBACK_ASKED, "due"): CALLBACK_LATER,
    (Kind.CALLBACK_CHANGED, "due"): CALLBACK_MOVED,
}
"""The sentences of lines whose detail says more than usual, by the kind and the detail's key."""
