"""The manifest of the simulator: staffing questions, and scenarios by the API."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.simulations import api, pages

FEATURE = Feature(
    name="simulations",
    order=94,
    pages=(pages.router,),
    api=(api.router,),
    menu=(MenuEntry("/simulations", N_("Staffing"), "users", frozenset({Right.STATISTICS_SEE})),),
    audit=AuditWords(
        actions={
            "simulation.started": N_("Simulation started"),
            "simulation.cancelled": N_("Simulation removed"),
        },
        things={"simulations": N_("Simulation")},
    ),
    tags={"simulations": ApiTag("Statistics", "Scenarios, played in virtual time.")},
)
