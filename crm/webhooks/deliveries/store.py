"""The outbox: what is due, who took it on, how it came out, and what is to be sent again."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.kernel.text import clean
from crm.sql.db import in_time_order
from crm.sql.page import Page, one_page, rows
from crm.webhooks.models import AttemptRow, DeliveryRow, EndpointRow
from crm.webhooks.webhook import (
    Attempt,
    Claim,
    Delivery,
    DeliveryAnswer,
    DeliveryFilter,
    DeliveryId,
    DeliveryState,
    DeliveryVerdict,
    EndpointId,
    EventType,
    Failure,
    Health,
)

LONGEST_ANSWER = 2048
MOST_REPLAYED = 10_000


def endpoints_due(session: Session, now: datetime) -> dict[int, datetime | None]:
    """Say which endpoints have something due, and since when each has been failing."""
    due = select(DeliveryRow.id).where(DeliveryRow.endpoint_id == EndpointRow.id, *_due(now))
    query = select(EndpointRow.id, EndpointRow.failing_since).where(
        EndpointRow.enabled, due.exists()
    )
    return {id_: since for id_, since in session.execute(query)}  # noqa: C416


def claim(
    session: Session, endpoint: int, most: int, now: datetime, lease: timedelta
) -> list[Claim]:
    """Claim the oldest messages that are due at an endpoint; no other sender gets them.

    Who dies with them in hand loses nothing: after the lease they are due again, with the same id.
    """
    query = (
        select(DeliveryRow, EndpointRow)
        .join(EndpointRow, EndpointRow.id == DeliveryRow.endpoint_id)
        .where(DeliveryRow.endpoint_id == endpoint, EndpointRow.enabled, *_due(now))
        .order_by(DeliveryRow.due_at, DeliveryRow.id)
        .limit(most)
        .with_for_update(of=DeliveryRow, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    claims = [_claim(row, to, now) for row, to in session.execute(query)]
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_([one.delivery for one in claims]))
        .values(due_at=now + lease, attempts=DeliveryRow.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return sorted(claims, key=lambda one: one.delivery)


def release(session: Session, claims: Iterable[Claim], now: datetime) -> None:
    """Give back what was claimed and not sent, for example when the jobs stop."""
    for one in claims:
        session.execute(
            update(DeliveryRow)
            .where(*_still(one))
            .values(due_at=now, attempts=DeliveryRow.attempts - 1)
        )


def note_attempt(
    session: Session, taken: Claim, answer: DeliveryAnswer, verdict: DeliveryVerdict
) -> bool:
    """Write down how an attempt came out; True if it switched its endpoint off.

    If the lease ran out and another sender sent it meanwhile, that outcome stands.
    """
    if session.get(DeliveryRow, taken.delivery) is None:
        return False  # its endpoint was removed
    session.execute(
        insert(AttemptRow).values(
            delivery_id=taken.delivery,
            endpoint_id=taken.endpoint,
            at=answer.at,
            milliseconds=answer.milliseconds,
            status=answer.status,
            failure=answer.failure,
            answer=clean(answer.text, LONGEST_ANSWER),
        )
    )
    ended = answer.at + timedelta(milliseconds=answer.milliseconds)
    waits = verdict.state is DeliveryState.WAITING
    session.execute(
        update(DeliveryRow)
        .where(*_still(taken))
        .values(
            state=verdict.state.value,
            due_at=ended + timedelta(seconds=verdict.wait_seconds),
            done_at=None if waits else ended,
        )
    )
    return _note_health(session, taken.endpoint, answer, verdict)


def delivery(session: Session, id_: int) -> Delivery:
    """Read a delivery; MissingError if there is none."""
    found = session.execute(_with_names().where(DeliveryRow.id == id_)).one_or_none()
    if found is None:
        raise MissingError("There is no delivery {delivery}.", delivery=id_)
    return _delivery(*found, last=None)


def attempts(session: Session, id_: int) -> list[Attempt]:
    """Give the attempts at a delivery, the last first."""
    query = select(AttemptRow).where(AttemptRow.delivery_id == id_)
    newest = query.order_by(AttemptRow.at.desc(), AttemptRow.id.desc())
    return [_attempt(row) for row in session.scalars(newest.limit(100))]


def deliveries(
    session: Session,
    wanted: DeliveryFilter,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Delivery]:
    """Page through deliveries by the time of their events."""
    query = in_time_order(
        _with_names().where(*_wanted(wanted)),
        DeliveryRow.created_at,
        DeliveryRow.id,
        cursor,
        newest_first=newest_first,
    )
    found = session.execute(query.limit(rows(limit) + 1)).all()
    shown, after = one_page(found, limit, lambda one: (one[0].created_at, one[0].id))
    last = _last_attempts(session, [row.id for row, _ in shown])
    return Page(tuple(_delivery(row, name, last.get(row.id)) for row, name in shown), after)


def replay(session: Session, wanted: DeliveryFilter, now: datetime) -> int:
    """Send deliveries again, with the ids that they had; give their number.

    What still waits for its next attempt is sent at once. At most 10,000, the oldest first.
    """
    chosen = (
        select(DeliveryRow.id)
        .where(*_wanted(wanted))
        .order_by(DeliveryRow.created_at, DeliveryRow.id)
        .limit(MOST_REPLAYED)
        .with_for_update()
    )
    ids = session.scalars(chosen).all()
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(ids))
        .values(state=DeliveryState.WAITING.value, attempts=0, due_at=now, done_at=None)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def health(session: Session, since: datetime) -> Mapping[int, Health]:
    """Say how each endpoint has fared since a time, and what waits and is dead there."""
    found: dict[int, dict[str, Any]] = {}
    tried = (
        select(
            AttemptRow.endpoint_id,
            func.count(),
            func.count().filter(AttemptRow.failure.is_(None)),
        )
        .where(AttemptRow.at >= since)
        .group_by(AttemptRow.endpoint_id)
    )
    for id_, whole, good in session.execute(tried):
        found.setdefault(id_, {}).update(attempts=whole, succeeded=good)
    left = (
        select(DeliveryRow.endpoint_id, DeliveryRow.state, func.count())
        .where(DeliveryRow.state != DeliveryState.DELIVERED.value)
        .group_by(DeliveryRow.endpoint_id, DeliveryRow.state)
    )
    for id_, state, number in session.execute(left):
        found.setdefault(id_, {})[state] = number
    last = (
        select(AttemptRow.id)
        .where(AttemptRow.endpoint_id == EndpointRow.id)
        .order_by(AttemptRow.at.desc(), AttemptRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    newest = select(AttemptRow).where(AttemptRow.id.in_(select(last).select_from(EndpointRow)))
    for row in session.scalars(newest):
        found.setdefault(row.endpoint_id, {})["last"] = _attempt(row)
    return {id_: Health(**parts) for id_, parts in found.items()}


def forget_deliveries(session: Session, before: datetime) -> None:
    """Remove what was delivered, or given up, before a time, with its attempts."""
    session.execute(
        delete(DeliveryRow).where(
            DeliveryRow.state != DeliveryState.WAITING.value, DeliveryRow.done_at < before
        )
    )


def _due(now: datetime) -> list[ColumnElement[bool]]:
    return [DeliveryRow.state == DeliveryState.WAITING.value, DeliveryRow.due_at <= now]


def _still(taken: Claim) -> list[ColumnElement[bool]]:
    return [
        DeliveryRow.id == taken.delivery,
        DeliveryRow.attempts == taken.attempt,
        DeliveryRow.state == DeliveryState.WAITING.value,
    ]


def _claim(row: DeliveryRow, to: EndpointRow, now: datetime) -> Claim:
    secrets = [to.secret]
    if to.old_secret and to.old_secret_until and to.old_secret_until > now:
        secrets.append(to.old_secret)
    return Claim(
        delivery=DeliveryId(row.id),
        attempt=row.attempts + 1,
        event=row.event,
        body=row.body,
        endpoint=EndpointId(to.id),
        url=to.url,
        inside=to.inside,
        secrets=tuple(secrets),
        failing_since=to.failing_since,
    )


def _note_health(
    session: Session, id_: int, answer: DeliveryAnswer, verdict: DeliveryVerdict
) -> bool:
    whose = update(EndpointRow).where(EndpointRow.id == id_)
    if answer.failure is None:
        # Mostly there is nothing to mend, and nothing is written.
        session.execute(
            whose.where(EndpointRow.failing_since.is_not(None)).values(failing_since=None)
        )
        return False
    session.execute(
        whose.where(EndpointRow.failing_since.is_(None)).values(failing_since=answer.at)
    )
    if verdict.disable is None:
        return False
    off = whose.where(EndpointRow.enabled).values(
        enabled=False, disabled_because=verdict.disable.value
    )
    return session.scalars(off.returning(EndpointRow.id)).one_or_none() is not None


def _with_names() -> Select[DeliveryRow, str]:
    return (
        select(DeliveryRow, EndpointRow.name)
        .join(EndpointRow, EndpointRow.id == DeliveryRow.endpoint_id)
        .execution_options(populate_existing=True)
    )


def _wanted(wanted: DeliveryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.endpoint is not None:
        found.append(DeliveryRow.endpoint_id == wanted.endpoint)
    if wanted.state is not None:
        found.append(DeliveryRow.state == wanted.state.value)
    if wanted.type is not None:
        found.append(DeliveryRow.type == wanted.type.value)
    if wanted.since is not None:
        found.append(DeliveryRow.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(DeliveryRow.created_at < wanted.until)
    if wanted.ids is not None:
        found.append(DeliveryRow.id.in_(wanted.ids))
    return found


def _last_attempts(session: Session, ids: list[int]) -> dict[int, Attempt]:
    query = (
        select(AttemptRow)
        .ext(distinct_on(AttemptRow.delivery_id))
        .where(AttemptRow.delivery_id.in_(ids))
        .order_by(AttemptRow.delivery_id, AttemptRow.at.desc(), AttemptRow.id.desc())
    )
    return {row.delivery_id: _attempt(row) for row in session.scalars(query)} if ids else {}


def _delivery(row: DeliveryRow, name: str, last: Attempt | None) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        endpoint=EndpointId(row.endpoint_id),
        endpoint_name=name,
        event=row.event,
        type=EventType(row.type),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        done_at=row.done_at,
        body=row.body,
        last=last,
    )


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        row.at,
        row.milliseconds,
        row.status,
        Failure(row.failure) if row.failure else None,
        row.answer,
    )
