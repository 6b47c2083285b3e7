"""Words of the voicemails' pages."""

from collections.abc import Mapping

from crm.voicemail.message import MessageState
from web.kit.i18n import N_

STATES: Mapping[str, str] = {
    MessageState.NEW: N_("New message"),
    MessageState.ASSIGNED: N_("Assigned"),
    MessageState.HANDLED: N_("Handled"),
}
HEARD_BY_PHONE = N_("{name}, by phone")
UNKNOWN_HEARER = N_("Someone with the PIN")
TONES: Mapping[str, str] = {
    MessageState.NEW: "danger",
    MessageState.ASSIGNED: "wrap",
    MessageState.HANDLED: "ready",
}
