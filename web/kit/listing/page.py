"""The page of a list: its declaration, the reader's columns and views, and one page of rows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import ImpossibleError, InvalidError
from crm.people.person import SignedIn
from crm.preferences.preference import View
from crm.preferences.store import preferences, views
from crm.sql.page import Page
from web.kit.date_input import when
from web.kit.i18n import Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery, Shown
from web.kit.listing.memory import page_of
from web.kit.listing.query import read_filters, read_sort
from web.kit.listing.table import (
    SIZES,
    Cell,
    FilterField,
    Heading,
    Option,
    Table,
    TableRow,
    shown_columns,
)
from web.kit.request import context_of, reader_of

DENSITY = "density"  # the preference for the spacing of rows


@dataclass(frozen=True, slots=True)
class ListPreferences:
    """A user's choices for a list: columns (the usual ones if empty) and saved views."""

    columns: tuple[str, ...]
    views: tuple[View, ...]


def columns_key(name: str) -> str:
    """Name the preference that keeps the columns of a list."""
    return f"lists.{name}.columns"


def list_page(  # noqa: PLR0913, PLR0917 - which list, and what else its page shows
    request: Request,
    who: SignedIn,
    listing: Listing[Shown],
    template: str = "list.html",
    shown: Mapping[str, object] | None = None,
    status: int = 0,
) -> Response:
    """Answer with the page of a list; 422 if a filter is wrong.

    `shown` goes to the template; `status` is that of an error which it shows.
    """
    context = context_of(request)
    with context.database.begin() as session:
        table = read_table(session, request, who, listing)
    values = {"table": table, "tabs": (), **(shown or {})}
    return context.pages.page(request, template, values, status=status or table.status)


def read_table(
    session: Session, request: Request, who: SignedIn, listing: Listing[Shown], **place: object
) -> Table:
    """Read one page of a list as its address asks for it; what is wrong is said in it.

    `place` fills the places of the list's address that are not in that of the request.
    """
    query, errors = read_query(request, who, listing)
    query = replace(query, place={**query.place, **{name: str(one) for name, one in place.items()}})
    chosen = _preferences(session, request, who, listing)
    page: Page[Shown] = Page((), None)
    total: int | None = 0
    if not errors:
        try:
            page, total = _counted(session, listing, query)
        except InvalidError as error:
            errors = [error]
    return _table(session, listing, query, chosen, page, errors, total)


def fetch(session: Session, listing: Listing[Shown], query: ListQuery) -> Page[Shown]:
    """Read one page of a list; InvalidError if it cannot be continued from the cursor."""
    if listing.rows is not None:
        return page_of(listing, listing.rows(session, query), query)[0]
    if listing.fetch is None:
        raise ImpossibleError(f"The list {listing.name} has no source.")
    return listing.fetch(session, query)


def read_query(
    request: Request, who: SignedIn, listing: Listing[Any]
) -> tuple[ListQuery, list[InvalidError]]:
    """Read order, filters and page from an address; unknown orders and sizes become the default."""
    words, reader = request.query_params, reader_of(request)
    sort, descending = read_sort(words.get("sort", ""), listing.sorts, listing.sort)
    typed = {one.name: words.get(one.name, "") for one in listing.filters}
    values, errors = read_filters(listing.filters, typed, reader)
    # Signing in has just read the parameters; reading them again could need a second connection.
    size = context_of(request).settings_cache.known().number("page_size")
    query = ListQuery(
        who=who,
        reader=reader,
        right=listing.right,
        sort=sort,
        descending=descending,
        limit=_size(words.get("limit", ""), size),
        cursor=words.get("cursor") or None,
        typed=typed,
        values=values,
        place=request.path_params,
        state=request.app.state,
    )
    return query, errors


def filled(address: str, place: Mapping[str, str]) -> str:
    """Fill the places of a list's address."""
    return address.format_map({name: quote(str(part), safe="") for name, part in place.items()})


def headings_of(listing: Listing[Any], reader: Reader) -> list[Heading]:
    """Give the headings of all columns in the reader's language."""
    return [
        Heading(
            one.key,
            reader.gettext(one.label),
            listing.sort_of(one),
            one.align,
            one.shown,
            one.required,
            reader.gettext(one.help),
        )
        for one in listing.columns
    ]


def chosen_columns(kept: object, columns: Sequence[Column[Any] | Heading]) -> tuple[str, ...]:
    """Read the columns a person chose, in the list's own order; none if they never chose."""
    if not isinstance(kept, list):
        return ()
    wanted = set(map(str, kept))
    return tuple(one.key for one in columns if one.required or one.key in wanted)


def _preferences(
    session: Session, request: Request, who: SignedIn, listing: Listing[Any]
) -> ListPreferences:
    key = columns_key(listing.name)
    kept = preferences(session, who.user.id, (key, DENSITY))
    request.state.density = str(kept.get(DENSITY) or "")  # the page around it would read it again
    chosen = chosen_columns(kept.get(key), listing.columns)
    return ListPreferences(chosen, tuple(views(session, who.user.id, listing.name)))


def _counted(
    session: Session, listing: Listing[Shown], query: ListQuery
) -> tuple[Page[Shown], int | None]:
    """Read one page of a list, and how many rows fit its filter; None if that is not known."""
    if listing.rows is not None:
        return page_of(listing, listing.rows(session, query), query)
    page = fetch(session, listing, query)
    if query.cursor is None and page.next is None:
        return page, len(page.items)
    return page, listing.count(session, query) if listing.count else None


