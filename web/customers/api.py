"""The API of customers: the list, a customer's file and history, and changes of it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from crm.customers import store
from crm.customers.customer import Customer, CustomerDraft, Label
from crm.kernel.errors import InvalidError
from crm.kernel.phone import e164
from crm.people.person import SignedIn
from crm.people.rights import NOBODY, Right
from web.calls.views import show_record, words
from web.customers.listing import CUSTOMERS
from web.customers.shapes import (
    CustomerBody,
    CustomerChange,
    CustomerHistory,
    CustomerList,
    CustomerShape,
)
from web.customers.views import show_customer, show_past
from web.kit.audit import note
from web.kit.auth import CustomerReader, CustomerWriter, reach_of
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import Reader
from web.kit.listing.answer import read_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/customers")
HISTORY_LINES = 50


@router.get("")
def read_customers(
    request: Request, query: Annotated[ListQuery, Depends(asked(CUSTOMERS))]
) -> CustomerList:
    """List customers, the last changed first; `text` looks into names, companies and numbers."""
    page = read_page(request, CUSTOMERS, query)
    return CustomerList(items=list(page.items), next=page.next)


@router.get("/{customer}")
def read_customer(
    request: Request, response: Response, customer: IdPath, _who: CustomerReader
) -> CustomerShape:
    """Show a customer's file."""
    with context_of(request).database.begin() as session:
        shown = _shape(session, reader_of(request), store.customer(session, customer))
    show_tag(request, response, shown)
    return shown


@router.get("/{customer}/history")
def read_history(request: Request, customer: IdPath, who: CustomerReader) -> CustomerHistory:
    """Show a customer's calls and service records; a colleague's call comes without its links."""
    with context_of(request).database.begin() as session:
        whose = store.customer(session, customer)
        return show_history(session, reader_of(request), who, whose)


@router.post("", status_code=201)
def add_customer(
    request: Request, response: Response, body: CustomerBody, who: CustomerWriter
) -> CustomerShape:
    """Add a customer."""
    context = context_of(request)
    with context.database.begin() as session:
        draft = draft_of(body.model_dump(), CustomerDraft(""), context.settings.region)
        shown = _shape(session, reader_of(request), add(session, request, who, draft))
    show_tag(request, response, shown)
    return shown


@router.patch("/{customer}")
def change_customer(
    request: Request,
    response: Response,
    customer: IdPath,
    body: CustomerChange,
    who: CustomerWriter,
) -> CustomerShape:
    """Change the given fields of a customer; with `If-Match` only if nobody else changed it."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        old = store.customer(session, customer)
        check_match(request, etag_of(_shape(session, reader, old)))
        draft = draft_of(body.model_dump(exclude_none=True), old.draft, context.settings.region)
        changed = change(session, request, who, old, draft)
        shown = _shape(session, reader, changed)
    show_tag(request, response, shown)
    return shown


def add(session: Session, request: Request, who: SignedIn, draft: CustomerDraft) -> Customer:
    """Add a customer, with a line in the audit log."""
    added = store.add_customer(session, draft)
    note(session, request, who, "customer.added", "customers", added.id, after=asdict(added.draft))
    return added


def change(
    session: Session, request: Request, who: SignedIn, old: Customer, draft: CustomerDraft
) -> Customer:
    """Change a customer if it is still the version that was read; audit what differs."""
    if draft == old.draft:
        return old
    changed = store.change_customer(session, old.id, draft, old.version)
    before, after = asdict(old.draft), asdict(changed.draft)
    note(session, request, who, "customer.changed", "customers", old.id, before, after)
    return changed


def draft_of(fields: dict[str, Any], old: CustomerDraft, region: str) -> CustomerDraft:
    """Apply the given fields to a customer; numbers become E.164 and keep their labels."""
    changes = {name: value for name, value in fields.items() if name != "phone_labels"}
    labels: Sequence[Label] | None = fields.get("phone_labels")
    if "phones" in changes:
        spelt = numbers(changes["phones"], region)
        before = dict(zip(old.phones, old.labels, strict=False))
        # Blank lines are no numbers, but they take a place among the labels.
        kept = [place for place, one in enumerate(changes["phones"]) if one.strip()]
        changes["phones"] = spelt
        changes["labels"] = tuple(
            labels[place] if labels and place < len(labels) else before.get(number, Label.OTHER)
            for place, number in zip(kept, spelt, strict=True)
        )
    elif labels is not None:
        changes["labels"] = tuple(labels[: len(old.phones)])
    draft = replace(old, **changes)
    return replace(draft, labels=draft.labels if any(draft.labels) else ())


def numbers(typed: Sequence[str], region: str) -> tuple[str, ...]:
    """Give numbers as E.164; InvalidError for a text that is no number."""
    spelt = []
    for text in typed:
        if not text.strip():
            continue
        if not (number := e164(text, region)):
            raise InvalidError("“{number}” is not a telephone number.", "phones", number=text[:40])
        spelt.append(number)
    return tuple(spelt)


def show_history(
    session: Session, reader: Reader, who: SignedIn, whose: Customer
) -> CustomerHistory:
    """Give a customer's calls and service records, the calls as the reader may see them."""
    past = store.history(session, whose, limit=HISTORY_LINES)
    seen = reach_of(session, who, Right.CALLS_SEE) if who.may(Right.CALLS_SEE) else NOBODY
    known = words(session, reader, past.calls, past.service_records)
    return CustomerHistory(
        calls=[show_past(call, known, seen) for call in past.calls],
        service_records=[show_record(record, known) for record in past.service_records],
    )


def _shape(session: Session, reader: Reader, found: Customer) -> CustomerShape:
    return show_customer(found, words(session, reader))
