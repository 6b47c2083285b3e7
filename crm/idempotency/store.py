"""Responses that are stored for a day, for requests that are repeated with their key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.idempotency.models import RepeatRow

KEPT = timedelta(hours=24)
# A request that takes longer has failed; it may be tried again.
LONGEST_WORK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its idempotency key."""

    user: int
    key_hash: str
    request_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored for a key; without a status the request is still in progress."""

    request_hash: str
    status: int | None
    content_type: str
    body: bytes


def begin(session: Session, asked: Asked) -> Kept | None:
    """Store that a request is in progress; None if it is new, else what is stored for its key."""
    old = (RepeatRow.user_id == asked.user) & (RepeatRow.key_hash == asked.key_hash)
    dead = RepeatRow.status.is_(None) & (RepeatRow.at < asked.at - LONGEST_WORK)
    session.execute(delete(RepeatRow).where(old & ((RepeatRow.at < asked.at - KEPT) | dead)))
    new = insert(RepeatRow).values(
        user_id=asked.user,
        key_hash=asked.key_hash,
        request_hash=asked.request_hash,
        at=asked.at,
    )
    added = session.scalars(new.on_conflict_do_nothing().returning(RepeatRow.id)).one_or_none()
    if added is not None:
        return None
    row = session.scalars(select(RepeatRow).where(old)).one_or_none()
    if row is None:
        # It was removed between the two queries: the next attempt will succeed.
        return Kept(asked.request_hash, None, "", b"")
    return Kept(row.request_hash, row.status, row.content_type or "", bytes(row.body or b""))


def keep(session: Session, asked: Asked, status: int, content_type: str, body: bytes) -> None:
    """Store the response of a request in progress."""
    query = update(RepeatRow).where(*_same(asked))
    session.execute(query.values(status=status, content_type=content_type, body=body))


def take_back(session: Session, asked: Asked) -> None:
    """Remove a request in progress without a response to store: it may be tried again."""
    session.execute(delete(RepeatRow).where(*_same(asked), RepeatRow.status.is_(None)))


def forget_old(session: Session, at: datetime) -> int:
    """Remove what is older than a day; give how many."""
    query = delete(RepeatRow).where(RepeatRow.at < at - KEPT).returning(RepeatRow.id)
    return len(session.scalars(query).all())


def _same(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return (
        RepeatRow.user_id == asked.user,
        RepeatRow.key_hash == asked.key_hash,
        RepeatRow.at == asked.at,
    )
