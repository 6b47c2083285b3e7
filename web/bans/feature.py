"""The manifest of unauthorized attempts and of bans."""

from cti.bans.alarms.store import BANNED
from web.bans import api, pages
from web.bans.demo import add_attempts
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="bans",
    order=440,
    pages=(pages.router,),
    api=(api.router,),
    audit=AuditWords(
        actions={"ban.released": N_("Ban released")},
        things={"sip_bans": N_("Ban")},
        fields={"addresses": N_("IP addresses")},
    ),
    alarms=(BANNED,),
    tags={"bans": ApiTag("Call routing")},
    demo=add_attempts,
    examples={"addresses": ["203.0.113.7"]},
)
