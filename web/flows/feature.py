"""The manifest of call flows."""

from crm.people.rights import Right
from ivr.drafts.alarms.store import NOT_PUBLISHED
from web.flows import api, pages, picture, step_pages
from web.flows.listing import READERS
from web.flows.shapes import FlowBody, PublishBody
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="flows",
    order=236,
    pages=(pages.router, picture.router, step_pages.router),
    api=(api.router,),
    menu=(MenuEntry("/flows", N_("Call flows"), "route", frozenset(READERS), N_("Call routing")),),
    rights=(
        RightWords(
            Right.FLOWS_EDIT,
            N_("Call routing"),
            N_("Edit call flows"),
            N_("Change drafts of flows. Callers hear nothing of a draft."),
        ),
        RightWords(
            Right.FLOWS_PUBLISH,
            N_("Call routing"),
            N_("Publish call flows"),
            N_("Publish a draft, now or at a time, and go back to an older version."),
        ),
    ),
    audit=AuditWords(
        actions={
            "flow.added": N_("Call flow added"),
            "flow.renamed": N_("Call flow renamed"),
            "flow.removed": N_("Call flow deleted"),
            "flow.discarded": N_("Changes of a call flow discarded"),
            "flow.planned": N_("Publication of a call flow planned"),
            "flow.unplanned": N_("Planned publication of a call flow canceled"),
            "flow.published": N_("Call flow published"),
            "flow.rolled_back": N_("Call flow rolled back"),
        },
        things={"flows": N_("Call flow")},
        pages={"flows": "/flows/"},
        fields={"version": N_("Version"), "from_version": N_("As in version")},
        bodies=(FlowBody, PublishBody),
    ),
    alarms=(NOT_PUBLISHED,),
    tags={"flows": ApiTag("Call routing")},
)
