"""Actions on a customer that pages and API share."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.customers import store
from crm.customers.customer import Customer, CustomerDraft, Label
from crm.kernel.typed_phone import typed_numbers
from crm.people.person import SignedIn
from crm.people.rights import NOBODY, Right
from web.calls.views import show_record, words
from web.customers.shapes import (
    CustomerHistory,
)
from web.customers.views import show_past
from web.kit.audit import note
from web.kit.auth import reach_of
from web.kit.i18n import Reader

HISTORY_LINES = 50


def add(session: Session, request: Request, who: SignedIn, draft: CustomerDraft) -> Customer:
    """Add a customer, with a line in the audit log."""
    added = store.add_customer(session, draft)
    note(session, request, who, "customer.added", "customers", added.id, after=asdict(added.draft))
    return added


def change(
    session: Session, request: Request, who: SignedIn, old: Customer, draft: CustomerDraft
) -> Customer:
    """Change a customer if it is still the version that was read; audit the differences."""
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
        before = dict(zip(old.phones, old.labels, strict=False))
        # A label belongs to a line, blank or with several numbers.
        given = dict(enumerate(labels or ()))
        found: dict[str, Label] = {}
        for line, text in enumerate(changes["phones"]):
            for number in numbers([text], region):
                found.setdefault(number, given.get(line, before.get(number, Label.OTHER)))
        changes["phones"], changes["labels"] = tuple(found), tuple(found.values())
    elif labels is not None:
        changes["labels"] = tuple(labels[: len(old.phones)])
    draft = replace(old, **changes)
    return replace(draft, labels=draft.labels if any(draft.labels) else ())


def numbers(typed: Sequence[str], region: str) -> tuple[str, ...]:
    """Give the numbers of some lines as E.164; InvalidError for a text that is not a number."""
    return tuple(number for text in typed for number in typed_numbers(text, region, "phones"))


def show_history(
    session: Session, reader: Reader, who: SignedIn, file: Customer
) -> CustomerHistory:
    """Give a customer's calls and service records, the calls as the reader may see them."""
    past = store.history(session, file, limit=HISTORY_LINES)
    seen = reach_of(session, who, Right.CALLS_SEE) if who.may(Right.CALLS_SEE) else NOBODY
    known = words(session, reader, past.calls, past.service_records)
    return CustomerHistory(
        calls=[show_past(call, known, seen) for call in past.calls],
        service_records=[show_record(record, known) for record in past.service_records],
    )
