"""The manifest of the users."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.people import api, pages
from web.people.shapes import UserBody

FEATURE = Feature(
    name="people",
    order=290,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/users",
            N_("Users"),
            "users",
            frozenset({Right.PEOPLE_MANAGE}),
            N_("Users & permissions"),
        ),
    ),
    rights=(
        RightWords(
            Right.PEOPLE_MANAGE,
            N_("Users & permissions"),
            N_("Manage users and groups"),
            N_("Users with equal or fewer permissions."),
        ),
    ),
    audit=AuditWords(
        actions={
            "user.added": N_("User added"),
            "user.changed": N_("User changed"),
            "user.disabled": N_("User deactivated"),
            "user.enabled": N_("User activated"),
            "user.password_reset": N_("Password reset"),
            "user.unlocked": N_("Sign-in unblocked"),
            "user.second_factor_reset": N_("Two-factor authentication reset"),
            "user.sip_secret_reset": N_("Desk phone password reset"),
            "user.sessions_ended": N_("Sessions ended"),
            "users.exported": N_("Users exported"),
        },
        things={
            "users": N_("User"),
        },
        pages={"users": "/users/"},
        fields={"takes_calls": N_("Can take calls"), "mail_notices": N_("Email notifications")},
        bodies=(UserBody,),
    ),
    tags={"users": ApiTag("Users", "Users, roles and groups.")},
    examples={
        "caller_number": "+864008001234",
        "email": "wang@example.com",
        "extension": "1001",
        "login": "li.wei",
        "timezone": "Asia/Shanghai",
    },
)
