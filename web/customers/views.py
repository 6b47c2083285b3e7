"""Customers for pages and API, and the screen pop of a caller."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crm.calls.record import CallRecord
from crm.customers.customer import Customer
from crm.customers.store import customer, customers_by_phones, history
from crm.dictionary.item import List
from crm.kernel.errors import MissingError
from crm.people.rights import EVERYBODY, Reach
from web.calls.shapes import CallShape
from web.calls.views import Words, show_call, show_record, words
from web.customers.shapes import CustomerShape, ScreenPop
from web.kit.i18n import Reader

CARD_LINES = 10


@dataclass(frozen=True, slots=True)
class CallerNumber:
    """The caller of a call: a number ("" when withheld), perhaps a customer."""

    number: str
    customer: int | None = None


def owners_of(found: Iterable[Customer]) -> list[int]:
    """Give the owners of some customers, whose names are shown."""
    return [one.draft.owner for one in found if one.draft.owner is not None]


def show_customer(found: Customer, known: Words) -> CustomerShape:
    """Show a customer's file with the names of its choices."""
    draft = found.draft
    return CustomerShape(
        id=found.id,
        version=found.version,
        url=f"/customers/{found.id}",
        name=draft.name,
        company=draft.company,
        level=draft.level,
        level_name=known.choice(List.CUSTOMER_LEVEL, draft.level),
        category=draft.category,
        category_name=known.choice(List.CUSTOMER_CATEGORY, draft.category),
        status=draft.status,
        status_name=known.choice(List.CUSTOMER_STATUS, draft.status),
        sex=draft.sex,
        phones=list(draft.phones),
        phone_labels=[*draft.labels, *("" for _ in draft.phones)][: len(draft.phones)],
        owner=known.agent(draft.owner),
        email=draft.email,
        address=draft.address,
        note=draft.note,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def show_card(
    session: Session, reader: Reader, caller: CallerNumber, seen: Reach = EVERYBODY
) -> ScreenPop:
    """Show the caller: the customer that the engine found, one with this number, or none.

    `seen` gives the agents whose calls the reader may open.
    """
    number = caller.number
    # One number may be several people's: a family, a company's switchboard.
    there = customers_by_phones(session, [number])
    caller_file = next((one for one in there if caller.customer in {None, one.id}), None)
    if caller_file is None and caller.customer is not None:
        with suppress(MissingError):
            caller_file = customer(session, caller.customer)
    customer_id = caller_file.id if caller_file else None
    past = history(session, caller_file, number, CARD_LINES)
    known = words(session, reader, past.calls, past.service_records, owners_of(there))
    return ScreenPop(
        known=caller_file is not None,
        number=number,
        withheld=not number,
        customer=show_customer(caller_file, known) if caller_file else None,
        others=[show_customer(one, known) for one in there if one.id != customer_id],
        calls=[show_past(call, known, seen) for call in past.calls],
        service_records=[show_record(record, known) for record in past.service_records],
    )


def show_past(call: CallRecord, known: Words, seen: Reach) -> CallShape:
    """Show a past call of the customer, without links if the reader may not open it."""
    shown = show_call(call, known)
    if seen.holds(call.agent):
        return shown
    return shown.model_copy(update={"url": "", "recording": None})
