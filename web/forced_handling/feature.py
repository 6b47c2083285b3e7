"""The manifest of forced handling."""

from crm.people.rights import Right
from web.forced_handling import api, pages
from web.forced_handling.bars import bars_of, set_up, tell_pages
from web.forced_handling.shapes import ForcedForm
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="forced_handling",
    order=190,
    pages=(pages.router,),
    api=(api.router,),
    bars=bars_of,
    menu=(
        MenuEntry(
            "/forced-handling",
            N_("Forced handling"),
            "alert-triangle",
            frozenset({Right.FORCED_SWITCH}),
            N_("Call routing"),
        ),
    ),
    rights=(
        RightWords(
            Right.FORCED_SWITCH,
            N_("Call routing"),
            N_("Turn forced handling on and off"),
            N_("Send all incoming calls elsewhere with one switch."),
        ),
    ),
    audit=AuditWords(
        actions={
            "forced.on": N_("Forced handling turned on"),
            "forced.off": N_("Forced handling turned off"),
        },
        things={"forced_handling": N_("Forced handling")},
        bodies=(ForcedForm,),
    ),
    tags={"forced-handling": ApiTag("Call routing")},
    set_up=set_up,
    on_change=tell_pages,
)
