"""The files of a list: all rows that fit its filter, as CSV or XLSX; each export is audited."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from crm.people.person import SignedIn
from web.kit.audit import note
from web.kit.auth import needs
from web.kit.export import AskedFormat, FileFormat, export
from web.kit.listing.declaration import FileColumn, Listing, ListQuery, Shown
from web.kit.listing.memory import text_of
from web.kit.listing.page import fetch, read_query
from web.kit.listing.sums import lines, sums_of
from web.kit.request import context_of

PIECE = 500  # rows that are read at once


def add_export(router: APIRouter, listing: Listing[Shown], path: str = "/export") -> None:
    """Add the route of a list's file to the pages of its feature, before any `/{id}`."""
    rights = [listing.export_right] if listing.export_right else listing.opened_by
    guard = needs(*rights, in_person=listing.in_person)

    def export_list(
        request: Request, who: Annotated[SignedIn, Depends(guard)], form: AskedFormat = "csv"
    ) -> Response:
        return list_file(request, who, listing, form)

    router.add_api_route(path, export_list, methods=["GET"])


def list_file(
    request: Request, who: SignedIn, listing: Listing[Shown], form: FileFormat
) -> Response:
    """Give a list, as it is filtered and sorted, as a file. InvalidError names a wrong filter."""
    query, errors = read_query(request, who, listing)
    if errors:
        raise errors[0]
    query = replace(query, right=listing.export_right, limit=PIECE, cursor=None)
    reader, columns = query.reader, file_columns(listing)
    named = {"list": listing.name} if listing.export.thing == "lists" else {}
    after = {**named, "format": form, **{name: text for name, text in query.typed.items() if text}}
    with context_of(request).database.begin() as session:
        found = _all(session, listing, query)
        rows: Iterable[Sequence[object]] = (
            [column.value(one, reader) for column in columns] for one in found
        )
        if listing.sums is not None:
            summed = lines(sums_of(session, listing, query) or (), query, len(columns))
            rows = chain(rows, summed)
        heads = [reader.gettext(column.label) for column in columns]
        answer = export(request, listing.name, reader.gettext(listing.title), heads, rows, form)
        note(session, request, who, listing.export.action, listing.export.thing, 0, {}, after)
    return answer


def file_columns(listing: Listing[Shown]) -> list[FileColumn[Shown]]:
    """Give the columns of a list's file: its own, or all of the page's."""
    if listing.export.columns:
        return list(listing.export.columns)
    return [
        FileColumn(one.label, one.value or partial(text_of, one))
        for one in listing.columns
        if one.in_file
    ]


def _all(session: Session, listing: Listing[Shown], query: ListQuery) -> Iterator[Shown]:
    """Read a long list page by page."""
    while True:
        page = fetch(session, listing, query)
        yield from page.items
        session.expunge_all()
        if not page.next:
            return
        query = replace(query, cursor=page.next)
