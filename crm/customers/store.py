"""Customers: who is calling, files and past contacts. The list is in `search`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Integer, Row, Select, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.store import calls_of
from crm.customers.customer import (
    Customer,
    CustomerCard,
    CustomerDraft,
    CustomerId,
    History,
    Label,
    Sex,
)
from crm.customers.models import CustomerPhoneRow, CustomerRow
from crm.dictionary.item import List
from crm.dictionary.store import check_keys
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.kernel.names import needed_name, sort_key
from crm.kernel.phone import EXTENSION, extension_of, main_number
from crm.kernel.text import clean
from crm.people.models import UserRow
from crm.search.store import searched
from crm.service.store import records_of_calls, records_of_customer
from crm.sql.db import notify
from crm.sql.page import rows
from crm.webhooks.file_events import customer_changed, customer_created
from crm.webhooks.store import announce

MOST_PHONES = 10
# The columns of a file: plain rows cost a list half as much as objects.
_FILE = (
    CustomerRow.id,
    CustomerRow.name,
    CustomerRow.name_key,
    CustomerRow.company,
    CustomerRow.level,
    CustomerRow.category,
    CustomerRow.status,
    CustomerRow.sex,
    CustomerRow.owner,
    CustomerRow.address,
    CustomerRow.email,
    CustomerRow.note,
    CustomerRow.created_at,
    CustomerRow.updated_at,
    CustomerRow.version,
)
# The dictionaries of the fields that hold a key.
CHOSEN = {
    "level": List.CUSTOMER_LEVEL,
    "category": List.CUSTOMER_CATEGORY,
    "status": List.CUSTOMER_STATUS,
}
# Used for every call, so built once. This one reads no more than the engine shows.
_BY_PHONE = (
    select(CustomerRow.id, CustomerRow.name, CustomerRow.company, CustomerRow.level)
    .join(CustomerPhoneRow, CustomerPhoneRow.customer_id == CustomerRow.id)
    .where(CustomerPhoneRow.number == bindparam("number"))
    .order_by(CustomerRow.updated_at.desc(), CustomerRow.id)
    .limit(1)
)
_FILES_BY_PHONES = (
    select(*_FILE)
    .where(
        CustomerRow.id.in_(
            select(CustomerPhoneRow.customer_id).where(
                CustomerPhoneRow.number.in_(bindparam("numbers", expanding=True))
            )
        )
    )
    .order_by(CustomerRow.updated_at.desc(), CustomerRow.id)
    .limit(bindparam("most", type_=Integer))
)
_PHONES = (
    select(
        CustomerPhoneRow.customer_id,
        CustomerPhoneRow.number,
        CustomerPhoneRow.extension,
        CustomerPhoneRow.label,
    )
    .where(CustomerPhoneRow.customer_id.in_(bindparam("ids", expanding=True)))
    .order_by(CustomerPhoneRow.customer_id, CustomerPhoneRow.position)
)
_NAMES = select(CustomerRow.id, CustomerRow.name).where(
    CustomerRow.id.in_(bindparam("ids", expanding=True))
)


def customer_by_phone(session: Session | Connection, number: str) -> CustomerCard | None:
    """Find the customer of a number (E.164); of several, the one that was changed last."""
    found = session.execute(_BY_PHONE, {"number": clean(number, 32)}).one_or_none()
    return CustomerCard(CustomerId(found.id), *found[1:]) if found else None


def customers_by_phones(
    session: Session, numbers: Sequence[str], *, limit: int = 10
) -> list[Customer]:
    """Give the customers of some numbers, the last changed first."""
    found_customer = {clean(main_number(number), 32) for number in numbers if number}
    if not found_customer:
        return []
    asked = {"numbers": list(found_customer), "most": rows(limit)}
    return read_customers(session, session.execute(_FILES_BY_PHONES, asked).all())


def customer(session: Session, id_: int) -> Customer:
    """Read a customer's file; MissingError if there is none."""
    found = session.execute(whole_files().where(CustomerRow.id == id_)).all()
    if not found:
        raise MissingError("There is no customer {customer}.", customer=id_)
    return read_customers(session, found)[0]