def _table(  # noqa: PLR0913, PLR0917 - a page of a list has these parts
    session: Session,
    listing: Listing[Shown],
    query: ListQuery,
    chosen: ListPreferences,
    page: Page[Shown],
    errors: Sequence[InvalidError],
    total: int | None,
) -> Table:
    who, say = query.who, query.reader.gettext
    columns = headings_of(listing, query.reader)
    drawn = {one.key for one in shown_columns(columns, chosen.columns)}
    fields = _fields(session, listing, query, errors)
    beside = {one.name for one in fields}
    above = next((one for one in errors if one.field not in beside), None)
    may_export = listing.export_right is None or who.may(listing.export_right)
    may_add = listing.add_right is None or who.may(listing.add_right)
    return Table(
        name=listing.name,
        url=filled(listing.url, query.place),
        title=say(listing.title),
        note=(listing.told(session, query) if listing.told else "") or say(listing.note),
        columns=columns,
        rows=_rows(listing, page.items, drawn, query.reader),
        filters=fields,
        sort=query.sort,
        descending=query.descending,
        limit=query.limit,
        next=page.next,
        cursor=query.cursor or "",
        total=None if total is None else min(total, listing.counted_most),
        total_at_least=total is not None and total > listing.counted_most,
        actions=[
            replace(one, label=say(one.label), confirm=say(one.confirm)) for one in listing.actions
        ],
        export_url=filled(listing.export_address, query.place) if may_export else "",
        sums_url=filled(listing.sums_address, query.place) if page.items else "",
        empty=say(listing.empty),
        empty_icon=listing.empty_icon,
        views=chosen.views,
        chosen=chosen.columns,
        add_url=listing.add_url if may_add else "",
        add_label=say(listing.add_label),
        import_url=_import_url(listing, query, who),
        order_url=filled(listing.order_url, query.place) if _may_move(query, page) else "",
        error=query.reader.error(above) if above else "",
        status=422 if errors else 200,
    )


def _import_url(listing: Listing[Any], query: ListQuery, who: SignedIn) -> str:
    if not listing.import_target or (listing.import_right and not who.may(listing.import_right)):
        return ""
    option = f"&{filled(listing.import_option, query.place)}" if listing.import_option else ""
    return f"/imports/new?target={listing.import_target}{option}"


def _may_move(query: ListQuery, page: Page[Any]) -> bool:
    """Whether the whole list is shown in its own order."""
    whole = page.next is None and not query.cursor
    return whole and not query.values and not query.sort and len(page.items) > 1


def _rows(
    listing: Listing[Shown], items: Sequence[Shown], drawn: set[str], reader: Reader
) -> list[TableRow]:
    columns = [one for one in listing.columns if one.key in drawn]
    row_id, row_url, row_off = listing.row_id, listing.row_url, listing.row_off
    row_name = listing.row_name
    return [
        TableRow(
            row_id(one) if row_id else place,
            {column.key: _cell(column.cell(one, reader)) for column in columns},
            row_url(one) if row_url else "",
            disabled=row_off(one) if row_off else False,
            name=row_name(one, reader) if row_name else "",
        )
        for place, one in enumerate(items)
    ]


def _cell(made: Cell | str) -> Cell:
    return made if isinstance(made, Cell) else Cell(made)


def _fields(
    session: Session, listing: Listing[Any], query: ListQuery, errors: Sequence[InvalidError]
) -> list[FilterField]:
    wrong = {one.field: query.reader.error(one) for one in errors}
    found = []
    for one in listing.filters:
        typed = query.typed.get(one.name, "")
        if one.only_used and not typed:
            continue
        options = _options(session, one, query)
        if len(options) < one.fewest and not typed:
            continue
        kind = _drawn_kind(one, typed)
        found.append(
            FilterField(
                one.name,
                query.reader.gettext(one.label),
                kind,
                options,
                _local_time(query.reader, typed) if kind == "datetime" else typed,
                query.reader.gettext(one.placeholder),
                wrong.get(one.name, ""),
            )
        )
    return found


def _options(session: Session, one: Filter[Any], query: ListQuery) -> Sequence[Option]:
    if callable(one.options):
        return one.options(session, query)
    return [Option(key, query.reader.gettext(name)) for key, name in one.options.items()]


def _drawn_kind(one: Filter[Any], typed: str) -> str:
    match one.kind:
        case FilterKind.CHOICE | FilterKind.ID:
            return "select"
        case FilterKind.SINCE | FilterKind.UNTIL:
            return "datetime" if one.by_minute or "T" in typed else "date"
        case FilterKind.FLAG:
            return "checkbox"
        case FilterKind.TEXT | FilterKind.LENGTH:
            return "search"


def _local_time(reader: Reader, typed: str) -> str:
    """Write a time as its field takes it: local, without a zone, which would empty the field."""
    with suppress(InvalidError):
        found = when(typed, reader, "")
        return reader.local(found).strftime("%Y-%m-%dT%H:%M:%S") if found else typed
    return typed


def _size(text: str, default: int) -> int:
    good = text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004 - fits an int
    return min(int(text), SIZES[-1]) if good and int(text) else default
