"""The manifest of the voicemail boxes."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.voicemail_boxes import api, pages
from web.voicemail_boxes.shapes import BoxBody

FEATURE = Feature(
    name="voicemail_boxes",
    order=260,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/voicemail-boxes",
            N_("Voicemail boxes"),
            "record-mail",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    audit=AuditWords(
        actions={
            "voicemail_box.added": N_("Voicemail box added"),
            "voicemail_box.changed": N_("Voicemail box changed"),
            "voicemail_box.removed": N_("Voicemail box deleted"),
        },
        things={"voicemail_boxes": N_("Voicemail box")},
        pages={"voicemail_boxes": "/voicemail-boxes/"},
        fields={"pin_changed": N_("PIN changed")},
        bodies=(BoxBody,),
    ),
    tags={"voicemail-boxes": ApiTag("Call routing")},
)
