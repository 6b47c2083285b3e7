"""The manifest of the custom destinations."""

from crm.people.rights import Right
from web.custom_destinations import api, pages
from web.custom_destinations.shapes import CustomForm
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="custom_destinations",
    order=250,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/custom-destinations",
            N_("Custom destinations"),
            "webhook",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    audit=AuditWords(
        actions={
            "custom_destination.added": N_("Custom destination added"),
            "custom_destination.changed": N_("Custom destination changed"),
            "custom_destination.removed": N_("Custom destination deleted"),
            "custom_destination.secret_changed": N_("Secret of a custom destination rotated"),
            "custom_destination.tested": N_("Custom destination tested"),
        },
        things={"custom_destinations": N_("Custom destination")},
        pages={"custom_destinations": "/custom-destinations/"},
        fields={"fallback": N_("Without a usable response")},
        bodies=(CustomForm,),
    ),
    tags={"custom-destinations": ApiTag("Call routing")},
)
