"""Words of the outbound rules' pages."""

from collections.abc import Mapping

from cti.outbound.numbers import NumberClass
from cti.outbound.rule import TrunkChoice
from web.kit.i18n import N_

CLASSES: Mapping[str, str] = {
    NumberClass.INTERNAL: N_("Extensions"),
    NumberClass.LOCAL: N_("Local numbers"),
    NumberClass.NATIONAL: N_("National numbers"),
    NumberClass.MOBILE: N_("Mobile numbers"),
    NumberClass.INTERNATIONAL: N_("International numbers"),
    NumberClass.PREMIUM: N_("Premium-rate numbers"),
    NumberClass.EMERGENCY: N_("Emergency numbers"),
}
CHOSEN_CLASSES: Mapping[str, str] = {
    key: name for key, name in CLASSES.items() if key != NumberClass.INTERNAL
}
"""Those that a rule can be for: colleagues are called without a trunk."""

CHOICES: Mapping[str, str] = {
    TrunkChoice.ORDER: N_("In this order"),
    TrunkChoice.ROUND_ROBIN: N_("In turn"),
    TrunkChoice.RANDOM: N_("At random"),
    TrunkChoice.LEAST_USED: N_("The one with the fewest calls"),
}
EVERYONE = N_("Everyone")
RULE_APPLIES = N_("Applies.")
NOT_ASKED = N_("Not asked: an earlier rule applies.")
SYSTEM = N_("Routes and call flows (no agent)")
