"""The manifest of the login log."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.logins import api, pages

FEATURE = Feature(
    name="logins",
    order=330,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/logins",
            N_("Sign-in log"),
            "login",
            frozenset({Right.LOGINS_SEE}),
            N_("Users & permissions"),
        ),
    ),
    rights=(
        RightWords(
            Right.LOGINS_SEE,
            N_("Users & permissions"),
            N_("View sign-in log"),
            N_("Sign-in attempts"),
        ),
    ),
    audit=AuditWords(
        actions={
            "logins.exported": N_("Sign-in log exported"),
        },
        things={
            "login_log": N_("Sign-in log"),
        },
    ),
    tags={"logins": ApiTag("Logs", "Who signed in, and who changed what.")},
)
