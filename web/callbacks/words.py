"""Words of the pages of callbacks."""

from collections.abc import Mapping

from acd.callback import OPEN, CallbackState
from web.kit.i18n import N_, Reader

STATES: Mapping[str, str] = {
    CallbackState.WAITING: N_("Waiting"),
    CallbackState.CALLING: N_("Calling"),
    CallbackState.DONE: N_("Customer reached"),
    CallbackState.FAILED: N_("Not reached"),
    CallbackState.CANCELED: N_("Canceled"),
}
TONES: Mapping[str, str] = {
    CallbackState.WAITING: "wrap",
    CallbackState.CALLING: "talking",
    CallbackState.DONE: "ready",
    CallbackState.FAILED: "danger",
    CallbackState.CANCELED: "out",
}
# Why a callback waits again or is over, as the engine writes it.
REASONS: Mapping[str, str] = {
    "again": N_("will be called again"),
    "no answer": N_("no answer"),
    "called again": N_("the customer called again"),
    "asked again": N_("the customer asked for another callback"),
    "not allowed": N_("calls to this number are not allowed"),
    "queue gone": N_("the queue was deleted"),
    "canceled": N_("by a user"),
}
# The same in the timeline of the call that asked.
OVER: Mapping[str, str] = {
    CallbackState.WAITING: N_("Callback: not reached yet, another try follows"),
    CallbackState.DONE: N_("Callback done: the customer was reached"),
    CallbackState.FAILED: N_("Callback failed: {why}"),
    CallbackState.CANCELED: N_("Callback canceled: {why}"),
}
OPEN_ONES = "open"
"""Of the filter of states: those that wait or are called just now."""

FILTERED: Mapping[str, str] = {OPEN_ONES: N_("Not over"), **STATES}
WANTED: Mapping[str, frozenset[CallbackState]] = {
    OPEN_ONES: OPEN,
    **{one: frozenset({one}) for one in CallbackState},
}


def reason_name(why: str, reader: Reader) -> str:
    """Say why a callback waits again or is over; a word of another version as it is."""
    return reader.gettext(REASONS[why]) if why in REASONS else why
