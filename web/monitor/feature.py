"""The manifest of the live floor."""

from crm.people.rights import Right
from web.kit.feature import Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.monitor import api, pages

FEATURE = Feature(
    name="monitor",
    order=20,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry("/floor", N_("Live monitor"), "layout-dashboard", frozenset({Right.FLOOR_SEE})),
    ),
    rights=(
        RightWords(
            Right.FLOOR_SEE,
            N_("Work with calls"),
            N_("View live monitor"),
            N_("Agent states, calls and queues."),
        ),
    ),
)
