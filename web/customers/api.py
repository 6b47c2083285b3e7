"""Customers' files: the list, one with its history, and what changes of it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from crm.customers import store
from crm.customers.customer import Customer, CustomerDraft, CustomerFilter, Label, Order
from crm.customers.search import store as search
from crm.kernel.errors import InvalidError
from crm.kernel.phone import e164
from crm.people.person import SignedIn
from crm.people.rights import NOBODY, Right
from crm.sql.grams import digits_of
from web.calls.views import show_record, words
from web.customers.shapes import (
    CustomerBody,
    CustomerChange,
    CustomerHistory,
    CustomerList,
    CustomerQuery,
    CustomerShape,
)
from web.customers.views import show_customer, show_past
from web.kit.audit import note
from web.kit.auth import CustomerReader, CustomerWriter, reach_of
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/customers")
HISTORY_LINES = 50
WHOLE_NUMBER_DIGITS = 10  # a number of fewer digits is a part of one


@router.get("")
def read_customers(
    request: Request, query: Annotated[CustomerQuery, Query()], _who: CustomerReader
) -> CustomerList:
    """List customers, the last changed first; `text` looks into names, companies and numbers."""
    reader = reader_of(request)
    order, descending = read_order(query.sort)
    with context_of(request).database.begin() as session:
        page = search.customers(
            session,
            read_filter(query, reader),
            order=order,
            descending=descending,
            limit=query.limit,
            cursor=query.cursor or None,
        )
        known = words(session, reader)
        return CustomerList(items=[show_customer(one, known) for one in page.items], next=page.next)


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
    """Tell what a customer had to do with us; a colleague's call is named, but not opened."""
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
    """Change what is given of a customer's file; with `If-Match` only if nobody else did."""
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
    """Add a customer, and note who did."""
    added = store.add_customer(session, draft)
    note(session, request, who, "customer.added", "customers", added.id, after=asdict(added.draft))
    return added


def change(
    session: Session, request: Request, who: SignedIn, old: Customer, draft: CustomerDraft
) -> Customer:
    """Write a customer's file anew if it is still the one that was read; note what differs."""
    if draft == old.draft:
        return old
    changed = store.change_customer(session, old.id, draft, old.version)
    before, after = asdict(old.draft), asdict(changed.draft)
    note(session, request, who, "customer.changed", "customers", old.id, before, after)
    return changed


def draft_of(fields: dict[str, Any], old: CustomerDraft, region: str) -> CustomerDraft:
    """Put what was sent over what is there; numbers are spelt one way with their labels."""
    changes = {name: value for name, value in fields.items() if name != "phone_labels"}
    labels: Sequence[Label] | None = fields.get("phone_labels")
    if "phones" in changes:
        spelt = numbers(changes["phones"], region)
        before = dict(zip(old.phones, old.labels, strict=False))
        # Blank lines are no numbers, but they have a place among the labels.
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
    """Spell numbers one way; InvalidError for one that is none."""
    spelt = []
    for text in typed:
        if not text.strip():
            continue
        if not (number := e164(text, region)):
            raise InvalidError("“{number}” is not a telephone number.", "phones", number=text[:40])
        spelt.append(number)
    return tuple(spelt)


def read_filter(query: CustomerQuery, reader: Reader) -> CustomerFilter:
    """Read a filter; a whole number may be typed as people of the region do."""
    return CustomerFilter(
        text=_digits(query.text, reader.region),
        phone=_digits(query.phone, reader.region),
        level=query.level,
        category=query.category,
        status=query.status,
    )


def read_order(sort: str) -> tuple[Order, bool]:
    """Read an order, the last changed first if none is said; InvalidError for what is none."""
    word = sort or "-updated"
    try:
        return Order(word.removeprefix("-")), word.startswith("-")
    except ValueError:
        raise InvalidError("“{key}” is not among the choices.", "sort", key=sort) from None


def show_history(
    session: Session, reader: Reader, who: SignedIn, whose: Customer
) -> CustomerHistory:
    """Show a customer's calls and service records, the calls as the reader may see them."""
    past = store.history(session, whose, limit=HISTORY_LINES)
    seen = reach_of(session, who, Right.CALLS_SEE) if who.may(Right.CALLS_SEE) else NOBODY
    known = words(session, reader, past.calls, past.service_records)
    return CustomerHistory(
        calls=[show_past(call, known, seen) for call in past.calls],
        service_records=[show_record(record, known) for record in past.service_records],
    )


def _shape(session: Session, reader: Reader, found: Customer) -> CustomerShape:
    return show_customer(found, words(session, reader))


def _digits(text: str, region: str) -> str:
    """`010 6255 0000` is kept as +861062550000: a whole number is spelt as it is kept."""
    typed = text.strip()
    if any(letter.isalpha() for letter in typed) or len(digits_of(typed)) < WHOLE_NUMBER_DIGITS:
        return typed
    number = e164(typed, region)
    return number if number.startswith("+") else typed
