"""The manifest of the status page, and of the health checks for monitors."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.status import api, health_api, metrics_api, pages

FEATURE = Feature(
    name="status",
    order=410,
    pages=(pages.router,),
    api=(api.router,),
    plain=(health_api.router, metrics_api.router),
    menu=(
        MenuEntry(
            "/status", N_("Status"), "heartbeat", frozenset({Right.STATUS_SEE}), N_("Operations")
        ),
    ),
    rights=(
        RightWords(
            Right.STATUS_SEE,
            N_("Settings"),
            N_("View system status"),
            N_("Processes, nodes, database, disk and clock."),
        ),
        RightWords(
            Right.SERVICES_RESTART,
            N_("Settings"),
            N_("Restart services"),
            N_("Calls continue, except when Asterisk itself is restarted."),
        ),
    ),
    audit=AuditWords(
        actions={
            "service.restarted": N_("Service restarted"),
        },
        things={
            "services": N_("Service"),
        },
    ),
    tags={"status": ApiTag("Operation", "The state of the system, and checks for monitors.")},
)
