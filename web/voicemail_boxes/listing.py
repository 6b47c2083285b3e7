"""The list of voicemail boxes."""

from crm.people.rights import Right
from web.kit.i18n import N_, NAMES, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import (
    number_column,
    on_or_off,
    search,
    state_column,
    text_column,
)
from web.voicemail_boxes.actions import show_boxes
from web.voicemail_boxes.shapes import BoxShape


def _owner(one: BoxShape, reader: Reader) -> str:
    owner = one.agent or one.group
    return owner.name if owner else reader.gettext(N_("Whole site"))


def _greeting(one: BoxShape, reader: Reader) -> Cell:
    standard = reader.gettext(N_("Standard greeting"))
    return Cell(one.greeting or standard, title=one.greeting)


BOXES: Listing[BoxShape] = Listing(
    name="voicemail-boxes",
    url="/voicemail-boxes",
    title=N_("Voicemail boxes"),
    note=N_("Callers leave a message in a box when no agent can take their call."),
    right=Right.LINES_MANAGE,
    rows=lambda session, _: show_boxes(session),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        number_column("number", N_("Box number"), lambda one: one.id),
        Column("owner", N_("Belongs to"), _owner),
        text_column("language", N_("Language"), lambda one: NAMES[one.language]),
        Column("greeting", N_("Greeting"), _greeting, shown=False),
        number_column(
            "longest",
            N_("Longest message (seconds)"),
            lambda one: one.most_seconds,
            shown=False,
        ),
        number_column("days", N_("Keep messages (days)"), lambda one: one.keep_days, shown=False),
        number_column("waiting", N_("Unhandled messages"), lambda one: one.waiting),
        number_column("messages", N_("Messages"), lambda one: one.messages),
        state_column(lambda one: one.active),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/voicemail-boxes/{one.id}",
    row_off=lambda one: not one.active,
    empty=N_("There are no voicemail boxes yet."),
    empty_icon="record-mail",
    add_url="/voicemail-boxes/new",
    add_label=N_("Add voicemail box"),
)
