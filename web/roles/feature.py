"""The manifest of the roles."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.roles import api, pages
from web.roles.demo import add_demo_role

FEATURE = Feature(
    name="roles",
    order=90,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/roles",
            N_("Roles"),
            "shield-check",
            frozenset({Right.ROLES_MANAGE}),
            N_("People and rights"),
        ),
    ),
    rights=(
        RightWords(
            Right.ROLES_MANAGE,
            N_("People and rights"),
            N_("Manage roles"),
            N_("With rights that the user holds."),
        ),
    ),
    audit=AuditWords(
        actions={
            "role.added": N_("Role added"),
            "role.changed": N_("Role changed"),
            "role.disabled": N_("Role switched off"),
            "role.enabled": N_("Role switched on"),
        },
        things={
            "roles": N_("Role"),
        },
        pages={"roles": "/roles/"},
        fields={
            "rights": N_("Rights"),
        },
    ),
    tags={"roles": ApiTag("People")},
    examples={
        "role_name": "Agent",
    },
    demo=add_demo_role,
)
