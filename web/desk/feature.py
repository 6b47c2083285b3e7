"""The manifest of the agent's desk."""

from crm.people.rights import Right
from web.desk import api, colleagues, pages, parties, ringing, targets, todo
from web.desk.actions import boot_seat, is_in_menu
from web.kit.feature import Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="desk",
    order=20,
    pages=(pages.router, todo.pages),
    api=(
        api.router,
        parties.router,
        ringing.router,
        targets.router,
        todo.router,
        colleagues.router,
    ),
    menu=(
        MenuEntry("/desk", N_("Workspace"), "headset", frozenset({Right.DESK}), shown=is_in_menu),
    ),
    boot=boot_seat,
    rights=(
        RightWords(
            Right.DESK,
            N_("Work with calls"),
            N_("Take calls"),
            N_("Softphone, screen pop, dispositions and interaction records."),
        ),
    ),
    tags={"desk": ApiTag("Desk", "An agent's desk: the agent's state and calls.")},
    examples={
        "outcome": "solved",
        "reason": "lunch",
        "state": "ready",
    },
)
