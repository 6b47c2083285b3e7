"""The manifest of the charged calls."""

from crm.people.rights import Right
from web.charges import api, pages
from web.kit.feature import Feature
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag

FEATURE = Feature(
    name="charges",
    order=90,
    pages=(pages.router,),
    api=(api.router,),
    menu=(
        MenuEntry(
            "/charges", N_("Charged calls"), "file-spreadsheet", frozenset({Right.CALLS_SEE})
        ),
    ),
    tags={"charges": ApiTag("Charged calls", "What calls over trunks cost.")},
    examples={"per_minute": "0.15", "cost": "0.45", "currency": "CNY", "amount": "12.60"},
)
