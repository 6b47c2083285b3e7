"""The manifest of the calls and their recordings."""

from crm.people.rights import Right
from web.calls import api, pages
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="calls",
    order=30,
    pages=(pages.router,),
    api=(api.router,),
    menu=(MenuEntry("/calls", N_("Calls"), "phone", frozenset({Right.CALLS_SEE})),),
    rights=(
        RightWords(
            Right.CALLS_SEE,
            N_("Work with calls"),
            N_("See calls"),
            N_("The list of calls and the timeline of each."),
        ),
        RightWords(
            Right.RECORDINGS_HEAR,
            N_("Work with calls"),
            N_("Hear recordings"),
            N_("Every listening is noted in the audit log."),
        ),
        RightWords(
            Right.CALLS_EXPORT,
            N_("Work with calls"),
            N_("Export calls"),
            N_("As a file for a spreadsheet."),
        ),
    ),
    audit=AuditWords(
        actions={
            "calls.exported": N_("Calls exported"),
            "recording.heard": N_("Recording heard"),
        },
        things={
            "calls": N_("Call"),
        },
        pages={"calls": "/calls/"},
    ),
    tags={"calls": ApiTag("Calls", "Calls that are and were, and their recordings.")},
    examples={
        "call": "hotline-1-1763775000.1",
        "called": "+864008001234",
        "caller": "+8613800138000",
        "method": "phone",
        "queue": "support",
        "queue_name": "Support",
        "recording": "/api/v1/calls/hotline-1-1763775000.1/recording",
        "service_type": "complaint",
    },
)
