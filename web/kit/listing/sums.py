"""The sums of a list: a part of its page that comes after the rows, and lines in its files.

Summing all that a filter leaves may take longer than showing the first rows.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from crm.people.person import SignedIn
from crm.sql.patience import ask_for
from web.kit.auth import needs
from web.kit.listing.declaration import Listing, ListQuery, Sum
from web.kit.listing.page import read_query
from web.kit.request import context_of

PAGE_SECONDS, FILE_SECONDS = 4.0, 9.0  # the database gives any question ten


def add_sums(router: APIRouter, listing: Listing[Any], path: str = "/sums") -> None:
    """Add the part of a list's page that shows its sums, before any `/{id}`."""
    guard = needs(*listing.opened_by, in_person=listing.in_person)

    def sums_part(request: Request, who: Annotated[SignedIn, Depends(guard)]) -> Response:
        query, errors = read_query(request, who, listing)
        context = context_of(request)
        found: Sequence[Sum] | None = ()
        if not errors:
            with context.database.begin() as session:
                found = sums_of(session, listing, query, PAGE_SECONDS)
        return context.pages.page(request, "list-sums.html", {"sums": found})

    router.add_api_route(path, sums_part, methods=["GET"])


def sums_of(
    session: Session, listing: Listing[Any], query: ListQuery, seconds: float = FILE_SECONDS
) -> Sequence[Sum] | None:
    """Sum a list; nothing for a list without rows or sums, None if it takes too long."""
    if listing.sums is None:
        return ()
    summed = listing.sums
    return ask_for(session, seconds, lambda: summed(session, query))


def lines(sums: Sequence[Sum], query: ListQuery, width: int) -> list[list[object]]:
    """Give the lines below the rows of a file: an empty one, then a label and a value each."""
    if not sums:
        return []
    say = query.reader.gettext
    rows: list[list[object]] = [[]]
    rows += [[say(one.label), one.value, one.unit] for one in sums]
    return [[*row, *[""] * (width - len(row))] for row in rows]
