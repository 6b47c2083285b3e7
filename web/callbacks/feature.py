"""The manifest of the callbacks from queues."""

from crm.people.rights import Right
from web.callbacks import api, pages
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="callbacks",
    order=56,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/callbacks",
            N_("Callbacks"),
            "phone-calling",
            frozenset({Right.CALLS_SEE}),
        ),
    ),
    audit=AuditWords(
        actions={
            "callback.added": N_("Callback added"),
            "callback.changed": N_("Callback changed"),
            "callback.canceled": N_("Callback canceled"),
            "callbacks.exported": N_("Callbacks exported"),
        },
        things={"callbacks": N_("Callback")},
        pages={"callbacks": "/callbacks/"},
    ),
    tags={"callbacks": ApiTag("Calls")},
)
