"""Words of the routes' pages: why a setting applies to a call, and what a decision is by."""

from collections.abc import Mapping

from cti.routes.rule import BUSY, REJECTED, UNALLOCATED, Why
from web.kit.i18n import N_

BY: Mapping[str, str] = {
    "list": N_("Number list"),
    "forced": N_("Forced handling"),
    "route": N_("Route"),
    "number": N_("Phone number"),
}
REASONS: Mapping[str, str] = {
    Why.APPLIES: N_("Applies."),
    Why.OTHER_NUMBER: N_("For another called number."),
    Why.OTHER_CALLER: N_("For other callers."),
    Why.CLOSED: N_("Outside of its hours, and nothing is set for that."),
    Why.AFTER_HOURS: N_("Applies, with the destination outside of its hours."),
    Why.OVER: N_("Its time is over."),
}
NOT_OURS = N_("Not one of our active numbers: the call is refused.")
LIST_APPLIES = N_("The caller is on this list.")
NOT_ASKED = N_("Not asked: the decision is made before.")
ALL_NUMBERS = N_("All numbers")

CAUSES: Mapping[int, str] = {
    UNALLOCATED: N_("The caller hears that the number is not in service."),
    REJECTED: N_("The call is rejected."),
    BUSY: N_("The caller hears the busy tone."),
}
MESSAGE = N_("The caller hears that the call is not taken.")
