"""Short lists: read whole, then filtered, sorted and paged in memory."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from crm.kernel.errors import InvalidError
from crm.kernel.names import comparable
from crm.sql.page import Page, place_after, read_place
from web.kit.i18n import Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery, Shown
from web.kit.listing.table import Cell


def page_of(
    listing: Listing[Shown], rows: Sequence[Shown], query: ListQuery
) -> tuple[Page[Shown], int]:
    """Give one page of a list, and how many rows fit its filter.

    InvalidError for a cursor of another order.
    """
    found = sorted_rows(listing, matching(listing, rows, query), query)
    start = _start(listing, found, query)
    shown = tuple(islice(found, start, start + query.limit))
    end = start + len(shown)
    if end >= len(found):
        return Page(shown, None), len(found)
    last = listing.row_id(shown[-1]) if listing.row_id else ""
    return Page(shown, place_after(query.order, end, last)), len(found)


def matching(listing: Listing[Shown], rows: Sequence[Shown], query: ListQuery) -> list[Shown]:
    """Give the rows that fit all filters."""
    wanted = [one for one in listing.filters if one.name in query.values and not one.by_source]
    return [row for row in rows if all(_fits(listing, one, row, query) for one in wanted)]


def sorted_rows(listing: Listing[Shown], rows: list[Shown], query: ListQuery) -> list[Shown]:
    """Give the rows in the order asked for; equal ones, and all without one, stay as they are."""
    order = next((one.order for one in listing.columns if listing.sort_of(one) == query.sort), None)
    if order is None:
        return rows
    return sorted(rows, key=order, reverse=query.descending)


def text_of(column: Column[Shown], row: Shown, reader: Reader) -> str:
    """Give the content of a cell as plain text."""
    cell = column.cell(row, reader)
    return f"{cell.text} {cell.note}".strip() if isinstance(cell, Cell) else cell


def _start(listing: Listing[Shown], found: Sequence[Shown], query: ListQuery) -> int:
    """Find the row after the last one of the page before, also if rows were added or removed."""
    if not query.cursor:
        return 0
    said, last = read_place(query.cursor, query.order)
    if not (said.isascii() and said.isdecimal()) or len(said) > 9:  # noqa: PLR2004 - no list is longer
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    if listing.row_id:
        for place, row in enumerate(found, start=1):
            if str(listing.row_id(row)) == last:
                return place
    return int(said)


def _fits(listing: Listing[Shown], one: Filter[Shown], row: Shown, query: ListQuery) -> bool:
    value: Any = query.values[one.name]
    if one.kind is not FilterKind.TEXT:
        return one.of is not None and one.of(row) == str(value)
    where = (
        one.of(row)
        if one.of
        else " ".join(text_of(column, row, query.reader) for column in listing.columns)
    )
    there = comparable(where)
    return all(word in there for word in comparable(str(value)).split())
