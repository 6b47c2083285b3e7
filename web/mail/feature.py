"""The manifest of the mail."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.mail import api, pages
from web.mail.health import check_mails

FEATURE = Feature(
    name="mail",
    order=400,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/mail", N_("Email log"), "mail", frozenset({Right.PARAMETERS_EDIT}), N_("Settings")
        ),
    ),
    audit=AuditWords(
        actions={
            "mail.tested": N_("Test email sent"),
            "mail.sent_again": N_("Emails resent"),
        },
        things={
            "mails": N_("Email log"),
        },
    ),
    tags={"mail": ApiTag("Email", "Emails to users, and a test of the mail server.")},
    examples={
        "sentence": "Somebody called.",
    },
    health_checks=(check_mails,),
)
