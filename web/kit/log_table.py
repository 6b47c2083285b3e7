"""A log as a list: newest first, narrowed by what is typed above it, and taken as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from fastapi import Request, Response

from crm.kernel.errors import InvalidError
from crm.sql.page import Page
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of
from web.kit.table import Column, Filter, ListState, Option, Row, Table

PIECE = 500  # lines that are read at once for a file
Shown = TypeVar("Shown")
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A field that narrows a log: its word in the address, its label, how it is drawn."""

    name: str
    label: str  # to be translated
    kind: str = "search"


@dataclass(frozen=True, slots=True)
class Log:
    """What one log is as a list; labels and the title are to be translated."""

    name: str  # of its table and, after a slash, its address
    title: str
    icon: str  # where there are no lines
    columns: Sequence[Column]
    narrowed_by: Sequence[Narrowing]

    def heads(self, reader: Reader) -> list[Column]:
        """Give the columns in the reader's words."""
        return [replace(one, label=reader.gettext(one.label)) for one in self.columns]

    def filters(
        self,
        request: Request,
        error: InvalidError | None,
        options: Mapping[str, Sequence[Option]],
    ) -> list[Filter]:
        """Draw what narrows it as it was typed, and what is wrong about it."""
        reader, typed = reader_of(request), request.query_params
        wrong = {error.field: reader.error(error)} if error else {}
        return [
            Filter(
                one.name,
                reader.gettext(one.label),
                one.kind,
                options.get(one.name, ()),
                typed.get(one.name, ""),
                error=wrong.get(one.name, ""),
            )
            for one in self.narrowed_by
        ]

    def table(  # noqa: PLR0913 - a list has these parts
        self,
        request: Request,
        state: ListState,
        rows: Sequence[Row],
        after: str | None,
        *,
        error: InvalidError | None,
        options: Mapping[str, Sequence[Option]],
    ) -> Table:
        """Make the list of these rows; `after` is the cursor of those below them."""
        reader = reader_of(request)
        return Table(
            name=self.name,
            url=f"/{self.name}",
            title=reader.gettext(self.title),
            columns=self.heads(reader),
            rows=rows,
            filters=self.filters(request, error, options),
            next=after,
            export_url=f"/{self.name}/export",
            empty_icon=self.icon,
        ).as_asked(state)


def show(
    request: Request, template: str, table: Table, error: InvalidError | None, **more: object
) -> Response:
    """Show a log's page; 422 if what narrows it cannot be read."""
    pages = context_of(request).pages
    return pages.page(request, template, {"table": table, **more}, status=422 if error else 200)


def every(
    ask: Callable[[str | None], Page[Kept]], shape: Callable[[Sequence[Kept]], Sequence[Shown]]
) -> Iterator[Shown]:
    """Give all lines of a long list, page by page: `ask` takes the cursor of the next one."""
    cursor: str | None = None
    while True:
        page = ask(cursor)
        yield from shape(page.items)
        if not (cursor := page.next):
            return
