"""Messages to endpoints: claimed, settled, listed, and sent again."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from crm.jobs import store as jobs
from crm.jobs.job import Job, JobProgress, NewJob
from crm.kernel.errors import MissingError
from crm.kernel.text import clean
from crm.outgoing.answer import Failure, OutgoingAnswer
from crm.sql.db import in_time_order
from crm.sql.page import Page, one_page, rows
from crm.webhooks.models import AttemptRow, DeliveryRow, EndpointRow
from crm.webhooks.store import JOB, lane_of
from crm.webhooks.webhook import (
    Attempt,
    Claim,
    Delivery,
    DeliveryDecision,
    DeliveryFilter,
    DeliveryId,
    DeliveryState,
    EndpointHealth,
    EndpointId,
    EventType,
)

LONGEST_ANSWER = 2048
MOST_REPLAYED = 10_000


def endpoints_due(session: Session, now: datetime) -> dict[int, datetime | None]:
    """Give the enabled endpoints that have something due, and since when each has been failing."""
    due = jobs.has_due(JOB, cast(EndpointRow.id, Text), now)
    query = select(EndpointRow.id, EndpointRow.failing_since).where(EndpointRow.enabled, due)
    return {id_: since for id_, since in session.execute(query)}  # noqa: C416


def claim(  # noqa: PLR0913, PLR0917 - which ones, how many, who claims them, for how long
    session: Session, endpoint: int, most: int, now: datetime, lease: timedelta, by: str = ""
) -> list[Claim]:
    """Claim the messages that are due for longest at an endpoint, if it is switched on.

    If the worker dies, they are due again after the lease, with the same ids.
    """
    to = session.get(EndpointRow, endpoint, populate_existing=True)
    if to is None or not to.enabled:
        return []
    held = {
        int(one.key): one
        for one in jobs.claim(session, JOB, lane_of(endpoint), most, now, lease, by)
    }
    query = select(DeliveryRow).where(DeliveryRow.id.in_(held)).order_by(DeliveryRow.id)
    found = session.scalars(query.execution_options(populate_existing=True))
    return [_claim(held[row.id], row, to, now) for row in found]


def note_attempt(
    session: Session, taken: Claim, result: OutgoingAnswer, decision: DeliveryDecision
) -> bool:
    """Store the result of an attempt; True if it switched its endpoint off.

    If the lease ended and another worker has claimed the message since, that worker decides about
    the message.
    """
    if session.get(DeliveryRow, taken.delivery) is None:
        return False  # its endpoint was removed
    session.execute(
        insert(AttemptRow).values(
            delivery_id=taken.delivery,
            endpoint_id=taken.endpoint,
            at=result.at,
            milliseconds=result.milliseconds,
            status=result.status,
            failure=result.failure,
            answer=clean(result.text, LONGEST_ANSWER),
        )
    )
    ended = result.at + timedelta(milliseconds=result.milliseconds)
    if _settle(session, taken.job, result, decision, ended):
        waits = decision.state is DeliveryState.WAITING
        session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == taken.delivery)
            .values(state=decision.state.value, done_at=None if waits else ended)
        )
    return _note_health(session, taken.endpoint, result, decision)


def delivery(session: Session, id_: int) -> Delivery:
    """Read a delivery; MissingError if there is none."""
    found = session.execute(_with_names().where(DeliveryRow.id == id_)).one_or_none()
    if found is None:
        raise MissingError("There is no delivery {delivery}.", delivery=id_)
    row, name = found
    return _delivery(row, name, _progress(session, [row]).get(str(row.id)), None)


def attempts(session: Session, id_: int) -> list[Attempt]:
    """Give the attempts of a delivery, newest first."""
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
    known = _progress(session, [row for row, _ in shown])
    items = (_delivery(row, name, known.get(str(row.id)), last.get(row.id)) for row, name in shown)
    return Page(tuple(items), after)


def replay(session: Session, wanted: DeliveryFilter, now: datetime) -> int:
    """Send deliveries again, with the ids that they had; give their number.

    A message that waits for its next attempt is sent at once. At most 10,000, the oldest first.
    """
    chosen = (
        select(DeliveryRow.id, DeliveryRow.endpoint_id)
        .where(*_wanted(wanted))
        .order_by(DeliveryRow.created_at, DeliveryRow.id)
        .limit(MOST_REPLAYED)
        .with_for_update()
    )
    found = session.execute(chosen).all()
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_([id_ for id_, _ in found]))
        .values(state=DeliveryState.WAITING.value, done_at=None)
        .execution_options(synchronize_session=False)
    )
    again = [NewJob(str(id_), lane_of(endpoint)) for id_, endpoint in found]
    jobs.revive(session, JOB, again, now)
    return len(found)


def health(session: Session, since: datetime) -> Mapping[int, EndpointHealth]:
    """Count the attempts at each endpoint since a time, and its waiting and given-up messages."""
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
    return {id_: EndpointHealth(**parts) for id_, parts in found.items()}


def forget_deliveries(session: Session, before: datetime) -> None:
    """Remove messages that were delivered or given up before a time, with their attempts."""
    session.execute(
        delete(DeliveryRow).where(
            DeliveryRow.state != DeliveryState.WAITING.value, DeliveryRow.done_at < before
        )
    )


def _settle(
    session: Session,
    held: Job,
    result: OutgoingAnswer,
    decision: DeliveryDecision,
    ended: datetime,
) -> bool:
    error = result.failure.value if result.failure else ""
    match decision.state:
        case DeliveryState.DELIVERED:
            return jobs.finish(session, held, ended)
        case DeliveryState.DEAD:
            return jobs.give_up(session, held, ended, error)
        case DeliveryState.WAITING:
            due_at = ended + timedelta(seconds=decision.wait_seconds)
            return jobs.retry(session, held, due_at, error)


def _claim(held: Job, row: DeliveryRow, to: EndpointRow, now: datetime) -> Claim:
    secrets = [to.secret]
    if to.old_secret and to.old_secret_until and to.old_secret_until > now:
        secrets.append(to.old_secret)
    return Claim(
        job=held,
        delivery=DeliveryId(row.id),
        event=row.event,
        body=row.body,
        endpoint=EndpointId(to.id),
        url=to.url,
        inside=to.inside,
        secrets=tuple(secrets),
        failing_since=to.failing_since,
    )


def _note_health(
    session: Session, id_: int, result: OutgoingAnswer, decision: DeliveryDecision
) -> bool:
    update_endpoint = update(EndpointRow).where(EndpointRow.id == id_)
    if result.failure is None:
        # Mostly the endpoint was not failing before, and nothing is written.
        session.execute(
            update_endpoint.where(EndpointRow.failing_since.is_not(None)).values(failing_since=None)
        )
        return False
    session.execute(
        update_endpoint.where(EndpointRow.failing_since.is_(None)).values(failing_since=result.at)
    )
    if decision.disable is None:
        return False
    off = update_endpoint.where(EndpointRow.enabled).values(
        enabled=False, disabled_because=decision.disable.value
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


def _progress(session: Session, found: Iterable[DeliveryRow]) -> Mapping[str, JobProgress]:
    return jobs.progress(session, JOB, [str(row.id) for row in found])


def _delivery(
    row: DeliveryRow, name: str, known: JobProgress | None, last: Attempt | None
) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        endpoint=EndpointId(row.endpoint_id),
        endpoint_name=name,
        event=row.event,
        type=EventType(row.type),
        state=DeliveryState(row.state),
        attempts=known.attempts if known else 0,
        created_at=row.created_at,
        due_at=known.due_at if known else row.created_at,
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
