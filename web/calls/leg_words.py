"""The words for a call's legs, and for the reasons why an agent was chosen."""

from collections.abc import Mapping

from acd.decision import Rule, Verdict
from crm.calls.lanes import Doing
from crm.calls.quality import Quality
from web.kit.i18n import N_

ROLES: Mapping[str, str] = {
    "customer": N_("Customer"),
    "agent": N_("Agent"),
    "outside": N_("Outside party"),
    "supervisor": N_("Supervisor"),
    "snoop": N_("Listener"),
    "whisper": N_("Listener"),
}

PHONES: Mapping[str, str] = {
    "browser": N_("softphone"),
    "sip": N_("desk phone"),
}

# Why a leg ended: the engine's reasons, and why an offer failed.
REASONS: Mapping[str, str] = {
    "normal": N_("Call ended"),
    "no answer": N_("No answer"),
    "no_answer": N_("No answer"),
    "answered elsewhere": N_("Answered by another agent"),
    "answered_elsewhere": N_("Answered by another agent"),
    "caller gone": N_("Caller hung up"),
    "talk over": N_("Talk over"),
    "declined": N_("Declined"),
    "rejected": N_("Declined"),
    "unreachable": N_("Phone unreachable"),
    "phone lost": N_("Phone lost"),
    "line lost": N_("Line lost"),
    "phone reloaded": N_("Phone page reloaded"),
    "signed out": N_("Agent disconnected"),
    "busy": N_("Agent on another call"),
    "no link": N_("No connection to Asterisk"),
    "asterisk restarted": N_("Asterisk restarted"),
    "moved": N_("Continued in another call"),
    "unallocated": N_("Number not in use"),
}

# The same by Q.850 cause, if Asterisk gave one.
CAUSES: Mapping[int, str] = {
    1: N_("Number not in use"),
    3: N_("Number unreachable"),
    16: N_("Hung up"),
    17: N_("Busy"),
    18: N_("No answer"),
    19: N_("No answer"),
    20: N_("Phone unreachable"),
    21: N_("Declined"),
    26: N_("Answered by another agent"),
    27: N_("Phone unreachable"),
    28: N_("Number not in use"),
    31: N_("Hung up"),
    34: N_("No line available"),
    38: N_("Network failure"),
    41: N_("Network failure"),
    42: N_("No line available"),
    44: N_("No line available"),
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.CHOSEN: N_("selected"),
    Verdict.LOWER_RANK: N_("has a lower rank in this queue"),
    Verdict.OFFERED_LATER: N_("was offered a call more recently"),
    Verdict.LESS_IDLE: N_("idle for less time"),
    Verdict.MORE_CALLS: N_("has taken more calls today"),
    Verdict.MORE_TALK: N_("has talked longer today"),
    Verdict.LESS_IDLE_SHARE: N_("was idle for a smaller part of today"),
    Verdict.LESS_SKILLED: N_("has less of the needed skills"),
    Verdict.NOT_PREFERRED: N_("neither the owner nor the last agent of this customer"),
    Verdict.RINGS_TOO: N_("rings too"),
    Verdict.PASSED_OVER: N_("just missed or declined this call"),
    Verdict.RINGS_ALREADY: N_("already ringing in the fallback queue"),
    Verdict.LACKS_SKILL: N_("lacks a needed skill"),
    Verdict.WRAP_UP: N_("in wrap-up"),
    Verdict.NOT_READY: N_("not ready"),
    Verdict.UNREACHABLE: N_("phone not connected"),
    Verdict.FULL: N_("busy"),
}

LACKS = N_("lacks {skill} at level {level}")

WHY: Mapping[Rule, str] = {
    Rule.RING_ALL: N_("all free agents ring together"),
    Rule.ROUND_ROBIN: N_("next in turn of {count}"),
    Rule.LONGEST_IDLE: N_("longest idle of {count}"),
    Rule.FEWEST_CALLS: N_("fewest calls today of {count}"),
    Rule.LEAST_TALK_TIME: N_("least talk time today of {count}"),
    Rule.MOST_IDLE_SHARE: N_("most idle today of {count}"),
    Rule.BEST_SKILLED: N_("best skilled of {count}"),
    Rule.RANK: N_("first by rank of {count}"),
    Rule.PREFERRED: N_("the owner of this customer, or the agent who talked with them last"),
    Rule.MOST_URGENT: N_("became free, and this was the most urgent call waiting"),
    Rule.DIRECTED: N_("the call was for this agent"),
}
ONLY = N_("the only free agent in “{queue}”")
OFFERED = N_("Offered to {agent}: {why}")

QUALITIES: Mapping[Quality, str] = {
    Quality.GOOD: N_("Good sound"),
    Quality.FAIR: N_("Fair sound"),
    Quality.POOR: N_("Poor sound"),
    Quality.BAD: N_("Very poor sound"),
}
SOUND_NUMBERS = N_("MOS {mos} (lowest {worst}), {loss} lost, jitter {jitter} ms")
ROUND_TRIP = N_("round trip {ms} ms")
PARTY = N_("Party")
HEARD_BADLY = N_("{party} is heard badly: {loss} of the sound is lost (MOS {mos})")
HEARS_BADLY = N_("{party} hears badly: {loss} of the sound is lost (MOS {mos})")
HEARD_WELL = N_("{party} is heard well again")
HEARS_WELL = N_("{party} hears well again")

# What a party does over time.
DOINGS: Mapping[Doing, str] = {
    Doing.RINGS: N_("Ringing"),
    Doing.IVR: N_("IVR"),
    Doing.WAITS: N_("Waiting"),
    Doing.TALKS: N_("Talk"),
    Doing.CONSULTS: N_("Consultation"),
    Doing.LISTENS: N_("Listening"),
    Doing.HOLD: N_("On hold"),
    Doing.PARKED: N_("Parked"),
    Doing.ALONE: N_("Connected, alone"),
}
WITH = N_("{doing} with {others}")
MUTED = N_("{doing}, muted")
