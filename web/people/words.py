"""The names of the numbers that an agent may call."""

from collections.abc import Mapping

from acd.agent import Outbound
from web.kit.i18n import N_

OUTBOUND: Mapping[str, str] = {
    Outbound.BY_RULE: N_("By the outbound rules"),
    Outbound.NONE: N_("None"),
    Outbound.INTERNAL: N_("Internal only"),
    Outbound.NATIONAL: N_("National"),
    Outbound.INTERNATIONAL: N_("International"),
}
