"""The manifest of the phones."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.phones import api, pages

FEATURE = Feature(
    name="phones",
    order=220,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/phones",
            N_("Phones"),
            "device-landline-phone",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    audit=AuditWords(
        actions={"phones.exported": N_("Phone passwords downloaded")},
        things={"phones": N_("Phones")},
        fields={"file": N_("File"), "extensions": N_("Extensions")},
    ),
    tags={"phones": ApiTag("Call routing")},
)
