"""The manifest of the statistics of seats."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.statistics import api, pages

FEATURE = Feature(
    name="statistics",
    order=92,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/statistics/seats",
            N_("Agent statistics"),
            "chart-line",
            frozenset({Right.STATISTICS_SEE}),
        ),
    ),
    rights=(
        RightWords(
            Right.STATISTICS_SEE,
            N_("Work with calls"),
            N_("View statistics"),
            N_("Figures of agents, and the log of their states."),
        ),
    ),
    audit=AuditWords(
        actions={"statistics.exported": N_("Statistics exported")},
        things={"statistics": N_("Statistics")},
    ),
    tags={"statistics": ApiTag("Statistics", "Figures of agents, groups and queues.")},
)
