"""The manifest of the time groups."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.time_groups import api, pages
from web.time_groups.demo import add_demo_time_groups
from web.time_groups.shapes import TimeGroupBody

FEATURE = Feature(
    name="time_groups",
    order=270,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/time-groups",
            N_("Time groups"),
            "clock",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    audit=AuditWords(
        actions={
            "time_group.added": N_("Time group added"),
            "time_group.changed": N_("Time group changed"),
            "time_group.removed": N_("Time group deleted"),
        },
        things={"time_groups": N_("Time group")},
        pages={"time_groups": "/time-groups/"},
        fields={"weekly": N_("Weekly hours"), "days": N_("Special days")},
        bodies=(TimeGroupBody,),
    ),
    tags={"time-groups": ApiTag("Call routing")},
    demo=add_demo_time_groups,
)
