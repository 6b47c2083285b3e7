"""Actions on a call that pages and API share."""

from dataclasses import asdict, replace

from fastapi import Request
from sqlalchemy.orm import Session

from crm.calls import store
from crm.calls.record import CallId
from crm.customers.store import customer as find_customer
from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from crm.service.service_record import ServiceDraft
from crm.service.store import change_record, write_record
from crm.service.store import record as find_record
from web.calls.finish import call_to_finish
from web.calls.shapes import (
    RecordChange,
    RecordShape,
    ServiceRecordBody,
)
from web.calls.views import (
    show_record,
    words,
)
from web.customers.views import show_card
from web.desk.actions import caller_of, check_own_call
from web.kit.audit import note
from web.kit.request import reader_of
from web.live.context import live_of


def change_own_record(
    session: Session, request: Request, who: SignedIn, record: int, body: RecordChange
) -> RecordShape:
    """Change a record of a call that the user may finish; another agent's record is audited."""
    old = find_record(session, record)
    found = call_to_finish(session, live_of(request).mirror, who, old.draft.call)
    if found.own and old.draft.agent != who.user.id:
        raise MissingError("There is no interaction record {record}.", record=record)
    changes = body.model_dump(exclude_none=True, exclude={"version"})
    changed = change_record(session, record, body.version, replace(old.draft, **changes))
    if not found.own:
        before, after = asdict(old.draft), asdict(changed.draft)
        note(session, request, who, "call.corrected", "calls", old.draft.call, before, after)
    return show_record(changed, words(session, reader_of(request), records=[changed]))


def keep_service_record(
    session: Session, request: Request, who: SignedIn, call: str, body: ServiceRecordBody
) -> RecordShape:
    """Write a service record for a call that this agent took."""
    reader = reader_of(request)
    live = check_own_call(session, live_of(request).mirror, who, call)
    customer = body.customer
    if customer is not None:
        find_customer(session, customer)
    elif live is not None:
        found = show_card(session, reader, caller_of(live)).customer
        customer = found.id if found else None
    else:
        customer = store.call(session, call).customer
    chosen = body.model_dump(exclude={"customer"})
    draft = ServiceDraft(call=CallId(call), agent=who.user.id, customer=customer, **chosen)
    record = write_record(session, draft)
    return show_record(record, words(session, reader, records=[record]))
