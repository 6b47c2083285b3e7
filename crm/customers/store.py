"""Customers: who is calling, his file, the list, and what he had to do with us."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.store import calls_of
from crm.customers.customer import Customer, CustomerCard, CustomerDraft, CustomerId, History
from crm.customers.models import CustomerPhoneRow, CustomerRow
from crm.db import notify
from crm.errors import InvalidError, MissingError
from crm.page import Page, cursor_after, read_cursor, rows
from crm.service.store import records_of_calls, records_of_customer
from crm.text import clean

MOST_PHONES = 10


def customer_by_phone(session: Session, number: str) -> CustomerCard | None:
    """Say who calls from a number (E.164); of several, the one whose file was touched last."""
    if not number:
        return None
    query = (
        select(CustomerRow)
        .join(CustomerPhoneRow, CustomerPhoneRow.customer_id == CustomerRow.id)
        .where(CustomerPhoneRow.number == clean(number))
        .order_by(CustomerRow.updated_at.desc(), CustomerRow.id)
        .limit(1)
    )
    found = session.scalars(query).one_or_none()
    return (
        CustomerCard(CustomerId(found.id), found.name, found.company, found.level)
        if found
        else None
    )


def customer(session: Session, id_: int) -> Customer:
    """Read a customer's file; MissingError if there is none."""
    row = session.get(CustomerRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no customer {customer}.", customer=id_)
    return _customers(session, [row])[0]


def customer_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Give the names of some customers, for a list that knows only their ids."""
    found = select(CustomerRow.id, CustomerRow.name).where(CustomerRow.id.in_(set(ids)))
    return {row.id: row.name for row in session.execute(found)} if ids else {}


def customers(
    session: Session, *, text: str = "", limit: int = 50, cursor: str | None = None
) -> Page[Customer]:
    """Page through customers, the last changed first.

    `text` looks into name and company, and into the numbers if it has three digits or more.
    """
    query = select(CustomerRow).order_by(CustomerRow.updated_at.desc(), CustomerRow.id.desc())
    if text := clean(text.strip(), 100):
        query = query.where(_matches(text))
    if cursor:
        at, id_ = read_cursor(cursor)
        if not id_.isdecimal():
            raise InvalidError("This list cannot be continued from here.", field="cursor")
        query = query.where(tuple_(CustomerRow.updated_at, CustomerRow.id) < tuple_(at, int(id_)))
    found = session.scalars(query.limit(rows(limit) + 1)).all()
    shown = found[: rows(limit)]
    more = len(found) > len(shown)
    return Page(
        tuple(_customers(session, shown)),
        cursor_after(shown[-1].updated_at, shown[-1].id) if more else None,
    )


def add_customer(session: Session, draft: CustomerDraft) -> Customer:
    """Add a customer."""
    added = insert(CustomerRow).values(_columns(draft)).returning(CustomerRow.id)
    id_ = session.scalars(added).one()
    _write_phones(session, id_, draft.phones)
    notify(session, f"customers:{id_}")
    return customer(session, id_)


def change_customer(session: Session, id_: int, draft: CustomerDraft) -> Customer:
    """Write a customer's file anew, his numbers too; MissingError if there is none."""
    changed = (
        update(CustomerRow)
        .where(CustomerRow.id == id_)
        .values(**_columns(draft), updated_at=func.clock_timestamp())
        .returning(CustomerRow.id)
        .execution_options(synchronize_session=False)
    )
    if session.scalars(changed).one_or_none() is None:
        raise MissingError("There is no customer {customer}.", customer=id_)
    _write_phones(session, id_, draft.phones)
    notify(session, f"customers:{id_}")
    return customer(session, id_)


def history(
    session: Session, *, customer_id: int | None = None, number: str = "", limit: int = 20
) -> History:
    """Give the last calls and service records of a customer, or of a number nobody knows.

    A customer's calls are those that were known to be his and those from his numbers.
    """
    numbers = [clean(number)] if number else []
    if customer_id is not None:
        theirs = select(CustomerPhoneRow.number).where(CustomerPhoneRow.customer_id == customer_id)
        numbers += session.scalars(theirs).all()
    calls = calls_of(session, customer_id, numbers, rows(limit))
    records = (
        records_of_calls(session, [call.id for call in calls])
        if customer_id is None
        else records_of_customer(session, customer_id, rows(limit))
    )
    return History(tuple(calls), tuple(records))


def _matches(text: str) -> ColumnElement[bool]:
    found = [
        CustomerRow.name.icontains(text, autoescape=True),
        CustomerRow.company.icontains(text, autoescape=True),
    ]
    digits = "".join(letter for letter in text if letter in "0123456789")
    if len(digits) >= 3:  # noqa: PLR2004 - fewer digits are in every number
        of_number = CustomerPhoneRow.number.contains(digits)
        found.append(exists().where(CustomerPhoneRow.customer_id == CustomerRow.id, of_number))
    return or_(*found)


def _columns(draft: CustomerDraft) -> dict[str, str]:
    if not (name := clean(draft.name.strip(), 200)):
        raise InvalidError("A name is needed.", field="name")
    return {
        "name": name,
        "company": clean(draft.company.strip(), 200),
        "level": clean(draft.level.strip(), 50),
        "address": clean(draft.address.strip(), 500),
        "email": clean(draft.email.strip(), 254),
        "note": clean(draft.note.strip()),
    }


def _write_phones(session: Session, id_: int, phones: Sequence[str]) -> None:
    numbers = list(dict.fromkeys(clean(phone, 32) for phone in phones if phone))
    if len(numbers) > MOST_PHONES:
        raise InvalidError("A customer has at most {most} numbers.", "phones", most=MOST_PHONES)
    session.execute(delete(CustomerPhoneRow).where(CustomerPhoneRow.customer_id == id_))
    if numbers:
        session.execute(
            insert(CustomerPhoneRow),
            [
                {"customer_id": id_, "number": number, "position": position}
                for position, number in enumerate(numbers)
            ],
        )


def _customers(session: Session, found: Sequence[CustomerRow]) -> list[Customer]:
    phones: dict[int, list[str]] = {row.id: [] for row in found}
    query = (
        select(CustomerPhoneRow.customer_id, CustomerPhoneRow.number)
        .where(CustomerPhoneRow.customer_id.in_(phones))
        .order_by(CustomerPhoneRow.customer_id, CustomerPhoneRow.position)
    )
    for id_, number in session.execute(query):
        phones[id_].append(number)
    return [_customer(row, phones[row.id]) for row in found]


def _customer(row: CustomerRow, phones: Sequence[str]) -> Customer:
    draft = CustomerDraft(
        row.name, row.company, row.level, row.address, row.email, row.note, tuple(phones)
    )
    return Customer(CustomerId(row.id), draft, row.created_at, row.updated_at)
