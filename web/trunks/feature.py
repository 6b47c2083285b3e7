"""The manifest of the trunks."""

from crm.people.rights import Right
from cti.trunks.alarms import KINDS
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.trunks import api, pages
from web.trunks.shapes import TrunkForm

FEATURE = Feature(
    name="trunks",
    order=210,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/trunks",
            N_("Trunks"),
            "plug-connected",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    audit=AuditWords(
        actions={
            "trunk.added": N_("Trunk added"),
            "trunk.changed": N_("Trunk changed"),
            "trunk.password_changed": N_("Trunk password changed"),
            "trunk.deleted": N_("Trunk deleted"),
            "trunk.tested": N_("Trunk tested"),
        },
        things={"trunks": N_("Trunk")},
        pages={"trunks": "/trunks/"},
        fields={"codecs": N_("Codecs"), "verdict": N_("Result")},
        bodies=(TrunkForm,),
    ),
    alarms=KINDS,
    tags={"trunks": ApiTag("Call routing")},
)
