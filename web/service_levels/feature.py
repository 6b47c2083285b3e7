"""The manifest of the customer levels."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.service_levels import api, pages
from web.service_levels.demo import add_demo_service_levels
from web.service_levels.shapes import LevelSettingsForm

FEATURE = Feature(
    name="service_levels",
    order=246,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/service-levels",
            N_("Customer levels"),
            "tag",
            frozenset({Right.QUEUES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    audit=AuditWords(
        actions={
            "service_level.added": N_("Customer level added"),
            "service_level.changed": N_("Customer level changed"),
            "service_level.removed": N_("Customer level deleted"),
        },
        things={"service_levels": N_("Customer level")},
        pages={"service_levels": "/service-levels/"},
        bodies=(LevelSettingsForm,),
    ),
    tags={"service-levels": ApiTag("Call routing")},
    demo=add_demo_service_levels,
)
