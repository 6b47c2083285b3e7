"""Actions on contacts that pages and API share."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.directory import store
from crm.directory.contact import Contact, ContactDraft, ContactNumber
from crm.kernel.typed_phone import typed_numbers
from crm.people.person import SignedIn
from web.directory.shapes import ContactBody, ContactChange, ContactNumberBody
from web.kit.audit import note

CONTACTS = "contacts"


def add(
    session: Session, request: Request, who: SignedIn, body: ContactBody, region: str
) -> Contact:
    """Add a contact."""
    draft = ContactDraft(body.name, body.company, body.note, read_numbers(body.numbers, region))
    (id_,) = store.add_contacts(session, [store.checked_draft(draft)])
    added = store.contact(session, id_)
    note(session, request, who, "contact.added", CONTACTS, id_, {}, _noted(added))
    return added


def change(  # noqa: PLR0913, PLR0917 - who changes what in which contact
    session: Session,
    request: Request,
    who: SignedIn,
    old: Contact,
    body: ContactChange,
    region: str,
) -> Contact:
    """Change the given fields of a contact that this transaction has locked."""
    given: dict[str, Any] = {
        name: value
        for name in ("name", "company", "note")
        if (value := getattr(body, name)) is not None
    }
    if body.numbers is not None:
        given["numbers"] = read_numbers(body.numbers, region)
    draft = store.checked_draft(replace(old.draft, **given))
    if draft == old.draft:
        return old
    changed = store.change_contact(session, old.id, draft)
    before, after = _noted(old), _noted(changed)
    note(session, request, who, "contact.changed", CONTACTS, old.id, before, after)
    return changed


def remove(session: Session, request: Request, who: SignedIn, old: Contact) -> None:
    """Remove a contact."""
    store.remove_contact(session, old.id)
    note(session, request, who, "contact.removed", CONTACTS, old.id, _noted(old), {})


def read_numbers(numbers: Sequence[ContactNumberBody], region: str) -> tuple[ContactNumber, ...]:
    """Read numbers as E.164; InvalidError for a text that is not a number."""
    return tuple(
        ContactNumber(number, one.label.strip())
        for one in numbers
        for number in typed_numbers(one.number, region, "numbers")
    )


def _noted(one: Contact) -> dict[str, Any]:
    draft = asdict(one.draft)
    numbers = [f"{n.number} {n.label}".strip() for n in one.draft.numbers]
    return draft | {"numbers": numbers}
