"""The manifest of the queues."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.queues import api, pages
from web.queues.listing import READERS
from web.queues.shapes import NO_ROWS, QueueBody

FEATURE = Feature(
    name="queues",
    order=240,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/queues",
            N_("Queues"),
            "hourglass",
            frozenset(READERS),
            N_("Call routing"),
        ),
    ),
    rights=(
        RightWords(
            Right.QUEUES_MANAGE,
            N_("Call routing"),
            N_("Manage queues"),
            N_("Agents, skills, distribution and overflow of queues."),
        ),
    ),
    audit=AuditWords(
        actions={
            "queue.added": N_("Queue added"),
            "queue.changed": N_("Queue changed"),
            "queue.removed": N_("Queue deleted"),
        },
        things={"queues": N_("Queue")},
        pages={"queues": "/queues/"},
        fields={
            "skill_groups": NO_ROWS["groups"],
            "needed_skills": NO_ROWS["needs"],
            "overflow_steps": NO_ROWS["steps"],
            **{name: NO_ROWS[name] for name in ("timed_out", "full", "empty")},
            "ranks": N_("Ranks"),
            "successor": N_("Successor"),
        },
        bodies=(QueueBody,),
    ),
    tags={"queues": ApiTag("Call routing", "Queues, and the numbers that callers dial.")},
)
