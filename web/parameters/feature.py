"""The manifest of the parameters."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.parameters import api, pages

FEATURE = Feature(
    name="parameters",
    order=140,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/parameters",
            N_("Parameters"),
            "settings",
            frozenset({Right.PARAMETERS_EDIT}),
            N_("Settings"),
        ),
    ),
    rights=(
        RightWords(
            Right.PARAMETERS_EDIT,
            N_("Settings"),
            N_("Edit parameters"),
            N_("Rules for passwords, sessions, lists and telephones."),
        ),
    ),
    audit=AuditWords(
        actions={
            "parameter.changed": N_("Parameter changed"),
        },
        things={
            "parameters": N_("Parameter"),
        },
    ),
    tags={"parameters": ApiTag("Settings")},
)
