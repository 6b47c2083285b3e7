"""The manifest of the rates; the menu entry stands beside the outbound rules."""

from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.openapi import ApiTag
from web.rates import api, pages
from web.rates.demo import add_demo_rates, remove_demo_rates
from web.rates.shapes import RateForm

FEATURE = Feature(
    name="rates",
    order=150,
    pages=(pages.router,),
    api=(api.router,),
    audit=AuditWords(
        actions={
            "rate.added": N_("Rate added"),
            "rate.changed": N_("Rate changed"),
            "rate.removed": N_("Rate deleted"),
        },
        things={"rates": N_("Rate")},
        pages={"rates": "/rates/"},
        bodies=(RateForm,),
    ),
    tags={"rates": ApiTag("Call routing")},
    demo=add_demo_rates,
    remove_demo=remove_demo_rates,
)
