"""The manifest of the outbound rules."""

from crm.people.rights import Right
from cti.outbound.alarms import DAY_COST, EMERGENCY, FRAUD
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.outbound import api, limit_pages, pages
from web.outbound.shapes import RuleForm

FEATURE = Feature(
    name="outbound",
    order=200,
    pages=(pages.router, limit_pages.router),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/outbound-rules",
            N_("Outbound rules"),
            "phone-outgoing",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
        MenuEntry(
            "/dialling-stops",
            N_("Stopped outbound calls"),
            "lock",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
        MenuEntry(
            "/rates", N_("Rates"), "list", frozenset({Right.LINES_MANAGE}), N_("Call routing")
        ),
    ),
    rights=(
        RightWords(
            Right.OUTBOUND_LIMIT,
            N_("Call routing"),
            N_("Limit agents' outbound calls"),
            N_("Set how far an agent may dial out, also until a time."),
        ),
    ),
    audit=AuditWords(
        actions={
            "outbound_rule.added": N_("Outbound rule added"),
            "outbound_rule.changed": N_("Outbound rule changed"),
            "outbound_rule.ordered": N_("Order of the outbound rules changed"),
            "outbound_rule.removed": N_("Outbound rule deleted"),
            "user.outbound_limited": N_("Outbound calls limited"),
        },
        things={"outbound_rules": N_("Outbound rule")},
        pages={"outbound_rules": "/outbound-rules/"},
        fields={"trunks": N_("Trunks"), "rewrites": N_("Changes of the number")},
        bodies=(RuleForm,),
    ),
    alarms=(FRAUD, DAY_COST, EMERGENCY),
    tags={"outbound-rules": ApiTag("Call routing"), "agents": ApiTag("Call routing")},
)
