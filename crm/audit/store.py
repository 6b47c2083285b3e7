"""The audit log: who changed what, and who listened to which recording."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.audit.entry import AuditEntry
from crm.audit.models import AuditRow
from crm.kernel.text import clean
from crm.people.person import UserId
from crm.sql.db import in_time_order
from crm.sql.page import Page, one_page, rows


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """The filter of the audit log; an empty field matches all."""

    user: int | None = None
    users: frozenset[int] | None = None  # any of these
    action: str = ""
    what: str = ""
    which: str = ""
    since: datetime | None = None
    until: datetime | None = None  # not included


def note(session: Session, entry: AuditEntry) -> None:
    """Write an entry; it is stored if and only if the change itself is committed."""
    session.execute(
        insert(AuditRow).values(
            at=entry.at,
            user_id=entry.user,
            action=clean(entry.action, 100),
            what=clean(entry.what, 50),
            which=clean(entry.which, 200),
            address=clean(entry.address, 100),
            via=clean(entry.via, 20),
            before=_plain(entry.before),
            after=_plain(entry.after),
        )
    )


def entries(
    session: Session,
    wanted: AuditFilter,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[AuditEntry]:
    """Page through the log by time."""
    query = in_time_order(
        select(AuditRow), AuditRow.at, AuditRow.id, cursor, newest_first=newest_first
    )
    if wanted.user is not None:
        query = query.where(AuditRow.user_id == wanted.user)
    if wanted.users is not None:
        query = query.where(AuditRow.user_id.in_(wanted.users))
    for column, text in (
        (AuditRow.action, wanted.action),
        (AuditRow.what, wanted.what),
        (AuditRow.which, wanted.which),
    ):
        if text:
            query = query.where(column == clean(text, 200))
    if wanted.since is not None:
        query = query.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditRow.at < wanted.until)
    found = session.scalars(query.limit(rows(limit) + 1)).all()
    shown, after = one_page(found, limit, lambda row: (row.at, row.id))
    return Page(tuple(_entry(row) for row in shown), after)


def _entry(row: AuditRow) -> AuditEntry:
    user = UserId(row.user_id) if row.user_id is not None else None
    return AuditEntry(
        row.at, user, row.action, row.what, row.which, row.address, row.via, row.before, row.after
    )


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {clean(str(name), 100): _json(value) for name, value in fields.items()}


def _json(value: object) -> object:
    """Make a value fit for JSON."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_json(one) for one in value]
    return clean(str(value), 4000)
