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
    order=310,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/roles",
            N_("Roles"),
            "shield-check",
            frozenset({Right.ROLES_MANAGE}),
            N_("Users & permissions"),
        ),
    ),
    rights=(
        RightWords(
            Right.ROLES_MANAGE,
            N_("Users & permissions"),
            N_("Manage roles"),
            N_("Only permissions you have."),
        ),
    ),
    audit=AuditWords(
        actions={
            "role.added": N_("Role added"),
            "role.changed": N_("Role changed"),
            "role.disabled": N_("Role deactivated"),
            "role.enabled": N_("Role activated"),
        },
        things={
            "roles": N_("Role"),
        },
        pages={"roles": "/roles/"},
        fields={
            "rights": N_("Permissions"),
        },
    ),
    tags={"roles": ApiTag("Users")},
    examples={
        "role_name": "Agent",
    },
    demo=add_demo_role,
)
