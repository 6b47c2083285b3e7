"""The usual columns and filters of lists: texts, numbers, times, named keys, on or off.

In a list in memory all these columns can be sorted by; in a list from a store those with `sort`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

from crm.kernel.names import sort_key
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Shown
from web.kit.listing.table import Cell, RowButton, RowForm


class Placed(Protocol):
    """A row of a list that is kept in an order: its place from 1 on, and whether it is an end."""

    id: int
    name: str
    position: int
    first: bool
    last: bool


PlacedRow = TypeVar("PlacedRow", bound=Placed)


def text_column(  # noqa: PLR0913 - what a column is
    key: str,
    label: str,
    get: Callable[[Shown], str],
    sort: str = "",
    *,
    shown: bool = True,
    required: bool = False,
) -> Column[Shown]:
    """Make a column of a text."""
    return Column(
        key,
        label,
        lambda one, _: get(one),
        sort,
        lambda one: sort_key(get(one)),
        shown=shown,
        required=required,
    )


def name_column(
    key: str, label: str, get: Callable[[Shown], str], names: Mapping[str, str]
) -> Column[Shown]:
    """Make a column of a key that is shown by its name, which is to be translated."""
    return Column(key, label, lambda one, reader: reader.gettext(names[get(one)]), order=get)


def number_column(
    key: str, label: str, get: Callable[[Shown], int], *, shown: bool = True
) -> Column[Shown]:
    """Make a column of a number."""
    return Column(
        key,
        label,
        lambda one, reader: reader.number(get(one)),
        order=get,
        value=lambda one, _: get(one),
        align="end",
        shown=shown,
    )


def time_column(  # noqa: PLR0913 - what a column is
    key: str,
    label: str,
    get: Callable[[Shown], datetime | None],
    sort: str = "",
    *,
    shown: bool = True,
    required: bool = False,
) -> Column[Shown]:
    """Make a column of a moment in the reader's zone, with its seconds."""
    return Column(
        key,
        label,
        lambda one, reader: reader.moment(get(one)),
        sort,
        lambda one: missing_first(get(one)),
        lambda one, _: get(one),
        shown=shown,
        required=required,
    )


def state_column(get: Callable[[Shown], bool]) -> Column[Shown]:
    """Make the column that shows whether a thing is enabled."""
    return Column(
        "state", N_("State"), lambda one, reader: state_cell(reader, on=get(one)), order=get
    )


def order_column(form: str, url: str) -> Column[PlacedRow]:
    """Make the column that moves rows up and down, of a list whose address is `url`."""

    def cell(one: PlacedRow, reader: Reader) -> Cell:
        buttons = move_buttons(reader, one.name, first=one.first, last=one.last)
        return Cell(form=RowForm(f"{form}-{one.id}", f"{url}/{one.id}/move", {}, buttons))

    return Column(
        "position",
        N_("Order"),
        cell,
        order=lambda one: one.position,
        value=lambda one, _: one.position,
        align="end",
        required=True,
    )


def move_buttons(reader: Reader, name: str, *, first: bool, last: bool) -> tuple[RowButton, ...]:
    """Make the buttons that move the row of a thing up and down."""
    up = reader.say(N_("Move up: {name}"), name=name)
    down = reader.say(N_("Move down: {name}"), name=name)
    return (
        RowButton("up", up, "chevron-up", only_icon=True, step=-1, disabled=first),
        RowButton("down", down, "chevron-down", only_icon=True, step=1, disabled=last),
    )


def search() -> Filter[Any]:
    """Make the filter that searches words in all columns of a list in memory."""
    return Filter("q", N_("Search"))


def on_or_off(get: Callable[[Shown], bool]) -> Filter[Shown]:
    """Make the filter for enabled or disabled things of a list in memory."""
    return Filter(
        "state", N_("State"), FilterKind.CHOICE, STATES, of=lambda one: "on" if get(one) else "off"
    )


def missing_first(value: object) -> tuple[bool, Any]:
    """Make the sort key of a list in memory for a value that may be missing."""
    return value is not None, value


STATES: Mapping[str, str] = {"on": N_("Active"), "off": N_("Inactive")}


def state_cell(reader: Reader, *, on: bool) -> Cell:
    """Make the cell that shows whether a thing is enabled."""
    name = STATES["on"] if on else STATES["off"]
    return Cell(reader.gettext(name), badge="ready" if on else "out")
