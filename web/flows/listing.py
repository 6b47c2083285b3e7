"""The list of flows."""

from web.flows import words
from web.flows.actions import show_flows
from web.flows.shapes import FlowShape
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import search, text_column, time_column

READERS = words.READERS


def _state(one: FlowShape, reader: Reader) -> Cell:
    if one.draft_at is not None:
        return Cell(reader.gettext(N_("Changed")), badge="warning")
    if one.version is None:
        return Cell(reader.gettext(N_("Empty")), badge="secondary")
    return Cell(reader.gettext(N_("Published")), badge="success")


FLOWS: Listing[FlowShape] = Listing(
    name="flows",
    url="/flows",
    title=N_("Call flows"),
    note=N_("What callers hear, and where each key leads. Calls stay on the version they began."),
    right=None,
    rights=READERS,
    rows=lambda session, query: show_flows(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column("state", N_("State"), _state),
        Column(
            "numbers",
            N_("Numbers"),
            lambda one, reader: ", ".join(map(reader.phone, one.numbers)),
            order=lambda one: one.numbers,
            value=lambda one, _: ", ".join(one.numbers),
        ),
        text_column("version", N_("Version"), lambda one: str(one.version or "")),
        time_column("published", N_("Published"), lambda one: one.published_at),
        text_column("by", N_("Published by"), lambda one: one.published_by),
    ),
    filters=(search(),),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/flows/{one.id}/picture",
    empty=N_("There are no call flows yet."),
    empty_icon="route",
    add_url="/flows/new",
    add_label=N_("Add call flow"),
)
