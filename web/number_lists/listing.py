"""The lists of number lists and of their entries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from crm.number_lists import store
from crm.number_lists.entries import store as entry_store
from crm.number_lists.entries.store import EntryFilter
from crm.number_lists.lists import EntryState, ListDirection
from crm.number_lists.typed import WITHHELD
from crm.people.rights import Right
from crm.sql.page import Page
from web.desk.actions import queue_names
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Action, Cell, Option, RowButton, RowForm
from web.kit.listing.usual import number_column, search, text_column, time_column
from web.number_lists.actions import show_lists
from web.number_lists.entry_actions import shape_of
from web.number_lists.shapes import ListEntryShape, ListShape
from web.number_lists.words import (
    AS_LIST,
    DIRECTIONS,
    KIND_TONES,
    KINDS,
    STATE_TONES,
    STATES,
    effect_name,
)

HELD = frozenset({EntryState.WAITING, EntryState.ACTIVE, EntryState.EXPIRED})


def _kind(one: ListShape | ListEntryShape, reader: Reader) -> Cell:
    return Cell(reader.gettext(KINDS[one.kind]), badge=KIND_TONES[one.kind])


def _waiting(one: ListShape, reader: Reader) -> Cell:
    url = f"/number-lists/{one.id}?state=waiting" if one.waiting else ""
    return Cell(reader.number(one.waiting), url=url)


LISTS: Listing[ListShape] = Listing(
    name="number_lists",
    url="/number-lists",
    title=N_("Number lists"),
    note=N_(
        "Black lists block numbers, VIP lists prefer them, white lists are never blocked. Changes "
        "apply immediately."
    ),
    right=Right.LISTS_EDIT,
    rows=lambda session, _: show_lists(session),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column("kind", N_("Type"), _kind, order=lambda one: one.kind),
        number_column("active", STATES[EntryState.ACTIVE], lambda one: one.active),
        Column(
            "waiting",
            STATES[EntryState.WAITING],
            _waiting,
            order=lambda one: one.waiting,
            value=lambda one, _: one.waiting,
            align="end",
        ),
        text_column("note", N_("Note"), lambda one: one.note),
    ),
    filters=(
        search(),
        Filter("kind", N_("Type"), FilterKind.CHOICE, KINDS, of=lambda one: one.kind),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/number-lists/{one.id}",
    empty=N_("There are no number lists yet."),
    empty_icon="ban",
    add_url="/number-lists/new",
    add_label=N_("Add list"),
    add_right=Right.LISTS_EDIT,
)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as a row, with what the reader may do with it."""

    entry: ListEntryShape
    effect: str
    may_edit: bool
    may_decide: bool


