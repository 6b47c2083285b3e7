"""The API of customers: the list, a customer's file and history, and changes of it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from crm.customers import store
from crm.customers.customer import Customer, CustomerDraft
from web.calls.views import words
from web.customers.actions import add, change, draft_of, show_history
from web.customers.listing import CUSTOMERS
from web.customers.shapes import (
    CustomerBody,
    CustomerChange,
    CustomerHistory,
    CustomerList,
    CustomerShape,
)
from web.customers.views import owners_of, show_customer
from web.kit.auth import CustomerReader, CustomerWriter
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import Reader
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/customers")


@router.get("")
def read_customers(
    request: Request, query: Annotated[ListQuery, Depends(asked(CUSTOMERS))]
) -> CustomerList:
    """List customers, the last changed first; `text` looks into names, companies and numbers."""
    return answer_page(request, CUSTOMERS, query, CustomerList)


@router.get("/{customer}")
def read_customer(
    request: Request, response: Response, customer: IdPath, _who: CustomerReader
) -> CustomerShape:
    """Show a customer's file."""
    with context_of(request).database.begin() as session:
        shown = _shape(session, reader_of(request), store.customer(session, customer))
    return show_tag(request, response, shown)


@router.get("/{customer}/history")
def read_history(request: Request, customer: IdPath, who: CustomerReader) -> CustomerHistory:
    """Show a customer's calls and service records; a colleague's call comes without its links."""
    with context_of(request).database.begin() as session:
        known = store.customer(session, customer)
        return show_history(session, reader_of(request), who, known)


@router.post("", status_code=201)
def add_customer(
    request: Request, response: Response, body: CustomerBody, who: CustomerWriter
) -> CustomerShape:
    """Add a customer."""
    context = context_of(request)
    with context.database.begin() as session:
        draft = draft_of(body.model_dump(), CustomerDraft(""), context.settings.region)
        shown = _shape(session, reader_of(request), add(session, request, who, draft))
    return show_tag(request, response, shown)


@router.patch("/{customer}")
def change_customer(
    request: Request,
    response: Response,
    customer: IdPath,
    body: CustomerChange,
    who: CustomerWriter,
) -> CustomerShape:
    """Change the given fields of a customer; with `If-Match` only if it has not changed."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        old = store.customer(session, customer)
        check_match(request, etag_of(_shape(session, reader, old)))
        draft = draft_of(body.model_dump(exclude_none=True), old.draft, context.settings.region)
        changed = change(session, request, who, old, draft)
        shown = _shape(session, reader, changed)
    return show_tag(request, response, shown)


def _shape(session: Session, reader: Reader, found: Customer) -> CustomerShape:
    return show_customer(found, words(session, reader, agents=owners_of([found])))
