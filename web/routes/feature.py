"""The manifest of the routes."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.routes import api, pages, tester_pages
from web.routes.shapes import RouteForm

FEATURE = Feature(
    name="routes",
    order=180,
    pages=(tester_pages.router, pages.router),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/routes",
            N_("Routes"),
            "git-merge",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    audit=AuditWords(
        actions={
            "route.added": N_("Route added"),
            "route.changed": N_("Route changed"),
            "route.ordered": N_("Order of the routes changed"),
            "route.removed": N_("Route deleted"),
            "route_case.added": N_("Test case added"),
            "route_case.changed": N_("Test case changed"),
            "route_case.removed": N_("Test case deleted"),
        },
        things={"routes": N_("Route"), "route_cases": N_("Test case")},
        pages={"routes": "/routes/"},
        fields={
            "destination": N_("Destination"),
            "closed": N_("Destination outside of its hours"),
            "order": N_("Order"),
        },
        bodies=(RouteForm,),
    ),
    tags={
        "routes": ApiTag(
            "Call routing", "Where calls go that arrive, and where they may go that are made."
        )
    },
)
