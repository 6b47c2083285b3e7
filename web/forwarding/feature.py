"""The manifest of the forwarding of extensions."""

from web.forwarding import api, pages
from web.forwarding.demo import add_forwarding
from web.forwarding.shapes import ForwardsForm
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_

FEATURE = Feature(
    name="forwarding",
    order=300,
    pages=(pages.router,),
    api=(api.router,),
    audit=AuditWords(
        actions={"user.forwarding_changed": N_("Call forwarding changed")},
        bodies=(ForwardsForm,),
    ),
    demo=add_forwarding,
)
