"""Lists as tables: their columns, filters, rows and actions, and what an address asks of them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.preferences.preference import View
from crm.preferences.store import preferences, views
from web.kit.request import context_of

SIZES = (10, 25, 50, 100, 200)
DENSITY = "density"  # the preference that says how closely rows stand
TRAIL_MOST = 30  # pages that "Previous" finds its way back through
_BETWEEN = "~"  # never part of a cursor


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list; `sort` is the word for it in an address, "" if it orders nothing."""

    key: str
    label: str
    sort: str = ""
    align: str = "start"  # or "end"
    shown: bool = True  # unless somebody chose for himself
    required: bool = False  # always there


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a filter."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A field above the list; its name stands in the address."""

    name: str
    label: str
    kind: str = "search"  # text, select, date, datetime, number
    options: Sequence[Option] = ()
    value: str = ""
    placeholder: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands where a row and a column meet. `html` goes before everything else."""

    text: str = ""
    url: str = ""
    badge: str = ""  # a tone: the text is drawn as a badge of it
    note: str = ""  # a second, quieter line
    icon: str = ""
    title: str = ""
    html: Markup | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells by the keys of the columns, and perhaps where the whole row leads."""

    id: int | str
    cells: Mapping[str, Cell]
    url: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done with all chosen rows; `url` gets `ids=…` once for each of them by POST."""

    name: str
    label: str
    url: str
    icon: str = ""
    confirm: str = ""  # the sentence that is asked first
    danger: bool = False
    right: Right | None = None


@dataclass(frozen=True, slots=True)
class ListState:
    """What an address and its reader's preferences ask of a list."""

    name: str
    limit: int
    sort: str = ""
    descending: bool = False
    cursor: str = ""
    chosen: tuple[str, ...] = ()  # keys of columns; all that are `shown` if empty
    view: int = 0
    views: tuple[View, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A list, ready to be drawn by `components.html`."""

    name: str
    url: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    filters: Sequence[Filter] = ()
    sort: str = ""
    descending: bool = False
    limit: int = 50
    next: str | None = None
    cursor: str = ""
    total: int | None = None
    total_at_least: bool = False
    actions: Sequence[Action] = ()
    export_url: str = ""
    empty: str = ""
    empty_icon: str = ""
    views: Sequence[View] = ()
    chosen: Sequence[str] = ()
    add_url: str = ""
    add_label: str = ""
    error: str = ""

    def as_asked(self, state: ListState) -> "Table":
        """Give this table with all that `read_list` found out."""
        return replace(
            self,
            sort=state.sort,
            descending=state.descending,
            limit=state.limit,
            cursor=state.cursor,
            chosen=state.chosen,
            views=state.views,
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as it is drawn: where a press on it leads, and how it is sorted now."""

    column: Column
    url: str = ""
    sorted: str = ""  # "ascending", "descending", as ARIA says it


@dataclass(frozen=True, slots=True)
class Link:
    """An address with a name."""

    label: str
    url: str
    current: bool = False
    id: int = 0
    shared: bool = False
    own: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """All addresses that a drawn table needs, made from the one it was asked by."""

    headings: Sequence[Heading]
    sizes: Sequence[Link]
    views: Sequence[Link]
    actions: Sequence[Action]
    chosen: Sequence[str]
    kept: Sequence[tuple[str, str]]  # what the filter's form carries along, hidden
    query: Mapping[str, str]  # what a saved view would keep
    filtered: bool
    clear_url: str
    first_url: str
    previous_url: str
    next_url: str
    csv_url: str
    xlsx_url: str


def read_list(  # noqa: PLR0913 - what a list is asked for
    request: Request,
    who: SignedIn,
    name: str,
    columns: Sequence[Column],
    default_sort: str = "",
    *,
    session: Session | None = None,
) -> ListState:
    """Read what is asked of a list; asks the database for the reader's columns and views.

    `default_sort` and the address's `sort` begin with `-` when they go down. What cannot be read
    counts as not said: an old bookmark still opens. A page that has a session gives it.
    """
    context, asked = context_of(request), request.query_params
    # The session's guard has just read them; to ask again could need a second connection here.
    size = context.settings_cache.known().number("page_size")
    sort, descending = read_sort(asked.get("sort", ""), columns, default_sort)
    with context.database.begin() if session is None else nullcontext(session) as asking:
        kept = preferences(asking, who.user.id, (columns_key(name), DENSITY))
        known = views(asking, who.user.id, name)
    request.state.density = str(kept.get(DENSITY) or "")  # the page around it would ask again
    return ListState(
        name=name,
        limit=_whole(asked.get("limit", ""), size, SIZES[-1]),
        sort=sort,
        descending=descending,
        cursor=asked.get("cursor", ""),
        chosen=chosen_columns(kept.get(columns_key(name)), columns),
        view=_whole(asked.get("view", ""), 0, 2**31),
        views=tuple(known),
    )


def columns_key(name: str) -> str:
    """Name the preference that keeps the columns of a list."""
    return f"lists.{name}.columns"


def read_sort(asked: str, columns: Sequence[Column], default: str) -> tuple[str, bool]:
    """Read an order; one by a column that orders nothing is not an order."""
    known = {column.sort for column in columns if column.sort}
    for wanted in (asked, default):
        key = wanted.removeprefix("-")
        if key in known or (wanted is default and key):
            return key, wanted.startswith("-")
    return "", False


def chosen_columns(kept: object, columns: Sequence[Column]) -> tuple[str, ...]:
    """Read the columns somebody chose, in the list's own order; none if he never chose."""
    if not isinstance(kept, list):
        return ()
    wanted = set(map(str, kept))
    return tuple(one.key for one in columns if one.required or one.key in wanted)


def lay_out(table: Table, path: str, user: int, rights: Iterable[str]) -> Layout:
    """Make a table's addresses from that of the page, whose other words they keep."""
    base, _, own = table.url.partition("?")
    here, _, asked = path.partition("?")
    words = dict(parse_qsl(own))
    if here == base:
        words |= dict(parse_qsl(asked))
    trail = words.pop("before", "")
    cursor = words.pop("cursor", "") or table.cursor
    view = words.pop("view", "")
    names = {one.name for one in table.filters}
    held = set(rights)

    def to(**more: object) -> str:
        return address(base, words | {key: str(value) for key, value in more.items()})

    return Layout(
        headings=[_heading(column, table, base, words) for column in _shown(table)],
        sizes=[Link(str(size), to(limit=size), size == table.limit) for size in _sizes(table)],
        views=[_view_link(one, base, view, user) for one in table.views],
        actions=[one for one in table.actions if one.right is None or one.right.value in held],
        chosen=[column.key for column in _shown(table)],
        kept=[(key, value) for key, value in words.items() if key not in names],
        query=words,
        filtered=any(one.value for one in table.filters),
        clear_url=address(base, dict(parse_qsl(own))),
        first_url=to() if cursor else "",
        previous_url=_previous(base, words, trail) if cursor else "",
        next_url=to(cursor=table.next, before=_further(trail, cursor)) if table.next else "",
        csv_url=_export(table, words, "csv"),
        xlsx_url=_export(table, words, "xlsx"),
    )


def address(base: str, words: Mapping[str, str]) -> str:
    """Put a place and its words together; a word without a value is left out."""
    said = {key: value for key, value in words.items() if value}
    return f"{base}?{urlencode(said)}" if said else base


def words_of(asked: QueryParams, filters: Iterable[str]) -> dict[str, str]:
    """Give what was typed into the filters."""
    return {name: asked.get(name, "") for name in filters}


def _shown(table: Table) -> list[Column]:
    chosen = set(table.chosen)
    if not chosen:
        return [one for one in table.columns if one.shown or one.required]
    return [one for one in table.columns if one.required or one.key in chosen]


def _heading(column: Column, table: Table, base: str, words: Mapping[str, str]) -> Heading:
    if not column.sort:
        return Heading(column)
    now = column.sort == table.sort
    down = now and not table.descending
    url = address(base, {**words, "sort": f"-{column.sort}" if down else column.sort})
    direction = "descending" if table.descending else "ascending"
    return Heading(column, url, direction if now else "")


def _sizes(table: Table) -> list[int]:
    return sorted({*SIZES, table.limit})


def _view_link(view: View, base: str, current: str, user: int) -> Link:
    url = address(base, {**view.query, "view": str(view.id)})
    own = view.owner == user
    return Link(view.name, url, current == str(view.id), view.id, view.shared, own)


def _further(trail: str, cursor: str) -> str:
    """Remember the page we leave; the first one needs no remembering."""
    passed = [one for one in trail.split(_BETWEEN) if one]
    return _BETWEEN.join([*passed, cursor][-TRAIL_MOST:]) if cursor else ""


def _previous(base: str, words: Mapping[str, str], trail: str) -> str:
    passed = [one for one in trail.split(_BETWEEN) if one]
    if not passed:
        return address(base, words)
    return address(base, {**words, "cursor": passed[-1], "before": _BETWEEN.join(passed[:-1])})


def _export(table: Table, words: Mapping[str, str], form: str) -> str:
    if not table.export_url:
        return ""
    base, _, own = table.export_url.partition("?")
    return address(base, {**dict(parse_qsl(own)), **words, "format": form})


def _whole(text: str, default: int, most: int) -> int:
    good = text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004 - fits an int
    return min(int(text), most) if good and int(text) else default
