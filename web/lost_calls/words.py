"""Words of the pages of lost calls."""

from collections.abc import Mapping

from crm.lost_calls.lost_call import LostState
from web.kit.i18n import N_

STATES: Mapping[str, str] = {
    LostState.OPEN: N_("Open"),
    LostState.WORK: N_("In work"),
    LostState.REACHED: N_("Reached"),
    LostState.DONE: N_("Done"),
}
STATES_BY_HAND: Mapping[str, str] = {
    key: STATES[key] for key in (LostState.OPEN, LostState.WORK, LostState.DONE)
}
TONES: Mapping[str, str] = {
    LostState.OPEN: "danger",
    LostState.WORK: "wrap",
    LostState.REACHED: "ready",
    LostState.DONE: "ready",
}
TODO = "todo"
"""Of the filter of states: whatever still has to be done."""

FILTERED: Mapping[str, str] = {TODO: N_("Not done"), **STATES}
