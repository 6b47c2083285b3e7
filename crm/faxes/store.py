"""Faxes in the database: stored from facts of calls, listed, handled."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, Kind
from crm.calls.store import timelines_of
from crm.faxes.fax import Fax, FaxFilter, FaxId, FaxState
from crm.faxes.models import FaxRow
from crm.kernel.errors import MissingError
from crm.kernel.text import clean
from crm.sql.db import in_time_order, number_is
from crm.sql.page import Page, one_page, rows

COUNTED = 1000  # more matches are shown as “more than”
STATES = {Kind.FAX_RECEIVED: FaxState.RECEIVED, Kind.FAX_FAILED: FaxState.FAILED}


def keep_faxes(session: Session, events: Sequence[CallEvent]) -> None:
    """Store the faxes from a batch of facts; a fax is stored once.

    The calls' timelines must be stored before.
    """
    told = [event for event in events if event.kind in STATES]
    if not told:
        return
    timelines = timelines_of(session, {clean(event.call) for event in told})
    for event in told:
        columns = _columns(event, timelines.get(clean(event.call), ()))
        session.execute(insert(FaxRow).values(columns).on_conflict_do_nothing())


def faxes(
    session: Session,
    wanted: FaxFilter,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Fax]:
    """Page through faxes by the time at which they came."""
    query = in_time_order(
        select(FaxRow).where(*_wanted(wanted)),
        FaxRow.at,
        FaxRow.id,
        cursor,
        newest_first=newest_first,
    )
    found = session.scalars(query.limit(rows(limit) + 1)).all()
    shown, after = one_page(found, limit, lambda row: (row.at, row.id))
    return Page(tuple(_fax(row) for row in shown), after)


def how_many(session: Session, wanted: FaxFilter) -> int:
    """Count the faxes that match, up to one more than `COUNTED`."""
    some = select(FaxRow.id).where(*_wanted(wanted)).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def fax(session: Session, id_: int) -> Fax:
    """Read a fax; MissingError if there is none of this id."""
    row = session.get(FaxRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no fax {fax}.", fax=id_)
    return _fax(row)


def set_handled(
    session: Session, ids: Collection[int], by: int, at: datetime, *, handled: bool
) -> list[FaxId]:
    """Mark faxes as handled, or as not handled; give those that were not so before."""
    row = FaxRow
    before = row.handled_at.is_(None) if handled else row.handled_at.is_not(None)
    columns = (
        {"handled_by": by, "handled_at": at}
        if handled
        else {
            "handled_by": None,
            "handled_at": None,
        }
    )
    changed = update(row).where(row.id.in_(ids), before).values(columns).returning(row.id)
    return [FaxId(one) for one in sorted(session.scalars(changed))]


def remove_faxes(session: Session, calls: Collection[CallId]) -> None:
    """Remove the faxes of some calls."""
    session.execute(delete(FaxRow).where(FaxRow.call.in_(calls)))


def remove_old(session: Session, before: datetime, most: int) -> list[str]:
    """Remove the oldest faxes from before a time; give the names of their files."""
    old = select(FaxRow.id).where(FaxRow.at < before).order_by(FaxRow.at).limit(most)
    removed = delete(FaxRow).where(FaxRow.id.in_(old)).returning(FaxRow.file)
    return list(session.scalars(removed))


def files_among(session: Session, files: Collection[str]) -> set[str]:
    """Give those of some files that belong to a fax."""
    return set(session.scalars(select(FaxRow.file).where(FaxRow.file.in_(files))))


def _columns(event: CallEvent, timeline: Sequence[CallEvent]) -> dict[str, Any]:
    arrived = next((one.detail for one in timeline if one.kind is Kind.ARRIVED), {})
    customers = [one.detail["customer"] for one in timeline if one.kind is Kind.CUSTOMER]
    detail = event.detail
    return {
        "call": clean(event.call),
        "file": clean(str(detail["file"]), 200),
        "caller": clean(str(arrived.get("caller", "")), 32),
        "called": clean(str(arrived.get("called", "")), 32),
        "customer_id": int(customers[-1]) if customers else None,
        "at": event.at,
        "state": STATES[event.kind].value,
        "why": clean(str(detail.get("why", "")), 100),
        "pages": int(detail.get("pages", 0)),
        "station": clean(str(detail.get("station", "")), 40),
    }


def _wanted(wanted: FaxFilter) -> list[ColumnElement[bool]]:
    row = FaxRow
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(row.state == wanted.state.value)
    if wanted.handled is not None:
        handled = row.handled_at.is_not(None)
        found.append(handled if wanted.handled else row.handled_at.is_(None))
    if wanted.caller:
        found.append(number_is(row.caller, wanted.caller))
    if wanted.customer is not None:
        found.append(row.customer_id == wanted.customer)
    if wanted.since is not None:
        found.append(row.at >= wanted.since)
    if wanted.until is not None:
        found.append(row.at < wanted.until)
    return found


def _fax(row: FaxRow) -> Fax:
    return Fax(
        id=FaxId(row.id),
        call=row.call,
        file=row.file,
        caller=row.caller,
        called=row.called,
        customer=row.customer_id,
        at=row.at,
        state=FaxState(row.state),
        why=row.why,
        pages=row.pages,
        station=row.station,
        handled_by=row.handled_by,
        handled_at=row.handled_at,
    )
