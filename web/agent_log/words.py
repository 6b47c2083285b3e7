"""The words of the log of the agents' states."""

from collections.abc import Mapping

from acd.agent import AgentState, Phone
from acd.idle import IDLE
from acd.seats import PHONE_LOST, SIGNED_IN
from acd.store import PauseReason
from acd.tasks import NO_ANSWER
from crm.dictionary.item import one_of_two
from web.kit.i18n import N_, Reader

STATES: Mapping[str, str] = {
    AgentState.SIGNED_OUT: N_("Disconnected"),
    AgentState.READY: N_("Ready"),
    AgentState.PAUSED: N_("Not ready"),
    AgentState.OFFERED: N_("Ringing"),
    AgentState.TALKING: N_("On call"),
    AgentState.WRAP_UP: N_("Wrap-up"),
}
TONES: Mapping[str, str] = {
    AgentState.SIGNED_OUT: "out",
    AgentState.READY: "ready",
    AgentState.PAUSED: "paused",
    AgentState.OFFERED: "ringing",
    AgentState.TALKING: "talking",
    AgentState.WRAP_UP: "wrap",
}
CAUSES: Mapping[str, str] = {
    "desk": N_("By the agent"),
    "call": N_("Call"),
    "miss": N_("Missed call"),
    "wrap-up over": N_("Wrap-up time is over"),
    "supervisor": N_("By a supervisor"),
    "phone": N_("Phone connected or lost"),
    "disabled": N_("Account deactivated"),
    IDLE: N_("Not ready for too long"),
    "resync": N_("Corrected after a check"),
    "fallback": N_("Call without the engine"),
}
PHONES: Mapping[str, str] = {
    Phone.BROWSER: N_("Softphone"),
    Phone.SIP: N_("Desk phone"),
    Phone.OUTSIDE: N_("Outside phone"),
}
SYSTEM_REASONS: Mapping[str, str] = {
    SIGNED_IN: N_("Just connected"),
    NO_ANSWER: N_("Missed call"),
    PHONE_LOST: N_("Phone lost"),
    IDLE: N_("Not ready for too long"),
    "paused": N_("No reason"),
    "": N_("No reason"),
}


def reason_name(reader: Reader, known: Mapping[str, PauseReason], key: str) -> str:
    """Name a not-ready reason; an unknown key stays as it is."""
    if (one := known.get(key)) is not None:
        return one_of_two(one.name_en, one.name_zh, reader.language)
    return reader.gettext(SYSTEM_REASONS.get(key, key))
