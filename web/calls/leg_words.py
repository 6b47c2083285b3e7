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
    "browser": N_("in the browser"),
    "sip": N_("desk phone"),
}

# Why a leg ended: the engine's reasons, and why an offer failed.
REASONS: Mapping[str, str] = {
    "normal": N_("Ended"),
    "no answer": N_("Not answered in time"),
    "no_answer": N_("Not answered in time"),
    "answered elsewhere": N_("Another agent answered"),
    "answered_elsewhere": N_("Another agent answered"),
    "caller gone": N_("The caller hung up"),
    "declined": N_("Declined"),
    "rejected": N_("Declined"),
    "unreachable": N_("The phone could not be reached"),
    "phone lost": N_("The phone was lost"),
    "line lost": N_("The line was lost"),
    "phone reloaded": N_("The phone was reloaded"),
    "signed out": N_("The agent signed out"),
    "busy": N_("The agent had another call"),
    "no link": N_("The link to Asterisk was away"),
    "asterisk restarted": N_("Asterisk was started again"),
    "moved": N_("Went on in another call"),
    "unallocated": N_("The number is not in use"),
}

# The same by Q.850 cause, if Asterisk gave one.
CAUSES: Mapping[int, str] = {
    1: N_("The number is not in use"),
    3: N_("The number could not be reached"),
    16: N_("Hung up"),
    17: N_("Busy"),
    18: N_("Not answered in time"),
    19: N_("Not answered in time"),
    20: N_("The phone could not be reached"),
    21: N_("Declined"),
    26: N_("Another agent answered"),
    27: N_("The phone could not be reached"),
    28: N_("The number is not in use"),
    31: N_("Hung up"),
    34: N_("No line was free"),
    38: N_("The network failed"),
    41: N_("The network failed"),
    42: N_("No line was free"),
    44: N_("No line was free"),
}
OTHER_CAUSE = N_("Ended (cause {cause})")

VERDICTS: Mapping[Verdict, str] = {
    Verdict.CHOSEN: N_("chosen"),
    Verdict.LESS_IDLE: N_("idle for less time"),
    Verdict.PASSED_OVER: N_("had just missed or declined this call"),
    Verdict.RINGS_ALREADY: N_("was already ringing in the fallback queue"),
}

WHY: Mapping[Rule, str] = {
    Rule.LONGEST_IDLE: N_("{agent} was the only free agent of “{queue}”."),
    Rule.MOST_URGENT: N_("{agent} became free, and this was the most urgent call waiting."),
    Rule.DIRECTED: N_("The call was meant for {agent}."),
}
IDLE_THE_LONGEST = N_("{agent} was idle the longest ({idle}), before {others}.")
PASSED_OVER = N_("Passed over, as they had just missed or declined it: {passed}.")
