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
            N_("View calls"),
            N_("The call list and each call's timeline."),
        ),
        RightWords(
            Right.RECORDINGS_HEAR,
            N_("Work with calls"),
            N_("Listen to recordings"),
            N_("Every playback is logged."),
        ),
        RightWords(
            Right.CALLS_EXPORT,
            N_("Work with calls"),
            N_("Export calls"),
            N_("As a spreadsheet file."),
        ),
    ),
    audit=AuditWords(
        actions={
            "calls.exported": N_("Calls exported"),
            "recording.heard": N_("Recording played"),
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
