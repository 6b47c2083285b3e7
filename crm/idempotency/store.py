"""Answers kept for a day, for requests that come twice under one key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.idempotency.models import RepeatRow

KEPT = timedelta(hours=24)
# Who began and never ended has died; another may try.
LONGEST_WORK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under its key."""

    user: int
    key_hash: str
    request_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a request under this key; no status while it is worked on."""

    request_hash: str
    status: int | None
    content_type: str
    body: bytes


def begin(session: Session, asked: Asked) -> Kept | None:
    """Note that a request is being worked on; None if it is new, else what is known of it."""
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
        # It was taken back between the two questions; who asks again will find the way free.
        return Kept(asked.request_hash, None, "", b"")
    return Kept(row.request_hash, row.status, row.content_type or "", bytes(row.body or b""))


def keep(session: Session, asked: Asked, status: int, content_type: str, body: bytes) -> None:
    """Keep the answer of a request that was begun."""
    query = update(RepeatRow).where(*_same(asked))
    session.execute(query.values(status=status, content_type=content_type, body=body))


def take_back(session: Session, asked: Asked) -> None:
    """Forget a request that did not come to an answer worth keeping: it may be tried again."""
    session.execute(delete(RepeatRow).where(*_same(asked), RepeatRow.status.is_(None)))


def forget_old(session: Session, at: datetime) -> int:
    """Remove what is older than a day; gives how many."""
    query = delete(RepeatRow).where(RepeatRow.at < at - KEPT).returning(RepeatRow.id)
    return len(session.scalars(query).all())


def _same(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return (
        RepeatRow.user_id == asked.user,
        RepeatRow.key_hash == asked.key_hash,
        RepeatRow.at == asked.at,
    )
