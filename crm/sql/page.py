"""A page of a long list, and the cursor that leads to the next page."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from crm.kernel.errors import InvalidError

Item = TypeVar("Item")

MOST = 500  # rows in one page, whatever is asked for


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, and the cursor after the last row; None at the end of the list."""

    items: tuple[Item, ...]
    next: str | None


def rows(limit: int) -> int:
    """The number of rows that a page may have."""
    return max(1, min(limit, MOST))


def one_page(
    found: Sequence[Item], limit: int, place: Callable[[Item], tuple[datetime, str | int]]
) -> tuple[Sequence[Item], str | None]:
    """Give a page's rows, and the cursor after them if one row more was found."""
    shown = found[: rows(limit)]
    return shown, cursor_after(*place(shown[-1])) if len(found) > len(shown) else None


def cursor_after(at: datetime, id_: str | int) -> str:
    """Make the cursor of a place in a list, from the time and the id of the last row.

    Unlike a page number, it stays valid when new rows are added above.
    """
    return _encoded(f"{at.isoformat()}|{id_}")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """Read a cursor; InvalidError if it is not one of ours."""
    try:
        at, bar, id_ = _decoded(cursor).partition("|")
        read = datetime.fromisoformat(at)
    except ValueError:
        raise InvalidError(
            "This list cannot be continued from here. Reload it.", field="cursor"
        ) from None
    if not bar or read.tzinfo is None or "\0" in id_:
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    return read, id_


def read_numbered(cursor: str) -> tuple[datetime, int]:
    """Read a cursor whose id is a number; InvalidError if it is not one of ours."""
    at, id_ = read_cursor(cursor)
    if not id_.isdecimal():
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    return at, int(id_)


def read_id(cursor: str) -> int:
    """Read a cursor that is nothing but an id; InvalidError if it is none."""
    if not (cursor.isascii() and cursor.isdecimal()) or int(cursor) >= 2**63:
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    return int(cursor)


def place_after(order: str, value: str | float | datetime, id_: str | int) -> str:
    """Make the cursor of a place in a list that is not sorted by time."""
    said = value.isoformat() if isinstance(value, datetime) else str(value)
    return _encoded(json.dumps([order, said, str(id_)], ensure_ascii=False))


def read_place(cursor: str, order: str) -> tuple[str, str]:
    """Read such a cursor as value and id; InvalidError if it is not one of this order."""
    try:
        place = json.loads(_decoded(cursor))
    except ValueError:
        raise InvalidError(
            "This list cannot be continued from here. Reload it.", field="cursor"
        ) from None
    whole = isinstance(place, list) and len(place) == 3  # noqa: PLR2004 - order, value, id
    if not whole or not all(isinstance(part, str) and "\0" not in part for part in place):
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    if place[0] != order:
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    return place[1].encode("utf-8", "replace").decode(), place[2].encode(
        "utf-8", "replace"
    ).decode()


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except binascii.Error as error:
        raise ValueError from error
