"""The names of call states on the live floor."""

from collections.abc import Mapping

from web.kit.i18n import N_

CALL_STATES: Mapping[str, str] = {
    "ivr": N_("In the menu"),
    "waiting": N_("Waiting"),
    "offered": N_("Ringing"),
    "talking": N_("Talking"),
    "held": N_("On hold"),
    "phone lost": N_("Phone lost"),
    "in fallback": N_("In the fallback queue"),
    "ended": N_("Ended"),
}
