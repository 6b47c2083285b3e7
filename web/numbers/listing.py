"""The list of the numbers that callers dial."""

from urllib.parse import quote

from crm.people.rights import Right
from web.kit.i18n import N_, NAMES
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.usual import on_or_off, search, state_column, text_column
from web.numbers.actions import show_numbers
from web.numbers.shapes import NumberShape

NUMBERS: Listing[NumberShape] = Listing(
    name="numbers",
    url="/numbers",
    title=N_("Numbers"),
    note=N_(
        "The numbers that callers dial, and the call flow that answers. Changes apply immediately."
    ),
    right=Right.LINES_MANAGE,
    rows=lambda session, _: show_numbers(session),
    columns=(
        Column(
            "number",
            N_("Phone number"),
            lambda one, reader: reader.phone(one.number),
            order=lambda one: one.number,
            value=lambda one, _: one.number,
            required=True,
        ),
        text_column("name", N_("Name"), lambda one: one.name),
        text_column("flow", N_("Call flow"), lambda one: one.flow.name),
        text_column("language", N_("Language of the prompts"), lambda one: NAMES[one.language]),
        state_column(lambda one: one.active),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.number,
    row_url=lambda one: f"/numbers/{quote(one.number)}",
    row_off=lambda one: not one.active,
    empty=N_("There are no numbers yet: no call is answered."),
    empty_icon="dialpad",
    add_url="/numbers/new",
    add_label=N_("Add number"),
)
