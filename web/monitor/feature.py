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
    menu=(MenuEntry("/floor", N_("Live floor"), "layout-dashboard", frozenset({Right.FLOOR_SEE})),),
    rights=(
        RightWords(
            Right.FLOOR_SEE,
            N_("Work with calls"),
            N_("Watch the live floor"),
            N_("Who is ready, who talks, who waits."),
        ),
    ),
)
