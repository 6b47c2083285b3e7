"""The contacts of the address book: found by name, pinyin, company or number; added, changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.directory.contact import (
    MOST_NUMBERS,
    Contact,
    ContactDraft,
    ContactFilter,
    ContactId,
    ContactNumber,
    ContactOrder,
)
from crm.directory.models import ContactNumberRow, ContactRow
from crm.kernel.errors import InvalidError, MissingError
from crm.kernel.names import needed_name, sort_key
from crm.kernel.text import clean
from crm.search.store import of_text, searched
from crm.sql.db import whole_table
from crm.sql.page import Page, place_after, read_id, read_place, rows

COUNTED = 1000  # more matches are shown as “more than”
_SORTED = {
    ContactOrder.NAME: ContactRow.name_key,
    ContactOrder.COMPANY: ContactRow.company_key,
    ContactOrder.UPDATED: ContactRow.updated_at,
}
_CONTACTS, _NUMBERS = whole_table(ContactRow), whole_table(ContactNumberRow)


def contacts(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    wanted: ContactFilter | None = None,
    *,
    order: ContactOrder = ContactOrder.NAME,
    descending: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Contact]:
    """Page through contacts, by name unless another order is asked for."""
    column = _SORTED[order]
    query = select(ContactRow).where(*_wanted(wanted or ContactFilter()))
    name = f"-{order}" if descending else str(order)
    if cursor:
        here, there = tuple_(column, ContactRow.id), tuple_(*_place(cursor, name, order))
        query = query.where(here < there if descending else here > there)
    way = (column.desc(), ContactRow.id.desc()) if descending else (column, ContactRow.id)
    query = query.order_by(*way).limit(rows(limit) + 1).execution_options(populate_existing=True)
    found = session.scalars(query).all()
    shown, after = found[: rows(limit)], None
    if len(found) > len(shown):
        after = place_after(name, getattr(shown[-1], column.key), shown[-1].id)
    return Page(tuple(_read(session, shown)), after)


def count_contacts(session: Session, wanted: ContactFilter) -> int:
    """Count the contacts that match, up to one more than `COUNTED`."""
    some = select(ContactRow.id).where(*_wanted(wanted)).limit(COUNTED + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def contact(session: Session, id_: int) -> Contact:
    """Read a contact; MissingError if there is none of this id."""
    return _one(session, id_, lock=False)


def contact_to_change(session: Session, id_: int) -> Contact:
    """Read a contact and lock it until this transaction ends."""
    return _one(session, id_, lock=True)


def contacts_by_ids(session: Session, ids: Iterable[int]) -> list[Contact]:
    """Give some contacts, by their ids; missing ones are left out."""
    query = select(ContactRow).where(ContactRow.id.in_(set(ids))).order_by(ContactRow.id)
    return _read(session, session.scalars(query.execution_options(populate_existing=True)).all())


def contacts_of_numbers(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """Give the contact of each number that one has; of several, the first one."""
    query = (
        select(ContactNumberRow.number, ContactNumberRow.contact_id)
        .where(ContactNumberRow.number.in_(set(numbers)))
        .order_by(ContactNumberRow.contact_id.desc())
    )
    return {number: id_ for number, id_ in session.execute(query)}  # noqa: C416


def add_contacts(
    session: Session, drafts: Sequence[ContactDraft], import_id: int | None = None
) -> list[ContactId]:
    """Add contacts, all or none; give their ids in the same order."""
    if not drafts:
        return []
    lines = [_columns(draft) | {"import_id": import_id} for draft in drafts]
    added = insert(_CONTACTS).returning(_CONTACTS.c.id, sort_by_parameter_order=True)
    ids = [ContactId(id_) for id_ in session.scalars(added, lines)]
    numbers = [
        line for id_, draft in zip(ids, drafts, strict=True) for line in _number_rows(id_, draft)
    ]
    if numbers:
        session.execute(insert(_NUMBERS), numbers)
    return ids


def change_contact(
    session: Session, id_: int, draft: ContactDraft, import_id: int | None = None
) -> Contact:
    """Replace a contact with its numbers; the request checks the version that the user saw."""
    marked = {} if import_id is None else {"import_id": import_id}
    changed = (
        update(ContactRow)
        .where(ContactRow.id == id_)
        .values(
            **_columns(draft),
            **marked,
            updated_at=func.clock_timestamp(),
            version=ContactRow.version + 1,
        )
        .returning(ContactRow.id)
    )
    if session.scalars(changed).one_or_none() is None:
        raise MissingError("There is no contact {contact}.", contact=id_)
    session.execute(delete(ContactNumberRow).where(ContactNumberRow.contact_id == id_))
    if numbers := _number_rows(id_, draft):
        session.execute(insert(_NUMBERS), numbers)
    return contact(session, id_)


def remove_contact(session: Session, id_: int) -> None:
    """Remove a contact; nothing else refers to it."""
    session.execute(delete(ContactRow).where(ContactRow.id == id_))


def undo_import(session: Session, import_id: int, most: int) -> int:
    """Remove contacts that an import added, unless they were changed since; give how many."""
    some = (
        select(ContactRow.id)
        .where(ContactRow.import_id == import_id, ContactRow.version == 1)
        .limit(most)
    )
    gone = delete(ContactRow).where(ContactRow.id.in_(some)).returning(ContactRow.id)
    return len(session.scalars(gone).all())


def remove_unchanged(session: Session, drafts: Iterable[ContactDraft]) -> None:
    """Remove contacts that were added from drafts and never changed, such as the demo's."""
    for one in drafts:
        session.execute(
            delete(ContactRow).where(
                ContactRow.name == one.name,
                ContactRow.company == one.company,
                ContactRow.version == 1,
            )
        )


