"""The manifest of the agent's desk."""

from crm.people.rights import Right
from web.desk import api, pages
from web.desk.actions import boot_seat
from web.kit.feature import Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="desk",
    order=10,
    pages=(pages.router,),
    api=(api.router,),
    menu=(MenuEntry("/desk", N_("Workspace"), "headset", frozenset({Right.DESK})),),
    boot=boot_seat,
    rights=(
        RightWords(
            Right.DESK,
            N_("Work with calls"),
            N_("Take calls at a desk"),
            N_("A phone, the screen pop, outcomes and service records."),
        ),
    ),
    tags={"desk": ApiTag("Desk", "An agent's desk: the agent's state and calls.")},
    examples={
        "outcome": "solved",
        "reason": "lunch",
        "state": "ready",
    },
)
