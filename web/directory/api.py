"""The API of the address book: who can be called, and the contacts outside."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from crm.directory import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.directory.actions import add, change, remove
from web.directory.listing import COLLEAGUES, CONTACTS, READERS
from web.directory.shapes import (
    BookEntries,
    ColleagueList,
    ContactBody,
    ContactChange,
    ContactList,
    ContactShape,
)
from web.directory.views import find_entries, show_contact
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.live.context import live_of

router = APIRouter(prefix="/address-book")
BookReader = Annotated[SignedIn, Depends(needs(*READERS))]
BookEditor = Annotated[SignedIn, Depends(needs(Right.DIRECTORY_EDIT))]


@router.get("")
def find_numbers(
    request: Request, who: BookReader, q: Annotated[str, Query(max_length=100)] = ""
) -> BookEntries:
    """Find people to call: colleagues, then contacts, then customers, each with a number.

    `q` is a part of a name (also in pinyin or its initials), of a company or of a number.
    """
    mirror = live_of(request).mirror
    with context_of(request).database.begin() as session:
        return BookEntries(items=find_entries(session, reader_of(request), mirror, who, q))


@router.get("/colleagues")
def list_colleagues(
    request: Request, query: Annotated[ListQuery, Depends(asked(COLLEAGUES))]
) -> ColleagueList:
    """List the colleagues who take calls, with what they are doing."""
    return answer_page(request, COLLEAGUES, query, ColleagueList)


@router.get("/contacts")
def list_contacts(
    request: Request, query: Annotated[ListQuery, Depends(asked(CONTACTS))]
) -> ContactList:
    """List the contacts by name."""
    return answer_page(request, CONTACTS, query, ContactList)


@router.get("/contacts/{contact}")
def read_contact(
    request: Request, response: Response, contact: IdPath, _who: BookReader
) -> ContactShape:
    """Show a contact."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_contact(store.contact(session, contact)))


@router.post("/contacts", status_code=201)
def add_contact(
    request: Request, response: Response, body: ContactBody, who: BookEditor
) -> ContactShape:
    """Add a contact."""
    context = context_of(request)
    with context.database.begin() as session:
        shown = show_contact(add(session, request, who, body, context.settings.region))
    return show_tag(request, response, shown)


@router.patch("/contacts/{contact}")
def change_contact(
    request: Request,
    response: Response,
    contact: IdPath,
    body: ContactChange,
    who: BookEditor,
) -> ContactShape:
    """Change the given fields of a contact; with `If-Match` only if it has not changed."""
    context = context_of(request)
    with context.database.begin() as session:
        old = store.contact_to_change(session, contact)
        check_match(request, etag_of(show_contact(old)))
        changed = change(session, request, who, old, body, context.settings.region)
        shown = show_contact(changed)
    return show_tag(request, response, shown)


@router.delete("/contacts/{contact}", status_code=204, response_class=Response)
def remove_contact(request: Request, contact: IdPath, who: BookEditor) -> Response:
    """Remove a contact; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        old = store.contact_to_change(session, contact)
        check_match(request, etag_of(show_contact(old)))
        remove(session, request, who, old)
    return Response(status_code=204)