def checked_draft(draft: ContactDraft) -> ContactDraft:
    """Give a draft as it is stored; InvalidError names the field that is wrong."""
    numbers: dict[str, str] = {}
    for one in draft.numbers:
        numbers.setdefault(clean(one.number, 48), clean(one.label.strip(), 50))
    if not numbers:
        raise InvalidError("Enter a phone number.", "numbers")
    if len(numbers) > MOST_NUMBERS:
        raise InvalidError("A contact has at most {most} numbers.", "numbers", most=MOST_NUMBERS)
    return ContactDraft(
        needed_name(draft.name, 200),
        clean(draft.company.strip(), 200),
        clean(draft.note.strip()),
        tuple(ContactNumber(number, label) for number, label in numbers.items()),
    )


def _wanted(asked: ContactFilter) -> list[ColumnElement[bool]]:
    found = of_text(ContactRow.haystack, ContactRow.grams, asked.text, asked.region)
    if asked.imported is not None:
        found.append(ContactRow.import_id == asked.imported)
    return found


def _place(cursor: str, name: str, order: ContactOrder) -> tuple[object, int]:
    said, id_ = read_place(cursor, name)
    if order is not ContactOrder.UPDATED:
        return said, read_id(id_)
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    return at, read_id(id_)


def _one(session: Session, id_: int, *, lock: bool) -> Contact:
    query = select(ContactRow).where(ContactRow.id == id_)
    if lock:
        query = query.with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    if not found:
        raise MissingError("There is no contact {contact}.", contact=id_)
    return _read(session, found)[0]


def _read(session: Session, found: Sequence[ContactRow]) -> list[Contact]:
    numbers: dict[int, list[ContactNumber]] = {row.id: [] for row in found}
    query = (
        select(ContactNumberRow.contact_id, ContactNumberRow.number, ContactNumberRow.label)
        .where(ContactNumberRow.contact_id.in_(numbers))
        .order_by(ContactNumberRow.contact_id, ContactNumberRow.position)
    )
    for id_, number, label in session.execute(query) if numbers else ():
        numbers[id_].append(ContactNumber(number, label))
    return [
        Contact(
            ContactId(row.id),
            ContactDraft(row.name, row.company, row.note, tuple(numbers[row.id])),
            row.updated_at,
            row.version,
        )
        for row in found
    ]


def _columns(draft: ContactDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "company": draft.company,
        "note": draft.note,
        "name_key": sort_key(draft.name),
        "company_key": sort_key(draft.company) if draft.company else "",
        **searched((draft.name, draft.company), [one.number for one in draft.numbers]),
    }


def _number_rows(id_: int, draft: ContactDraft) -> list[dict[str, object]]:
    return [
        {"contact_id": id_, "number": one.number, "label": one.label, "position": position}
        for position, one in enumerate(draft.numbers)
    ]
