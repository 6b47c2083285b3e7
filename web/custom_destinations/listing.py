"""The list of custom destinations."""

from crm.people.rights import Right
from web.custom_destinations.actions import show_all
from web.custom_destinations.shapes import CustomShape
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import (
    missing_first,
    number_column,
    on_or_off,
    search,
    state_column,
    text_column,
)


def _name(one: CustomShape, _: Reader) -> Cell:
    return Cell(one.name, note=one.url)


def _last(one: CustomShape, reader: Reader) -> Cell:
    if one.last is None:
        return Cell()
    last = one.last
    said = last.why_name or last.destination_name
    return Cell(said, badge="danger" if last.why else "ready", note=reader.moment(last.at))


CUSTOM: Listing[CustomShape] = Listing(
    name="custom-destinations",
    url="/custom-destinations",
    title=N_("Custom destinations"),
    note=N_("Another system decides where a call goes."),
    right=Right.LINES_MANAGE,
    rows=lambda session, query: show_all(session, query.reader),
    columns=(
        Column("name", N_("Name"), _name, order=lambda one: one.name.casefold(), required=True),
        number_column("seconds", N_("Longest wait (seconds)"), lambda one: one.seconds),
        text_column("fallback", N_("Without a usable response"), lambda one: one.fallback_name),
        Column(
            "last",
            N_("Last response"),
            _last,
            order=lambda one: missing_first(one.last and one.last.at),
        ),
        state_column(lambda one: one.active),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/custom-destinations/{one.id}",
    row_off=lambda one: not one.active,
    empty=N_("There are no custom destinations yet."),
    empty_icon="webhook",
    add_url="/custom-destinations/new",
    add_label=N_("Add custom destination"),
)
