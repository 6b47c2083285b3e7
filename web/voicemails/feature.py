"""The manifest of the voicemails."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.voicemails import api, pages
from web.voicemails.shapes import CareBody
from web.voicemails.views import HEARERS

FEATURE = Feature(
    name="voicemails",
    order=60,
    pages=(pages.router,),
    api=(api.router,),
    menu=(MenuEntry("/voicemails", N_("Voicemails"), "record-mail", frozenset(HEARERS)),),
    rights=(
        RightWords(
            Right.VOICEMAIL_HEAR,
            N_("Work with calls"),
            N_("Listen to voicemails"),
            N_("Also assign, handle and delete them. Agents always hear their own box."),
        ),
    ),
    audit=AuditWords(
        actions={
            "voicemail.heard": N_("Voicemail played"),
            "voicemail.changed": N_("Voicemail changed"),
            "voicemail.removed": N_("Voicemail deleted"),
            "voicemails.exported": N_("Voicemails exported"),
        },
        things={"voicemails": N_("Voicemail")},
        pages={"voicemails": "/voicemails/"},
        fields={"box": N_("Voicemail box"), "caller": N_("Caller"), "at": N_("When")},
        bodies=(CareBody,),
    ),
    tags={"voicemails": ApiTag("Calls")},
)
