"""The manifest of the login log."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.logins import api, pages

FEATURE = Feature(
    name="logins",
    order=110,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/logins",
            N_("Login log"),
            "login",
            frozenset({Right.LOGINS_SEE}),
            N_("People and rights"),
        ),
    ),
    rights=(
        RightWords(
            Right.LOGINS_SEE,
            N_("People and rights"),
            N_("See the login log"),
            N_("Sign-ins and failed attempts, with their addresses."),
        ),
    ),
    audit=AuditWords(
        actions={
            "logins.exported": N_("Login log exported"),
        },
        things={
            "login_log": N_("Login log"),
        },
    ),
    tags={"logins": ApiTag("Logs", "Who signed in, and who changed what.")},
)
