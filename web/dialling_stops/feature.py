"""The manifest of the dialling stops; the menu entry stands beside the outbound rules."""

from web.dialling_stops import api, pages
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="dialling_stops",
    order=160,
    pages=(pages.router,),
    api=(api.router,),
    audit=AuditWords(
        actions={"dialling_stop.released": N_("Outbound calls released")},
        things={"dialling_stops": N_("Stopped outbound calls")},
        fields={"reason": N_("Reason")},
    ),
    tags={"dialling-stops": ApiTag("Call routing")},
)
