"""A page of a long list, newest first, and the cursor that leads to the next one."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from crm.errors import InvalidError

Item = TypeVar("Item")

MOST = 500  # rows in one page, whatever is asked for


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, and the cursor after the last of them; None at the list's end."""

    items: tuple[Item, ...]
    next: str | None


def rows(limit: int) -> int:
    """How many rows a page may have."""
    return max(1, min(limit, MOST))


def cursor_after(at: datetime, id_: str | int) -> str:
    """Name a place in a list by the time and the id of its last row.

    A place stays the same when new rows come in above it, which a page's number would not.
    """
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{id_}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """Read a cursor back; InvalidError if nobody here wrote it."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, bar, id_ = text.partition("|")
        read = datetime.fromisoformat(at)
    except (binascii.Error, ValueError):
        raise InvalidError("This list cannot be continued from here.", field="cursor") from None
    if not bar or read.tzinfo is None or "\0" in id_:
        raise InvalidError("This list cannot be continued from here.", field="cursor")
    return read, id_
