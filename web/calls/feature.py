"""The manifest of the calls and their recordings."""

from crm.people.rights import Right
from web.calls import api, finish_pages, pages
from web.calls.finish import FinishBody
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="calls",
    order=50,
    pages=(finish_pages.router, pages.router),
    api=(api.router, api.records),
    menu=(
        MenuEntry("/calls", N_("Calls"), "phone", frozenset({Right.CALLS_SEE})),
        MenuEntry(
            "/calls?direction=out&result=unanswered",
            N_("Unanswered outgoing"),
            "phone-outgoing",
            frozenset({Right.CALLS_SEE}),
        ),
    ),
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
        RightWords(
            Right.CALLS_CORRECT,
            N_("Work with calls"),
            N_("Correct dispositions and interaction records"),
            N_("Of other agents' calls. Every correction is in the audit log."),
        ),
    ),
    audit=AuditWords(
        actions={
            "calls.exported": N_("Calls exported"),
            "call.corrected": N_("Call corrected"),
            "recording.heard": N_("Recording played"),
        },
        things={
            "calls": N_("Call"),
        },
        bodies=(FinishBody,),
        pages={"calls": "/calls/"},
    ),
    tags={
        "calls": ApiTag("Calls", "Calls that are and were, and their recordings."),
        "service-records": ApiTag("Interaction records", "What agents noted about calls."),
    },
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
