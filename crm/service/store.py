"""Service records: written by the agent who had the contact, read with the call and customer."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Integer, Select, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.record import CallId
from crm.dictionary.item import List
from crm.dictionary.store import check_key
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.kernel.text import clean
from crm.service.models import ServiceRecordRow
from crm.service.service_record import ServiceDraft, ServiceRecord, ServiceRecordId
from crm.sql.page import rows
from crm.webhooks.file_events import service_record_created
from crm.webhooks.store import announce

FIELDS = (
    List.SERVICE_TYPE,
    List.METHOD,
    List.BUSINESS_TYPE,
    List.PRODUCT,
    List.PROBLEM_TYPE,
    List.CAUSE,
)
# Used at every call, so built once.
_NEWEST = select(ServiceRecordRow).order_by(
    ServiceRecordRow.created_at.desc(), ServiceRecordRow.id.desc()
)
_OF_CALLS = _NEWEST.where(ServiceRecordRow.call.in_(bindparam("calls", expanding=True)))
_OF_CUSTOMER = _NEWEST.where(ServiceRecordRow.customer_id == bindparam("customer")).limit(
    bindparam("most", type_=Integer)
)


def write_record(
    session: Session, draft: ServiceDraft, at: datetime | None = None
) -> ServiceRecord:
    """Store a service record; the service type is required, the rest may be empty.

    `at` is for records from elsewhere; by default it is the database's time. InvalidError names
    the field whose key is not an active option.
    """
    _check(session, draft)
    written = func.now() if at is None else at
    added = insert(ServiceRecordRow).values(
        call=clean(draft.call),
        agent=draft.agent,
        created_at=written,
        updated_at=written,
        version=1,
        **_columns(draft),
    )
    kept = _record(session.scalars(added.returning(ServiceRecordRow)).one())
    announce(session, [service_record_created(kept)])
    return kept


def change_record(session: Session, id_: int, version: int, draft: ServiceDraft) -> ServiceRecord:
    """Change a record; its call and agent stay.

    ConflictError if it is no longer the `version` that the user saw.
    """
    _check(session, draft)
    changed = (
        update(ServiceRecordRow)
        .where(ServiceRecordRow.id == id_, ServiceRecordRow.version == version)
        .values(**_columns(draft), version=version + 1, updated_at=func.clock_timestamp())
        .returning(ServiceRecordRow)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    found = session.scalars(changed).one_or_none()
    if found is not None:
        return _record(found)
    if session.get(ServiceRecordRow, id_) is None:
        raise MissingError("There is no interaction record {record}.", record=id_)
    raise ConflictError("Someone else changed this record.")


def record(session: Session, id_: int) -> ServiceRecord:
    """Read a service record; MissingError if there is none."""
    found = session.get(ServiceRecordRow, id_)
    if found is None:
        raise MissingError("There is no interaction record {record}.", record=id_)
    return _record(found)


def records_of_call(session: Session, call: str) -> list[ServiceRecord]:
    """Give the records of a call, oldest first."""
    return records_of_calls(session, [call])[::-1]


def records_of_calls(session: Session, calls: Iterable[str]) -> list[ServiceRecord]:
    """Give the records of some calls, newest first."""
    wanted = [clean(call) for call in calls]
    return _read(session, _OF_CALLS, {"calls": wanted}) if wanted else []


def records_of_customer(session: Session, customer: int, limit: int = 50) -> list[ServiceRecord]:
    """Give the last records of a customer, newest first."""
    return _read(session, _OF_CUSTOMER, {"customer": customer, "most": rows(limit)})


def _read(
    session: Session, query: Select[ServiceRecordRow], asked: Mapping[str, object]
) -> list[ServiceRecord]:
    return [_record(row) for row in session.scalars(query, asked)]


def _check(session: Session, draft: ServiceDraft) -> None:
    if not draft.service_type:
        raise InvalidError("Choose a service type.", field=List.SERVICE_TYPE)
    for name in FIELDS:
        if key := getattr(draft, name):
            check_key(session, name, key)


def _columns(draft: ServiceDraft) -> dict[str, object]:
    keys = {name.value: clean(getattr(draft, name)) for name in FIELDS}
    return {**keys, "customer_id": draft.customer, "note": clean(draft.note.strip())}


def _record(row: ServiceRecordRow) -> ServiceRecord:
    keys = {name.value: getattr(row, name) for name in FIELDS}
    draft = ServiceDraft(
        call=CallId(row.call),
        agent=row.agent,
        customer=row.customer_id,
        note=row.note,
        **keys,
    )
    return ServiceRecord(
        ServiceRecordId(row.id), draft, row.created_at, row.updated_at, row.version
    )
