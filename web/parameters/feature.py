"""The manifest of the parameters."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.parameters import api, pages

FEATURE = Feature(
    name="parameters",
    order=360,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/parameters",
            N_("System settings"),
            "settings",
            frozenset({Right.PARAMETERS_EDIT}),
            N_("Settings"),
        ),
    ),
    rights=(
        RightWords(
            Right.PARAMETERS_EDIT,
            N_("Settings"),
            N_("Edit system settings"),
            N_("Rules for passwords, sessions, lists and phones."),
        ),
    ),
    audit=AuditWords(
        actions={
            "parameter.changed": N_("Setting changed"),
        },
        things={
            "parameters": N_("Setting"),
        },
    ),
    tags={"parameters": ApiTag("Settings")},
)