def customer_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Give the names of some customers, for a list that knows only their ids."""
    found = session.execute(_NAMES, {"ids": list(set(ids))}) if ids else ()
    return {row.id: row.name for row in found}


def first_numbers(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Give the first number of some customers, to be called; who has none is left out."""
    found: dict[int, str] = {}
    for row in session.execute(_PHONES, {"ids": list(set(ids))}) if ids else ():
        found.setdefault(row.customer_id, row.number)
    return found


def add_customer(session: Session, draft: CustomerDraft) -> Customer:
    """Add a customer."""
    _check_choices(session, draft)
    _check_owner(session, draft.owner)
    phones = labelled_phones(draft)
    new = insert(CustomerRow).values(file_columns(draft, phones)).returning(CustomerRow.id)
    id_ = session.scalars(new).one()
    _write_phones(session, id_, phones)
    notify(session, f"customers:{id_}")
    added = customer(session, id_)
    announce(session, [customer_created(added)])
    return added


def change_customer(
    session: Session, id_: int, draft: CustomerDraft, version: int | None = None
) -> Customer:
    """Replace a customer's file with its numbers; MissingError if there is none.

    ConflictError if the file is no longer the `version` that the user saw.
    """
    query = select(CustomerRow).where(CustomerRow.id == id_).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise MissingError("There is no customer {customer}.", customer=id_)
    if version is not None and row.version != version:
        raise ConflictError("Someone else changed this customer.")
    _check_choices(session, draft, {name: str(getattr(row, name)) for name in CHOSEN})
    if draft.owner != row.owner:
        _check_owner(session, draft.owner)
    phones = labelled_phones(draft)
    session.execute(
        update(CustomerRow)
        .where(CustomerRow.id == id_)
        .values(
            **file_columns(draft, phones),
            updated_at=func.clock_timestamp(),
            version=CustomerRow.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    _write_phones(session, id_, phones)
    notify(session, f"customers:{id_}")
    changed = customer(session, id_)
    announce(session, [customer_changed(changed)])
    return changed


def choose_for(session: Session, ids: Sequence[int], field: str, key: str) -> list[Customer]:
    """Give several customers the same level, category or status; give their files from before.

    Customers who have it already, or do not exist, are left out.
    """
    if field not in CHOSEN:
        raise InvalidError("“{key}” is not one of the options.", field=field, key=field[:50])
    if key:
        check_keys(session, [(CHOSEN[field], key, field)])
    column = getattr(CustomerRow, field)
    query = (
        whole_files()
        .where(CustomerRow.id.in_(set(ids)), column != clean(key, 50))
        .order_by(CustomerRow.id)
        .with_for_update()
    )
    before = read_customers(session, session.execute(query).all())
    session.execute(
        update(CustomerRow)
        .where(CustomerRow.id.in_([one.id for one in before]))
        .values(
            {
                field: clean(key, 50),
                "updated_at": func.clock_timestamp(),
                "version": CustomerRow.version + 1,
            }
        )
        .execution_options(synchronize_session=False)
    )
    for one in before:
        notify(session, f"customers:{one.id}")
    # Read one by one, and only if a webhook wants it.
    announce(session, (customer_changed(customer(session, one.id)) for one in before))
    return before


def history(
    session: Session, found_customer: Customer | None, number: str = "", limit: int = 20
) -> History:
    """Give the last calls and service records of a customer or of an unknown number.

    A customer's calls are those linked to the customer and those from the customer's numbers.
    """
    numbers = {clean(number)} if number else set()
    if found_customer is None:
        calls = calls_of(session, None, sorted(numbers), rows(limit))
        records = records_of_calls(session, [call.id for call in calls])
    else:
        numbers.update(map(main_number, found_customer.draft.phones))
        calls = calls_of(session, found_customer.id, sorted(numbers), rows(limit))
        records = records_of_customer(session, found_customer.id, rows(limit))
    return History(tuple(calls), tuple(records))


def whole_files() -> Select[*tuple[Any, ...]]:
    """Make a query for files, to be read by `read_customers`."""
    return select(*_FILE)


def read_customers(session: Session, found: Sequence[Row[*tuple[Any, ...]]]) -> list[Customer]:
    """Make files from rows, with their numbers."""
    phones: dict[int, list[tuple[str, str]]] = {row.id: [] for row in found}
    found_phones = session.execute(_PHONES, {"ids": list(phones)}) if phones else ()
    for id_, number, extension, label in found_phones:
        whole = f"{number}{EXTENSION}{extension}" if extension else number
        phones[id_].append((whole, label))
    return [_customer(row, phones[row.id]) for row in found]


def file_columns(draft: CustomerDraft, phones: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Give the columns of a customer's file; code that writes in bulk needs them too."""
    name = needed_name(draft.name, 200)
    company = clean(draft.company.strip(), 200)
    numbers = [number for number, _ in phones]
    return {
        "name": name,
        "company": company,
        "level": clean(draft.level.strip(), 50),
        "category": clean(draft.category.strip(), 50),
        "status": clean(draft.status.strip(), 50),
        "sex": Sex(draft.sex).value,
        "address": clean(draft.address.strip(), 500),
        "email": clean(draft.email.strip(), 254),
        "note": clean(draft.note.strip()),
        "owner": draft.owner,
        **searchable(name, company, numbers),
    }


def labelled_phones(draft: CustomerDraft) -> list[tuple[str, str]]:
    """Pair a file's numbers with their labels, each number once."""
    labels = [Label(one).value for one in draft.labels[: len(draft.phones)]]
    labels += [""] * (len(draft.phones) - len(labels))
    found: dict[str, str] = {}
    for phone, label in zip(draft.phones, labels, strict=True):
        if phone:
            found.setdefault(clean(phone, 48), label)
    if len(found) > MOST_PHONES:
        raise InvalidError("A customer has at most {most} numbers.", "phones", most=MOST_PHONES)
    return list(found.items())


def phone_rows(id_: int, phones: Sequence[tuple[str, str]]) -> list[dict[str, object]]:
    """Give the rows of a customer's numbers with their labels."""
    return [
        {
            "customer_id": id_,
            "number": clean(main_number(number), 32),
            "extension": clean(extension_of(number), 10),
            "label": label,
            "position": position,
        }
        for position, (number, label) in enumerate(phones)
    ]


def searchable(name: str, company: str, numbers: Sequence[str]) -> dict[str, object]:
    """Give the columns that sort and find a customer; code that writes in bulk needs them too."""
    return {"name_key": sort_key(name), **searched((name, company), numbers)}


def _check_choices(
    session: Session, draft: CustomerDraft, before: dict[str, str] | None = None
) -> None:
    """Refuse a key that is not active; one that the file has already may stay."""
    chosen = [(which, str(getattr(draft, name)), name) for name, which in CHOSEN.items()]
    old = before or {}
    check_keys(session, [one for one in chosen if one[1] and one[1] != old.get(one[2])])


def _check_owner(session: Session, owner: int | None) -> None:
    known = select(UserRow.id).where(UserRow.id == owner)
    if owner is not None and session.scalars(known).one_or_none() is None:
        raise InvalidError("“{key}” is not one of the options.", "owner", key=owner)


def _write_phones(session: Session, id_: int, phones: Sequence[tuple[str, str]]) -> None:
    session.execute(delete(CustomerPhoneRow).where(CustomerPhoneRow.customer_id == id_))
    if phones:
        session.execute(insert(CustomerPhoneRow), phone_rows(id_, phones))


def _customer(row: Row[*tuple[Any, ...]], phones: Sequence[tuple[str, str]]) -> Customer:
    labels = tuple(Label(label) for _, label in phones)
    draft = CustomerDraft(
        name=row.name,
        company=row.company,
        level=row.level,
        address=row.address,
        email=row.email,
        note=row.note,
        phones=tuple(number for number, _ in phones),
        labels=labels if any(labels) else (),
        category=row.category,
        status=row.status,
        sex=Sex(row.sex),
        owner=row.owner,
    )
    return Customer(CustomerId(row.id), draft, row.created_at, row.updated_at, row.version)
