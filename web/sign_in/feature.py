"""The manifest of signing in: passwords, second factors, single sign-on, sessions."""

from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.openapi import ApiTag
from web.sign_in import api, forgotten_pages, pages
from web.sign_in.context import set_up_sign_in

FEATURE = Feature(
    name="sign_in",
    order=140,
    pages=(pages.router, forgotten_pages.router),
    api=(api.router,),
    audit=AuditWords(
        actions={
            "identity.bound": N_("Bound to the identity provider"),
            "user.link_sent": N_("Password link emailed"),
        },
    ),
    tags={"session": ApiTag("Session", "Signing in and out by script.")},
    examples={
        "csrf": "wKd1…",
        "password": "correct horse battery",
        "token": "kq8vYc…",
    },
    set_up=set_up_sign_in,
)
