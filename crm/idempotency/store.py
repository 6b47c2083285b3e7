"""Responses that are stored for a day, for requests that are repeated with their key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.idempotency.models import IdempotencyRow

KEPT_FOR = timedelta(hours=24)
# A request that takes longer has failed; it may be tried again.
LONGEST_WORK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request with its idempotency key."""

    user: int
    key_hash: str
    request_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """What is stored for a key; without a status the request is still in progress."""

    request_hash: str
    status: int | None
    content_type: str
    body: bytes


def begin(session: Session, request: IdempotentRequest) -> StoredResponse | None:
    """Store that a request is in progress; None if it is new, else what is stored for its key."""
    old = (IdempotencyRow.user_id == request.user) & (IdempotencyRow.key_hash == request.key_hash)
    dead = IdempotencyRow.status.is_(None) & (IdempotencyRow.at < request.at - LONGEST_WORK)
    session.execute(
        delete(IdempotencyRow).where(old & ((IdempotencyRow.at < request.at - KEPT_FOR) | dead))
    )
    new = insert(IdempotencyRow).values(
        user_id=request.user,
        key_hash=request.key_hash,
        request_hash=request.request_hash,
        at=request.at,
    )
    added = session.scalars(new.on_conflict_do_nothing().returning(IdempotencyRow.id)).one_or_none()
    if added is not None:
        return None
    row = session.scalars(select(IdempotencyRow).where(old)).one_or_none()
    if row is None:
        # It was removed between the two queries: the next attempt will succeed.
        return StoredResponse(request.request_hash, None, "", b"")
    return StoredResponse(
        row.request_hash, row.status, row.content_type or "", bytes(row.body or b"")
    )


def store_response(
    session: Session, request: IdempotentRequest, status: int, content_type: str, body: bytes
) -> None:
    """Store the response of a request in progress."""
    query = update(IdempotencyRow).where(*_same(request))
    session.execute(query.values(status=status, content_type=content_type, body=body))


def forget_request(session: Session, request: IdempotentRequest) -> None:
    """Remove a request in progress without a response to store: it may be tried again."""
    session.execute(delete(IdempotencyRow).where(*_same(request), IdempotencyRow.status.is_(None)))


def forget_old(session: Session, at: datetime) -> int:
    """Remove what is older than a day; give how many."""
    query = (
        delete(IdempotencyRow).where(IdempotencyRow.at < at - KEPT_FOR).returning(IdempotencyRow.id)
    )
    return len(session.scalars(query).all())


def _same(request: IdempotentRequest) -> tuple[ColumnElement[bool], ...]:
    return (
        IdempotencyRow.user_id == request.user,
        IdempotencyRow.key_hash == request.key_hash,
        IdempotencyRow.at == request.at,
    )
