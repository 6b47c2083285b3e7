"""The list of not-ready reasons with their rules."""

from urllib.parse import quote

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import on_or_off, search, state_cell, text_column
from web.pause_reasons.actions import show_reasons
from web.pause_reasons.shapes import ReasonShape
from web.pause_reasons.words import COUNTED_IN

PAID = {"yes": N_("Paid"), "no": N_("Unpaid")}


def _paid(one: ReasonShape) -> str:
    return "yes" if one.paid else "no"


def _limit(value: int, reader: Reader) -> str:
    return reader.number(value) if value else reader.gettext(N_("No limit"))


def _at_once(one: ReasonShape, reader: Reader) -> Cell:
    where = reader.gettext(COUNTED_IN[one.counted_in]) if one.most_at_once else ""
    return Cell(_limit(one.most_at_once, reader), note=where)


def _state(one: ReasonShape, reader: Reader) -> Cell:
    if one.system:
        return Cell(reader.gettext(N_("Set by the system")), badge="out")
    return state_cell(reader, on=one.enabled)


PAUSE_REASONS: Listing[ReasonShape] = Listing(
    name="pause_reasons",
    url="/pause-reasons",
    title=N_("Not-ready reasons"),
    note=N_("Which breaks are paid, how long they may last, and how many agents may take one."),
    right=Right.DICTIONARIES_EDIT,
    export_url="/pause-reasons/all/export",  # a reason may have the key "export"
    rows=lambda session, query: show_reasons(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column(
            "paid", N_("Paid"), lambda one, reader: reader.gettext(PAID[_paid(one)]), order=_paid
        ),
        Column(
            "minutes",
            N_("Longest time (minutes)"),
            lambda one, reader: _limit(one.most_minutes, reader),
            order=lambda one: one.most_minutes,
            value=lambda one, _: one.most_minutes,
            align="end",
        ),
        Column(
            "at_once",
            N_("Agents at once"),
            _at_once,
            order=lambda one: one.most_at_once,
            value=lambda one, _: one.most_at_once,
            align="end",
        ),
        Column("state", N_("State"), _state, order=lambda one: one.enabled),
    ),
    filters=(
        search(),
        Filter("paid", N_("Paid"), FilterKind.CHOICE, PAID, of=_paid),
        on_or_off(lambda one: one.enabled or one.system),
    ),
    row_id=lambda one: one.key,
    row_url=lambda one: f"/pause-reasons/{quote(one.key, safe='')}",
    row_off=lambda one: not (one.enabled or one.system),
    empty=N_("No options yet."),
    empty_icon="coffee",
    add_url="/dictionaries/pause_reason",
    add_label=N_("Names and order"),
)