def _fetch(session: Session, query: ListQuery) -> Page[EntryRow]:
    at, who = now(), query.who
    page = entry_store.entries(
        session,
        _filter(session, query),
        at,
        newest_first=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    queues, as_list = queue_names(session, query.reader), query.reader.gettext(AS_LIST)
    found = []
    for stored in page.items:
        shape = shape_of(stored, at)
        mine = stored.added_by == who.user.id
        row = EntryRow(
            shape,
            effect_name(stored.draft.effect, queues, query.reader) or as_list,
            may_edit=who.may(Right.LISTS_EDIT) and shape.state in HELD - {EntryState.EXPIRED},
            may_decide=who.may(Right.LISTS_APPROVE)
            and shape.state is EntryState.WAITING
            and not mine,
        )
        found.append(row)
    return Page(tuple(found), page.next)


def _count(session: Session, query: ListQuery) -> int:
    return entry_store.count_entries(session, _filter(session, query), now())


def _filter(session: Session, query: ListQuery) -> EntryFilter:
    list_ = query.id("list")
    if "number_list" in query.place:
        list_ = store.number_list(session, query.place_id("number_list")).id
    state, direction = query.text("state"), query.text("direction")
    return EntryFilter(
        list=list_,
        state=EntryState(state) if state else None,
        direction=ListDirection(direction) if direction else None,
        number=query.text("number"),
        region=query.reader.region,
        import_id=query.id("import"),
    )


def _number(row: EntryRow, reader: Reader) -> Cell:
    one = row.entry
    if one.number == WITHHELD.text:
        return Cell(reader.phone(""), note=one.reason)
    if one.segment:
        return Cell(one.number, note=one.reason)
    return Cell(reader.phone(one.number), phone=one.number, note=one.reason)


def _state(row: EntryRow, reader: Reader) -> Cell:
    one = row.entry
    return Cell(
        reader.gettext(STATES[one.state]),
        badge=STATE_TONES[one.state],
        note=one.decided_by.name if one.decided_by else "",
    )


def _added(row: EntryRow, reader: Reader) -> Cell:
    one = row.entry
    return Cell(reader.moment(one.added_at), note=one.added_by.name if one.added_by else "")


def _do(row: EntryRow, reader: Reader) -> Cell:
    buttons = []
    if row.may_decide:
        buttons.append(RowButton("approve", reader.gettext(N_("Approve")), "check"))
        buttons.append(RowButton("reject", reader.gettext(N_("Reject")), "x"))
    if row.may_edit:
        number = _number(row, reader).text
        label = reader.say(N_("Remove {number}"), number=number)
        buttons.append(RowButton("remove", label, "trash", only_icon=True))
    if not buttons:
        return Cell()
    id_ = row.entry.id
    return Cell(form=RowForm(f"entry-{id_}", f"/number-lists/entries/{id_}", {}, tuple(buttons)))


def _lists(session: Session, _query: ListQuery) -> Sequence[Option]:
    return [Option(str(one.id), one.draft.name) for one in store.number_lists(session)]


ENTRIES: Listing[EntryRow] = Listing(
    name="number_list_entries",
    url="/number-lists/entries",
    title=N_("All entries"),
    right=Right.LISTS_EDIT,
    fetch=_fetch,
    count=_count,
    sort="-added",
    columns=(
        Column(
            "number",
            N_("Phone number"),
            _number,
            value=lambda row, _: row.entry.number,
            required=True,
        ),
        Column(
            "list",
            N_("Number list"),
            lambda row, _: Cell(row.entry.list.name, url=f"/number-lists/{row.entry.list.id}"),
        ),
        Column("kind", N_("Type"), lambda row, reader: _kind(row.entry, reader)),
        Column(
            "direction",
            N_("Direction"),
            lambda row, reader: reader.gettext(DIRECTIONS[row.entry.direction]),
        ),
        text_column("effect", N_("Effect"), lambda row: row.effect),
        Column("state", N_("State"), _state),
        time_column("expires", N_("Expires"), lambda row: row.entry.expires_at),
        Column(
            "added",
            N_("Added"),
            _added,
            "added",
            value=lambda row, _: row.entry.added_at,
        ),
        text_column("reason", N_("Reason"), lambda row: row.entry.reason, shown=False),
        Column("do", N_("Actions"), _do, align="end", required=True, in_file=False),
    ),
    filters=(
        Filter(
            "number",
            N_("Phone number"),
            placeholder=N_("Whole, or its beginning"),
            longest=40,
        ),
        Filter("state", N_("State"), FilterKind.CHOICE, STATES),
        Filter("direction", N_("Direction"), FilterKind.CHOICE, DIRECTIONS),
        Filter("list", N_("Number list"), FilterKind.ID, _lists),
        Filter("import", N_("Import"), FilterKind.ID, only_used=True),
    ),
    row_id=lambda row: row.entry.id,
    row_off=lambda row: row.entry.state not in {EntryState.WAITING, EntryState.ACTIVE},
    actions=(
        Action(
            "approve",
            N_("Approve"),
            "/number-lists/entries/approve",
            icon="check",
            confirm=N_("Approve the selected entries? They take effect immediately."),
            right=Right.LISTS_APPROVE,
        ),
        Action(
            "reject",
            N_("Reject"),
            "/number-lists/entries/reject",
            icon="x",
            confirm=N_("Reject the selected entries?"),
            right=Right.LISTS_APPROVE,
        ),
        Action(
            "remove",
            N_("Remove"),
            "/number-lists/entries/remove",
            icon="trash",
            confirm=N_("Remove the selected entries from their lists?"),
            danger=True,
            right=Right.LISTS_EDIT,
        ),
    ),
    empty=N_("No entries yet."),
    empty_icon="ban",
    import_target="number-list-entries",
    import_right=Right.LISTS_EDIT,
)

# The entries of one list, on its own page.
LIST_ENTRIES: Listing[EntryRow] = replace(
    ENTRIES,
    name="entries_of_a_number_list",
    url="/number-lists/{number_list}",
    title=N_("Entries"),
    export_url="/number-lists/{number_list}/entries/export",
    import_option="list={number_list}",
    columns=tuple(one for one in ENTRIES.columns if one.key not in {"list", "kind"}),
    filters=tuple(one for one in ENTRIES.filters if one.name != "list"),
)
