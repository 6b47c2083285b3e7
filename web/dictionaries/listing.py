"""The lists of dictionaries, and of the choices of one, which are changed in their places."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from markupsafe import Markup
from pydantic import ValidationError
from sqlalchemy.orm import Session

from crm.dictionary.item import Item
from crm.kernel.errors import InvalidError
from crm.kernel.names import sort_key
from crm.people.rights import Right
from web.dictionaries.actions import choices, is_system, listed, lists
from web.dictionaries.shapes import DictionaryShape
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Cell, RowButton, RowForm, Table
from web.kit.listing.usual import (
    move_buttons,
    number_column,
    on_or_off,
    search,
    state_cell,
    text_column,
)
from web.kit.posted import blame

ENGLISH, CHINESE = N_("English name"), N_("Chinese name")


def _made_by(one: DictionaryShape, reader: Reader) -> str:
    return reader.gettext(N_("Custom")) if one.own else "Hotline"


DICTIONARIES: Listing[DictionaryShape] = Listing(
    name="dictionaries",
    url="/dictionaries",
    title=N_("Picklists"),
    note=N_("Options used in forms. Options are deactivated, never deleted."),
    right=Right.DICTIONARIES_EDIT,
    export_url="/dictionaries/all/export",  # a dictionary may have the key "export"
    rows=lambda session, query: lists(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        number_column("offered", N_("Active options"), lambda one: one.offered),
        number_column("choices", N_("Options"), lambda one: one.choices),
        Column("own", N_("Source"), _made_by, order=lambda one: one.own),
    ),
    filters=(
        search(),
        Filter(
            "own",
            N_("Source"),
            FilterKind.CHOICE,
            {"yes": N_("Custom"), "no": "Hotline"},
            of=lambda one: "yes" if one.own else "no",
        ),
    ),
    row_id=lambda one: one.key,
    row_url=lambda one: f"/dictionaries/{quote(one.key, safe='')}",
)


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A choice in its place among the others of its dictionary."""

    item: Item
    dictionary: str
    first: bool
    last: bool
    system: bool  # the system sets it, and agents cannot choose it


def _choices(session: Session, query: ListQuery) -> Sequence[ChoiceRow]:
    which = listed(session, query.reader, query.place["dictionary"]).key
    found = choices(session, which)
    return [
        ChoiceRow(
            one,
            which,
            first=at == 0,
            last=at == len(found) - 1,
            system=is_system(which, one.key),
        )
        for at, one in enumerate(found)
    ]


def _english(one: ChoiceRow, reader: Reader) -> Cell:
    return _name_cell(one.item.key, "name_en", one.item.name_en, reader.gettext(ENGLISH))


def _chinese(one: ChoiceRow, reader: Reader) -> Cell:
    return _name_cell(one.item.key, "name_zh", one.item.name_zh, reader.gettext(CHINESE))


def _name_cell(key: str, name: str, value: str, label: str, error: str = "") -> Cell:
    """Draw a name of a choice as an input of the row's form."""
    wrong = Markup(' aria-invalid="true"') if error else ""
    drawn = Markup(
        '<input class="form-control{look}" name="{name}" form="choice-{key}" maxlength="100"'
        ' value="{value}" aria-label="{label}" autocomplete="off"{wrong}>'
    ).format(
        look=" is-invalid" if error else "",
        name=name,
        key=key,
        value=value,
        label=label,
        wrong=wrong,
    )
    if error:
        drawn += Markup('<div class="invalid-feedback d-block" role="alert">{error}</div>').format(
            error=error
        )
    return Cell(value, html=drawn)


def _key(one: ChoiceRow, _reader: Reader) -> Cell:
    return Cell(one.item.key, html=Markup("<code>{}</code>").format(one.item.key))


def _do(one: ChoiceRow, reader: Reader) -> Cell:
    item, name = one.item, one.item.name(reader.language)
    switch = ("disable", N_("Deactivate")) if item.enabled else ("enable", N_("Activate"))
    buttons = [
        RowButton("rename", reader.gettext(N_("Save")), "check"),
        *move_buttons(reader, name, first=one.first, last=one.last),
    ]
    if not one.system:
        buttons.append(RowButton(switch[0], reader.gettext(switch[1])))
    url = f"/dictionaries/{quote(one.dictionary, safe='')}/change"
    return Cell(form=RowForm(f"choice-{item.key}", url, {"key": item.key}, tuple(buttons)))


def _state(one: ChoiceRow, reader: Reader) -> Cell:
    if one.system:
        return Cell(reader.gettext(N_("Set by the system")), badge="out")
    return state_cell(reader, on=one.item.enabled)


@dataclass(frozen=True, slots=True)
class WrongChoice:
    """Names of a choice that cannot be, as they were typed."""

    key: str
    name_en: str
    name_zh: str
    error: InvalidError | ValidationError


def with_wrong(table: Table, wrong: WrongChoice, reader: Reader) -> Table:
    """Show what was typed for a choice in its row, and what is wrong with it."""
    said = Form("")
    blame(said, reader, wrong.error)
    english, chinese = reader.gettext(ENGLISH), reader.gettext(CHINESE)
    cells = {
        "name_en": _name_cell(wrong.key, "name_en", wrong.name_en, english, said.error),
        "name_zh": _name_cell(wrong.key, "name_zh", wrong.name_zh, chinese),
    }
    rows = [
        replace(row, cells={**row.cells, **cells}) if row.id == wrong.key else row
        for row in table.rows
    ]
    there = any(row.id == wrong.key for row in table.rows)
    return replace(table, rows=rows, error="" if there else said.error)


CHOICES: Listing[ChoiceRow] = Listing(
    name="choices",
    url="/dictionaries/{dictionary}",
    title=N_("Options"),
    right=Right.DICTIONARIES_EDIT,
    export_url="/dictionaries/{dictionary}/items/export",
    rows=_choices,
    columns=(
        Column(
            "name_en",
            ENGLISH,
            _english,
            order=lambda one: sort_key(one.item.name_en),
            required=True,
        ),
        Column("name_zh", CHINESE, _chinese, order=lambda one: one.item.name_zh, required=True),
        Column("key", N_("Key"), _key, order=lambda one: one.item.key),
        Column("state", N_("State"), _state, order=lambda one: one.item.enabled),
        Column("do", N_("Actions"), _do, align="end", required=True, in_file=False),
    ),
    filters=(search(), on_or_off(lambda one: one.item.enabled or one.system)),
    row_id=lambda one: one.item.key,
    row_off=lambda one: not (one.item.enabled or one.system),
    row_name=lambda one, reader: one.item.name(reader.language),
    order_url="/api/v1/dictionaries/{dictionary}/order",
    empty=N_("No options yet."),
    empty_icon="book",
)
