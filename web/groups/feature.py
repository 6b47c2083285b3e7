"""The manifest of the user groups."""

from crm.people.rights import Right
from web.groups import api, pages
from web.groups.demo import add_demo_groups
from web.groups.shapes import GroupBody
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="groups",
    order=320,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/groups",
            N_("Groups"),
            "sitemap",
            frozenset({Right.PEOPLE_MANAGE}),
            N_("Users & permissions"),
        ),
    ),
    audit=AuditWords(
        actions={
            "group.added": N_("Group added"),
            "group.changed": N_("Group changed"),
            "group.disabled": N_("Group deactivated"),
            "group.enabled": N_("Group activated"),
        },
        things={
            "user_groups": N_("User group"),
        },
        pages={"user_groups": "/groups/"},
        bodies=(GroupBody,),
    ),
    tags={"groups": ApiTag("Users")},
    demo=add_demo_groups,
)
