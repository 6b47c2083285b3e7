"""Dialling stops in the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from crm.charges.models import DiallingStopRow
from crm.kernel.text import clean, clean_detail
from crm.sql.db import notify

MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class DiallingStop:
    """A stop: a person or trunk that may dial internal and emergency numbers only."""

    id: int
    kind: str  # "agent" | "trunk"
    key: int
    name: str
    since: datetime
    why: str  # "calls" | "cost"
    values: Mapping[str, Any]
    released_at: datetime | None
    released_by: int | None

    @property
    def place(self) -> str:
        """The person or trunk, as `agent:3`."""
        return f"{self.kind}:{self.key}"


def stops(session: Session) -> list[DiallingStop]:
    """Give the stops, the newest first."""
    row = DiallingStopRow
    query = select(row).order_by(row.since.desc(), row.id.desc()).limit(MOST_LISTED)
    return [_stop(one) for one in session.scalars(query.execution_options(populate_existing=True))]


def last_stops(session: Session) -> list[DiallingStop]:
    """Give the last stop of each person and trunk that ever had one."""
    row = DiallingStopRow
    query = select(row).ext(distinct_on(row.kind, row.key))
    query = query.order_by(row.kind, row.key, row.since.desc(), row.id.desc())
    return [_stop(one) for one in session.scalars(query.execution_options(populate_existing=True))]


def add_stop(  # noqa: PLR0913, PLR0917 - what a stop says
    session: Session,
    kind: str,
    key: int,
    name: str,
    since: datetime,
    why: str,
    values: Mapping[str, Any],
) -> bool:
    """Store a stop; False if this one is known, or another one is in force."""
    row = DiallingStopRow
    known = select(row.id).where(row.kind == kind, row.key == key, row.since >= since)
    if session.scalars(known).first() is not None:
        return False
    added = insert(row).values(
        kind=kind,
        key=key,
        name=clean(name, 200),
        since=since,
        why=clean(why, 20),
        values=clean_detail(values),
    )
    # The index of open stops has a condition.
    added = added.on_conflict_do_nothing(
        index_elements=["kind", "key"], index_where=text("released_at IS NULL")
    )
    new = session.scalars(added.returning(row.id)).one_or_none() is not None
    if new:
        notify(session, f"dialling_stops:{key}")
    return new


def release(session: Session, ids: Collection[int], by: int, at: datetime) -> list[DiallingStop]:
    """Release stops that are in force, and give those."""
    row = DiallingStopRow
    query = update(row).where(row.id.in_(set(ids)), row.released_at.is_(None))
    found = session.scalars(query.values(released_at=at, released_by=by).returning(row)).all()
    if found:
        notify(session, "dialling_stops:0")
    return [_stop(one) for one in found]


def _stop(row: DiallingStopRow) -> DiallingStop:
    return DiallingStop(
        row.id,
        row.kind,
        row.key,
        row.name,
        row.since,
        row.why,
        row.values,
        row.released_at,
        row.released_by,
    )
