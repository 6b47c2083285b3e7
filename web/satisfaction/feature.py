"""The manifest of the scores that callers give after the talk."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.satisfaction import api, pages

FEATURE = Feature(
    name="satisfaction",
    order=95,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry("/satisfaction", N_("Satisfaction"), "star", frozenset({Right.STATISTICS_SEE})),
    ),
    audit=AuditWords(
        actions={"satisfaction.exported": N_("Scores exported")},
        things={"satisfaction": N_("Satisfaction")},
    ),
    tags={"satisfaction": ApiTag("Statistics", "Scores that callers gave after the talk.")},
)
