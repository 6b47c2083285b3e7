"""The manifest of the webhooks."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.webhooks import api, pages
from web.webhooks.health import check_deliveries
from web.webhooks.shapes import EndpointBody

FEATURE = Feature(
    name="webhooks",
    order=390,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/webhooks",
            N_("Webhooks"),
            "webhook",
            frozenset({Right.WEBHOOKS_MANAGE}),
            N_("Settings"),
        ),
    ),
    rights=(
        RightWords(
            Right.WEBHOOKS_MANAGE,
            N_("Settings"),
            N_("Manage webhooks"),
            N_("Endpoints, events and secrets."),
        ),
    ),
    audit=AuditWords(
        actions={
            "webhook.added": N_("Webhook added"),
            "webhook.changed": N_("Webhook changed"),
            "webhook.removed": N_("Webhook deleted"),
            "webhook.replayed": N_("Deliveries resent"),
            "webhook.secret_changed": N_("Webhook secret rotated"),
            "webhook.tested": N_("Webhook tested"),
        },
        things={
            "webhooks": N_("Webhook"),
        },
        pages={"webhooks": "/webhooks/"},
        fields={"url": N_("URL")},
        bodies=(EndpointBody,),
    ),
    tags={"webhooks": ApiTag("Webhooks", "Events that other systems are sent.")},
    examples={
        "secret": "whsec_…",
        "url": "https://example.com/hook",
    },
    health_checks=(check_deliveries,),
)
