"""The manifest of the ring groups."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.ring_groups import api, pages
from web.ring_groups.demo import add_demo_ring_group, remove_demo_ring_group
from web.ring_groups.shapes import RingGroupForm

FEATURE = Feature(
    name="ring_groups",
    order=230,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/ring-groups",
            N_("Ring groups"),
            "phone-ringing",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    audit=AuditWords(
        actions={
            "ring_group.added": N_("Ring group added"),
            "ring_group.changed": N_("Ring group changed"),
            "ring_group.removed": N_("Ring group deleted"),
        },
        things={"ring_groups": N_("Ring group")},
        pages={"ring_groups": "/ring-groups/"},
        fields={"then": N_("If nobody answers")},
        bodies=(RingGroupForm,),
    ),
    tags={"ring-groups": ApiTag("Call routing")},
    demo=add_demo_ring_group,
    remove_demo=remove_demo_ring_group,
)
