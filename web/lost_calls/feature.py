"""The manifest of the lost calls."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.lost_calls import api, pages
from web.lost_calls.shapes import LostCareBody

FEATURE = Feature(
    name="lost_calls",
    order=55,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/lost-calls?state=todo",
            N_("Lost calls"),
            "phone-incoming",
            frozenset({Right.CALLS_SEE}),
        ),
    ),
    audit=AuditWords(
        actions={
            "lost_call.changed": N_("Lost call changed"),
            "lost_calls.exported": N_("Lost calls exported"),
        },
        things={"lost_calls": N_("Lost call")},
        pages={"lost_calls": "/lost-calls/"},
        bodies=(LostCareBody,),
    ),
    tags={"lost-calls": ApiTag("Calls")},
)
