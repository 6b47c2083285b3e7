"""The manifest of the faxes."""

from crm.people.rights import Right
from web.faxes import api, pages
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="faxes",
    order=70,
    pages=(pages.router,),
    api=(api.router,),
    menu=(MenuEntry("/faxes", N_("Faxes"), "printer", frozenset({Right.VOICEMAIL_HEAR})),),
    audit=AuditWords(
        actions={
            "fax.read": N_("Fax downloaded"),
            "fax.changed": N_("Fax changed"),
            "fax.removed": N_("Old faxes deleted"),
        },
        things={"faxes": N_("Fax")},
        pages={"faxes": "/faxes/"},
        fields={"handled": N_("Handled"), "older_than": N_("Older than")},
    ),
    tags={"faxes": ApiTag("Calls")},
)
