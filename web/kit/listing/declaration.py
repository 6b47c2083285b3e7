"""The declaration of a list; its page, its JSON answer and its files are made from it.

A list either comes page by page from a store (`fetch`), or is short enough to be read whole
(`rows`); then it is filtered, sorted and paged in memory.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session
from starlette.datastructures import State

from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.sql.page import Page
from web.kit.i18n import Reader
from web.kit.listing.table import Action, Cell, Option

Shown = TypeVar("Shown")  # one item of the list, as the API gives it
COUNTED_MOST = 10_000_000
LONGEST_ID = 19  # digits


@dataclass(frozen=True, slots=True)
class ListQuery:
    """One request for a list: its reader, filter, order and page.

    `typed` are the filters as they came, `values` those that were understood, by their names;
    `place` are the parts of the address, for the list of things that belong to another thing;
    `state` is what the process keeps (`app.state`), for a list that comes from no database.
    `right` is the right that the list is asked for by, for lists that show only a part to some.
    """

    who: SignedIn
    reader: Reader
    right: Right | None = None
    sort: str = ""
    descending: bool = False
    limit: int = 50
    cursor: str | None = None
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    place: Mapping[str, str] = field(default_factory=dict[str, str])
    state: State = field(default_factory=State)

    @property
    def order(self) -> str:
        """The order as an address says it: `-` in front means descending."""
        return f"-{self.sort}" if self.descending else self.sort

    def text(self, name: str) -> str:
        """Give the value of a filter of text; "" if there is none."""
        return str(self.values.get(name, ""))

    def id(self, name: str) -> int | None:
        """Give the value of a filter of kind `ID`."""
        found: int | None = self.values.get(name)
        return found

    def place_id(self, name: str) -> int:
        """Give the id that stands in the address; MissingError if it is none."""
        text = self.place[name]
        if not (text.isascii() and text.isdecimal() and len(text) < LONGEST_ID):
            raise MissingError("This page does not exist.")
        return int(text)

    def seconds(self, name: str) -> float | None:
        """Give the value of a filter of kind `LENGTH`."""
        found: float | None = self.values.get(name)
        return found

    def time(self, name: str) -> datetime | None:
        """Give the value of a filter of kind `SINCE` or `UNTIL`."""
        found: datetime | None = self.values.get(name)
        return found


class FilterKind(StrEnum):
    """How the text of a filter is read and how its field is drawn."""

    TEXT = "text"
    CHOICE = "choice"
    ID = "id"  # a choice whose keys are numbers
    FLAG = "flag"
    SINCE = "since"  # a day or a time in the reader's zone
    UNTIL = "until"  # the same; a day counts to its end
    LENGTH = "length"  # of time: seconds, or minutes and seconds as 1:30


@dataclass(frozen=True, slots=True)
class Filter(Generic[Shown]):
    """One filter of a list. Its name is the parameter in the address."""

    name: str
    label: str  # to be translated
    kind: FilterKind = FilterKind.TEXT
    # Keys with their sentences, or the function that gives them. Only fixed ones are checked.
    options: Mapping[str, str] | Callable[[Session, ListQuery], Sequence[Option]] = field(
        default_factory=dict[str, str]
    )
    placeholder: str = ""  # to be translated
    longest: int = 100  # letters
    by_minute: bool = False  # of a time: the field offers hours and minutes too
    fewest: int = 0  # options; with fewer the field is not drawn
    only_used: bool = False  # the field is drawn only while it has a value
    of: Callable[[Shown], str] | None = None  # of a list in memory: the value to compare with
    by_source: bool = False  # of a list in memory: its `rows` give only what fits


@dataclass(frozen=True, slots=True)
class Column(Generic[Shown]):
    """One column of a list."""

    key: str
    label: str  # to be translated
    cell: Callable[[Shown, Reader], Cell | str]
    sort: str = ""  # the name of its order in an address; "" if a store cannot sort by it
    order: Callable[[Shown], Any] | None = None  # of a list in memory: the value to sort by
    value: Callable[[Shown, Reader], object] | None = None  # in a file; the cell's text if None
    align: str = "start"  # or "end"
    shown: bool = True  # for users who did not choose columns
    required: bool = False  # always shown
    in_file: bool = True
    help: str = ""  # what the column shows, to be translated


@dataclass(frozen=True, slots=True)
class FileColumn(Generic[Shown]):
    """One column of a list's file."""

    label: str  # to be translated
    value: Callable[[Shown, Reader], object]


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum over all rows that the filter of a list leaves."""

    label: str  # to be translated
    shown: str
    value: float | str  # in a file
    unit: str = ""  # of the value in a file, in the reader's language


@dataclass(frozen=True, slots=True)
class Export(Generic[Shown]):
    """How a list becomes a file, and how the audit log names it. Empty: all columns."""

    columns: Sequence[FileColumn[Shown]] = ()
    right: Right | None = None  # the list's own if None
    action: str = "list.exported"
    thing: str = "lists"


@dataclass(frozen=True, slots=True)
class Listing(Generic[Shown]):
    """A list. All words in it are sentences to be translated.

    The list of things that belong to another thing has places in its addresses, `/users/{user}`;
    they are filled from the address of the request.
    """

    name: str  # of its saved views and chosen columns
    url: str
    title: str
    columns: Sequence[Column[Shown]]
    right: Right | None  # None: any signed-in person, or the holders of one of `rights`
    fetch: Callable[[Session, ListQuery], Page[Shown]] | None = None
    rows: Callable[[Session, ListQuery], Sequence[Shown]] | None = None
    count: Callable[[Session, ListQuery], int] | None = None
    sums: Callable[[Session, ListQuery], Sequence[Sum]] | None = None  # below the rows
    counted_most: int = COUNTED_MOST  # a larger count is shown as "… or more"
    note: str = ""  # a sentence below the title
    # What the filter leaves, in the reader's language; "": the note stands there.
    told: Callable[[Session, ListQuery], str] | None = None
    filters: Sequence[Filter[Shown]] = ()
    sort: str = ""  # the default order; `-` in front means descending
    row_id: Callable[[Shown], int | str] | None = None
    row_url: Callable[[Shown], str] | None = None
    row_off: Callable[[Shown], bool] | None = None  # drawn as switched off
    row_name: Callable[[Shown, Reader], str] | None = None  # for a row that can be moved
    order_url: str = ""  # takes the ids of all rows in the order that a user puts them in
    actions: Sequence[Action] = ()
    export: Export[Shown] = field(default_factory=Export)
    export_url: str = ""  # the list's own address and `/export` if empty
    in_person: bool = False  # not for tokens of programs
    empty: str = ""
    empty_icon: str = ""
    add_url: str = ""
    add_label: str = ""
    add_right: Right | None = None
    rights: Sequence[Right] = ()  # any of them opens the list; in place of `right`
    import_target: str = ""  # what its "Import" button leads to
    import_option: str = ""  # a choice of the target that the list's place makes: `list={list}`
    import_right: Right | None = None

    def sort_of(self, column: Column[Shown]) -> str:
        """Give the name of a column's order in an address; "" if it cannot be sorted by."""
        return column.sort or (column.key if self.rows and column.order else "")

    @property
    def sorts(self) -> Sequence[str]:
        """The names of the orders in an address."""
        return [word for one in self.columns if (word := self.sort_of(one))]

    @property
    def opened_by(self) -> Sequence[Right]:
        """The rights of which one is needed; none: any signed-in person."""
        return [self.right] if self.right else self.rights

    @property
    def export_right(self) -> Right | None:
        """The right needed for its file."""
        return self.export.right or self.right

    @property
    def sums_address(self) -> str:
        """The address of the part of its page that shows its sums; "" without sums."""
        return f"{self.url}/sums" if self.sums else ""

    @property
    def export_address(self) -> str:
        """The address of its file."""
        return self.export_url or f"{self.url}/export"
