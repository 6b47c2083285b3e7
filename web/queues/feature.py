"""The manifest of the queues."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.queues import api, pages
from web.queues.shapes import QueueBody

FEATURE = Feature(
    name="queues",
    order=76,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/queues",
            N_("Queues"),
            "hourglass",
            frozenset({Right.QUEUES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    rights=(
        RightWords(
            Right.QUEUES_MANAGE,
            N_("Call routing"),
            N_("Manage queues"),
            N_("Agents, ring and wrap-up times of queues."),
        ),
    ),
    audit=AuditWords(
        actions={
            "queue.added": N_("Queue added"),
            "queue.changed": N_("Queue changed"),
        },
        things={"queues": N_("Queue")},
        pages={"queues": "/queues/"},
        bodies=(QueueBody,),
    ),
    tags={"queues": ApiTag("Call routing", "Queues, and the numbers that callers dial.")},
)
