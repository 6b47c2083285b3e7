"""A list as it is drawn: headings, filter fields, rows, and the addresses that it links to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup

from crm.people.rights import Right
from crm.preferences.preference import View

SIZES = (10, 25, 50, 100, 200)
TRAIL_MOST = 30  # pages that "Previous" finds its way back through
_BETWEEN = "~"  # never part of a cursor


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column, in the reader's language."""

    key: str
    label: str
    sort: str = ""  # the name of its order in an address; "" if it cannot be sorted by
    align: str = "start"  # or "end"
    shown: bool = True  # for users who did not choose columns
    required: bool = False  # always shown
    help: str = ""  # what the column shows


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a filter."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field above the list; its name is the parameter in the address."""

    name: str
    label: str
    kind: str = "search"  # or "select", "checkbox", "date", "datetime"
    options: Sequence[Option] = ()
    value: str = ""
    placeholder: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button in a cell that posts to an address, after a question if there is one."""

    label: str
    url: str
    confirm: str = ""
    danger: bool = False
    name: str = ""  # scripts find it by this name
    look: str = "btn btn-sm"  # its classes


@dataclass(frozen=True, slots=True)
class RowButton:
    """One of several buttons of a row; it sends its value as `do`."""

    value: str
    label: str
    icon: str = ""
    only_icon: bool = False
    step: int = 0  # moves the row this many places down, where rows can be moved
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class RowForm:
    """A form in a cell; inputs in other cells of its row name it by `id`."""

    id: str
    url: str
    hidden: Mapping[str, str]
    buttons: Sequence[RowButton]


@dataclass(frozen=True, slots=True)
class Cell:
    """The content of one cell. If `html` is given, only that is drawn."""

    text: str = ""
    url: str = ""
    badge: str = ""  # a tone: the text is drawn as a badge in it
    note: str = ""  # a second, quieter line
    icon: str = ""
    title: str = ""
    html: Markup | None = None
    button: Button | None = None
    form: RowForm | None = None
    phone: str = ""  # the number that the text shows, E.164 or an extension
    customer: int | None = None  # the customer of the number
    ours: bool = False  # the number is ours: not one to be called
    one_line: bool = False  # the text is never broken, as a number


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its cells by the keys of the columns, and the address that it links to, or ""."""

    id: int | str
    cells: Mapping[str, Cell]
    url: str = ""
    disabled: bool = False
    name: str = ""  # of a row that can be moved


@dataclass(frozen=True, slots=True)
class Action:
    """An action for all chosen rows: POST to `url` with `ids=…` once for each of them."""

    name: str
    label: str
    url: str
    icon: str = ""
    confirm: str = ""  # the question that is asked first
    danger: bool = False
    right: Right | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A list, ready to be drawn by `components/table.html`."""

    name: str
    url: str
    title: str
    columns: Sequence[Heading]
    rows: Sequence[TableRow]
    note: str = ""  # a sentence below the title
    filters: Sequence[FilterField] = ()
    sort: str = ""
    descending: bool = False
    limit: int = 50
    next: str | None = None
    cursor: str = ""
    total: int | None = None
    total_at_least: bool = False
    actions: Sequence[Action] = ()
    export_url: str = ""
    sums_url: str = ""
    empty: str = ""
    empty_icon: str = ""
    views: Sequence[View] = ()
    chosen: Sequence[str] = ()  # keys of columns; all that are `shown` if empty
    add_url: str = ""
    add_label: str = ""
    order_url: str = ""  # rows can be moved if there is one
    import_url: str = ""
    error: str = ""
    status: int = 200  # of the page around it


@dataclass(frozen=True, slots=True)
class SortHeading:
    """A heading as it is drawn: the address of a click on it, and how the list is sorted now."""

    column: Heading
    url: str = ""
    sorted: str = ""  # "ascending", "descending", as in ARIA


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """An address with a label: a page size or a saved view."""

    label: str
    url: str
    current: bool = False
    id: int = 0
    shared: bool = False
    own: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """All addresses that a drawn table needs, made from the address of the request."""

    headings: Sequence[SortHeading]
    sizes: Sequence[NamedAddress]
    views: Sequence[NamedAddress]
    actions: Sequence[Action]
    chosen: Sequence[str]
    kept: Sequence[tuple[str, str]]  # hidden fields of the filter form
    query: Mapping[str, str]  # the part that a saved view keeps
    filtered: bool
    clear_url: str
    first_url: str
    previous_url: str
    next_url: str
    sums_url: str
    csv_url: str
    xlsx_url: str


def shown_columns(columns: Sequence[Heading], chosen: Iterable[str]) -> list[Heading]:
    """Give the columns that are drawn: the chosen ones, or the usual ones if none is chosen."""
    keys = set(chosen)
    if not keys:
        return [one for one in columns if one.shown or one.required]
    return [one for one in columns if one.required or one.key in keys]


def lay_out(table: Table, path: str, user: int, rights: Iterable[str]) -> Layout:
    """Make a table's addresses from that of the page; parameters of the page itself are kept."""
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
    shown = shown_columns(table.columns, table.chosen)

    def to(**more: object) -> str:
        return address(base, words | {key: str(value) for key, value in more.items()})

    return Layout(
        headings=[_heading(column, table, base, words) for column in shown],
        sizes=[
            NamedAddress(str(size), to(limit=size), size == table.limit) for size in _sizes(table)
        ],
        views=[_view_address(one, base, view, user) for one in table.views],
        actions=[one for one in table.actions if one.right is None or one.right.value in held],
        chosen=[column.key for column in shown],
        kept=[(key, value) for key, value in words.items() if key not in names],
        query=words,
        filtered=any(one.value for one in table.filters),
        clear_url=address(base, dict(parse_qsl(own))),
        first_url=to() if cursor else "",
        previous_url=_previous(base, words, trail) if cursor else "",
        next_url=to(cursor=table.next, before=_further(trail, cursor)) if table.next else "",
        sums_url=address(table.sums_url, words) if table.sums_url else "",
        csv_url=_export(table, words, "csv"),
        xlsx_url=_export(table, words, "xlsx"),
    )


def address(base: str, words: Mapping[str, str]) -> str:
    """Join a path and its parameters; a parameter without a value is left out."""
    said = {key: value for key, value in words.items() if value}
    return f"{base}?{urlencode(said)}" if said else base


def _heading(column: Heading, table: Table, base: str, words: Mapping[str, str]) -> SortHeading:
    if not column.sort:
        return SortHeading(column)
    now = column.sort == table.sort
    down = now and not table.descending
    url = address(base, {**words, "sort": f"-{column.sort}" if down else column.sort})
    direction = "descending" if table.descending else "ascending"
    return SortHeading(column, url, direction if now else "")


def _sizes(table: Table) -> list[int]:
    return sorted({*SIZES, table.limit})


def _view_address(view: View, base: str, current: str, user: int) -> NamedAddress:
    url = address(base, {**view.query, "view": str(view.id)})
    own = view.owner == user
    return NamedAddress(view.name, url, current == str(view.id), view.id, view.shared, own)


def _further(trail: str, cursor: str) -> str:
    """Add the page that is left to the way back; the first page needs no entry."""
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
