"""The manifest of the numbers that callers dial."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.numbers import api, pages
from web.numbers.shapes import MenuForm, NumberBody

FEATURE = Feature(
    name="numbers",
    order=170,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/numbers",
            N_("Numbers"),
            "dialpad",
            frozenset({Right.LINES_MANAGE}),
            N_("Call routing"),
        ),
    ),
    rights=(
        RightWords(
            Right.LINES_MANAGE,
            N_("Call routing"),
            N_("Manage numbers"),
            N_("Numbers that callers dial, their greetings and menus."),
        ),
    ),
    audit=AuditWords(
        actions={
            "number.added": N_("Number added"),
            "number.changed": N_("Number changed"),
            "number.menu_changed": N_("Greeting and menu changed"),
        },
        things={"numbers": N_("Phone number")},
        pages={"numbers": "/numbers/"},
        fields={"choices": N_("Keys and queues")},
        bodies=(NumberBody, MenuForm),
    ),
    tags={"numbers": ApiTag("Call routing")},
    examples={"otherwise": "support"},
)
