"""The API of number lists: black, VIP and white lists, and their entries."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from crm.number_lists import store
from crm.number_lists.lists import ListDirection
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page, read_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.number_lists import entry_actions
from web.number_lists.actions import make_list, remove_list, settings_of, show_list, write_list
from web.number_lists.listing import ENTRIES, LIST_ENTRIES, LISTS
from web.number_lists.shapes import (
    AddedShape,
    EntriesBody,
    EntryShapes,
    ListBody,
    ListChange,
    ListEntryShape,
    ListShape,
    ListShapes,
    MatchShape,
)

router = APIRouter(prefix="/number-lists")
sees_lists = needs(Right.LISTS_EDIT, Right.LISTS_APPROVE)
ListReader = Annotated[SignedIn, Depends(sees_lists)]
ListEditor = Annotated[SignedIn, Depends(needs(Right.LISTS_EDIT))]
ListApprover = Annotated[SignedIn, Depends(needs(Right.LISTS_APPROVE))]


@router.get("")
def list_number_lists(
    request: Request, query: Annotated[ListQuery, Depends(asked(LISTS, sees_lists))]
) -> ListShapes:
    """List number lists by name."""
    return answer_page(request, LISTS, query, ListShapes)


@router.post("", status_code=201)
def add_number_list(request: Request, body: ListBody, who: ListEditor) -> ListShape:
    """Add a list."""
    with context_of(request).database.begin() as session:
        return show_list(session, make_list(session, request, who, body))


@router.get("/match")
def match_number(
    request: Request,
    _who: ListReader,
    number: Annotated[str, Query(min_length=1, max_length=100)],
    direction: ListDirection = ListDirection.IN,
) -> MatchShape:
    """Say which active entries count for a number, in any spelling."""
    with context_of(request).database.begin() as session:
        return entry_actions.what_matches(session, reader_of(request), number, direction)


@router.get("/entries")
def list_entries(
    request: Request, query: Annotated[ListQuery, Depends(asked(ENTRIES, sees_lists))]
) -> EntryShapes:
    """List the entries of all lists, newest first unless another order is asked for."""
    page = read_page(request, ENTRIES, query)
    return EntryShapes(items=[one.entry for one in page.items], next=page.next)


@router.get("/entries/{entry}")
def read_entry(
    request: Request, response: Response, entry: IdPath, _who: ListReader
) -> ListEntryShape:
    """Show an entry."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, entry_actions.show_entry(session, entry))


@router.post("/entries/{entry}/approve")
def approve_entry(request: Request, entry: IdPath, who: ListApprover) -> ListEntryShape:
    """Let a waiting entry take effect; it must have been added by another user."""
    return _decide(request, entry, who, approve=True)


@router.post("/entries/{entry}/reject")
def reject_entry(request: Request, entry: IdPath, who: ListApprover) -> ListEntryShape:
    """Reject a waiting entry that another user added."""
    return _decide(request, entry, who, approve=False)


@router.delete("/entries/{entry}", status_code=204)
def remove_entry(request: Request, entry: IdPath, who: ListEditor) -> None:
    """Remove an entry from its list; it is kept as removed."""
    with context_of(request).database.begin() as session:
        entry_actions.show_entry(session, entry)
        entry_actions.remove_entries(session, request, who, [entry])


@router.get("/{number_list}")
def read_number_list(
    request: Request, response: Response, number_list: IdPath, _who: ListReader
) -> ListShape:
    """Show a list; the answer's `ETag` names the version of its settings."""
    with context_of(request).database.begin() as session:
        shape = show_list(session, number_list)
    show_tag(request, response, settings_of(shape))
    return shape


@router.patch("/{number_list}")
def change_number_list(
    request: Request, response: Response, number_list: IdPath, body: ListChange, who: ListEditor
) -> ListShape:
    """Change the given fields of a list; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        store.number_list_to_change(session, number_list)
        check_match(request, etag_of(settings_of(show_list(session, number_list))))
        write_list(session, request, who, number_list, body)
        shape = show_list(session, number_list)
    show_tag(request, response, settings_of(shape))
    return shape


@router.delete("/{number_list}", status_code=204)
def delete_number_list(request: Request, number_list: IdPath, who: ListEditor) -> None:
    """Remove a list with all its entries."""
    with context_of(request).database.begin() as session:
        remove_list(session, request, who, number_list)


@router.get("/{number_list}/entries")
def list_entries_of_list(
    request: Request,
    number_list: IdPath,  # noqa: ARG001 - the list reads it from the address
    query: Annotated[ListQuery, Depends(asked(LIST_ENTRIES, sees_lists))],
) -> EntryShapes:
    """List the entries of one list, newest first unless another order is asked for."""
    page = read_page(request, LIST_ENTRIES, query)
    return EntryShapes(items=[one.entry for one in page.items], next=page.next)


@router.post("/{number_list}/entries", status_code=201)
def add_entries(
    request: Request, number_list: IdPath, body: EntriesBody, who: ListEditor
) -> AddedShape:
    """Add numbers and segments; those that the list has already are left out."""
    with context_of(request).database.begin() as session:
        added = entry_actions.make_entries(session, request, who, number_list, body)
        items = entry_actions.show_entries(session, added.ids)
    return AddedShape(items=items, next=None, left_out=added.left_out)


def _decide(request: Request, entry: int, who: SignedIn, *, approve: bool) -> ListEntryShape:
    with context_of(request).database.begin() as session:
        entry_actions.show_entry(session, entry)
        entry_actions.decide_entries(session, request, who, [entry], approve=approve)
        return entry_actions.show_entry(session, entry)
