"""The words for a call's legs, and for the reasons why an agent was chosen."""

from collections.abc import Mapping

from acd.decision import Rule, Verdict
from web.kit.i18n import N_

ROLES: Mapping[str, str] = {
    "customer": N_("Customer"),
    "agent": N_("Agent"),
    "outside": N_("Outside party"),
    "supervisor": N_("Supervisor"),
    "snoop": N_("Listener"),
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
OTHER_CAUSE = N_("Ended (cause {cause})")

VERDICTS: Mapping[Verdict, str] = {
    Verdict.CHOSEN: N_("selected"),
    Verdict.LESS_IDLE: N_("idle for less time"),
    Verdict.PASSED_OVER: N_("just missed or declined this call"),
    Verdict.RINGS_ALREADY: N_("already ringing in the fallback queue"),
}

WHY: Mapping[Rule, str] = {
    Rule.LONGEST_IDLE: N_("{agent} was the only available agent in “{queue}”."),
    Rule.MOST_URGENT: N_("{agent} became available, and this was the most urgent call waiting."),
    Rule.DIRECTED: N_("The call was directed to {agent}."),
}
IDLE_THE_LONGEST = N_("{agent} had been idle longest ({idle}), ahead of {others}.")
PASSED_OVER = N_("Skipped because they just missed or declined it: {passed}.")
