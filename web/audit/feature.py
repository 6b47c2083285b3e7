"""The manifest of the audit log."""

from crm.people.rights import Right
from web.audit import api, pages
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="audit",
    order=340,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/audit",
            N_("Audit log"),
            "list-search",
            frozenset({Right.AUDIT_SEE}),
            N_("Users & permissions"),
        ),
    ),
    rights=(
        RightWords(
            Right.AUDIT_SEE,
            N_("Users & permissions"),
            N_("View audit log"),
            N_("All changes, with old and new values."),
        ),
    ),
    audit=AuditWords(
        actions={
            "audit.exported": N_("Audit log exported"),
        },
        things={
            "audit_log": N_("Audit log"),
        },
    ),
    tags={"audit": ApiTag("Logs")},
)
