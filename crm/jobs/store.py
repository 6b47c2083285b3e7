"""The job queue: put, claim, settle and revive jobs.

Each kind of job keeps in a table of its own what users see; here is only when the job is due. A job
is done at least once: if its worker dies, the lease ends and another worker claims it, with the
same key.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.jobs.job import Job, JobId, JobProgress, JobState, NewJob
from crm.jobs.models import JobRow
from crm.kernel.text import clean, clean_detail
from crm.sql.db import whole_table

LONGEST_ERROR = 500
_JOBS = whole_table(JobRow)


def put(session: Session, kind: str, jobs: Iterable[NewJob]) -> None:
    """Queue jobs; they are done if and only if this transaction is committed.

    A key that the kind already has is left as it is.
    """
    once = insert(_JOBS).on_conflict_do_nothing(index_elements=["kind", "key"])
    lines = [_line(kind, one) for one in jobs]
    timed = [one for one in lines if "due_at" in one]
    # All rows of a statement have the same columns: those without a due time are due at once.
    for group in (timed, [one for one in lines if "due_at" not in one]):
        if group:
            session.execute(once, group)


def claim(  # noqa: PLR0913, PLR0917 - which jobs, how many, who claims them, for how long
    session: Session,
    kind: str,
    lane: str,
    most: int,
    now: datetime,
    lease: timedelta,
    by: str = "",
) -> list[Job]:
    """Claim a lane's due jobs, the oldest first; no other worker gets them until the lease ends.

    Several workers may claim at once: each skips the rows that another one is just taking.
    """
    query = (
        select(JobRow)
        .where(JobRow.kind == kind, JobRow.lane == lane, *_due(now))
        .order_by(JobRow.due_at, JobRow.id)
        .limit(most)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).all()
    for row in found:
        row.attempts += 1
        row.lease_until = now + lease
        row.leased_by = by
    session.flush()
    return [_job(row, now + lease) for row in found]


def has_due(kind: str, lane: ColumnElement[str], now: datetime) -> ColumnElement[bool]:
    """Give the condition that a lane of a kind has a due job, for a query that knows the lanes."""
    due = select(JobRow.id).where(JobRow.kind == kind, JobRow.lane == lane, *_due(now))
    return due.exists()


def release(session: Session, jobs: Iterable[Job], now: datetime) -> None:
    """Give back claimed jobs that were not tried: due at once, and not counted as an attempt.

    A job that was settled, or that another worker has claimed since, stays as it is.
    """
    for one in jobs:
        session.execute(
            update(JobRow)
            .where(*_held(one))
            .values(due_at=now, attempts=JobRow.attempts - 1, lease_until=None)
        )


def renew(session: Session, held: Job, lease_until: datetime) -> Job | None:
    """Extend a claim while the job goes on; None if the claim no longer holds."""
    query = update(JobRow).where(*_held(held)).values(lease_until=lease_until)
    if session.scalars(query.returning(JobRow.id)).one_or_none() is None:
        return None
    return replace(held, lease_until=lease_until)


def finish(session: Session, held: Job, at: datetime) -> bool:
    """Mark a claimed job as done; False if the claim no longer holds."""
    return _settle(session, held, JobState.DONE, at, "")


def retry(session: Session, held: Job, due_at: datetime, error: str) -> bool:
    """Let a failed job wait for its next attempt; False if the claim no longer holds."""
    query = (
        update(JobRow)
        .where(*_held(held))
        .values(due_at=due_at, lease_until=None, last_error=clean(error, LONGEST_ERROR))
    )
    return session.scalars(query.returning(JobRow.id)).one_or_none() is not None


def give_up(session: Session, held: Job, at: datetime, error: str) -> bool:
    """Mark a claimed job as dead; False if the claim no longer holds."""
    return _settle(session, held, JobState.DEAD, at, error)


def revive(session: Session, kind: str, jobs: Sequence[NewJob], now: datetime) -> None:
    """Queue jobs again from their first attempt, whatever their state, due at once.

    A job that a worker is doing is left alone. A job that is no longer known is queued again.
    """
    if not jobs:
        return
    queue = insert(_JOBS)
    again = queue.on_conflict_do_update(
        index_elements=["kind", "key"],
        set_={
            "state": JobState.WAITING.value,
            "attempts": 0,
            "due_at": now,
            "lease_until": None,
            "finished_at": None,
        },
        where=or_(
            _JOBS.c.state != JobState.WAITING.value,
            _JOBS.c.lease_until.is_(None),
            _JOBS.c.lease_until <= now,
        ),
    )
    session.execute(again, [_line(kind, one) | {"due_at": now} for one in jobs])


def remove_lane(session: Session, kind: str, lane: str) -> None:
    """Remove all jobs of a lane, as when a receiver is removed."""
    session.execute(delete(JobRow).where(JobRow.kind == kind, JobRow.lane == lane))


def progress(session: Session, kind: str, keys: Iterable[str]) -> Mapping[str, JobProgress]:
    """Give the attempts and due time of jobs by their keys; an unknown job is left out."""
    query = select(JobRow.key, JobRow.attempts, JobRow.due_at).where(
        JobRow.kind == kind, JobRow.key.in_(list(keys))
    )
    return {key: JobProgress(attempts, due_at) for key, attempts, due_at in session.execute(query)}


def count(session: Session) -> Mapping[tuple[str, JobState], int]:
    """Count the jobs that wait or were given up, by kind and state."""
    query = (
        select(JobRow.kind, JobRow.state, func.count())
        .where(JobRow.state != JobState.DONE.value)
        .group_by(JobRow.kind, JobRow.state)
    )
    return {(kind, JobState(state)): number for kind, state, number in session.execute(query)}


def forget_finished(session: Session, before: datetime) -> None:
    """Remove the jobs that were done or given up before a time."""
    session.execute(
        delete(JobRow).where(JobRow.state != JobState.WAITING.value, JobRow.finished_at < before)
    )


def _settle(session: Session, held: Job, state: JobState, at: datetime, error: str) -> bool:
    query = (
        update(JobRow)
        .where(*_held(held))
        .values(
            state=state.value,
            finished_at=at,
            lease_until=None,
            last_error=clean(error, LONGEST_ERROR),
        )
    )
    return session.scalars(query.returning(JobRow.id)).one_or_none() is not None


def _due(now: datetime) -> list[ColumnElement[bool]]:
    return [
        JobRow.state == JobState.WAITING.value,
        JobRow.due_at <= now,
        or_(JobRow.lease_until.is_(None), JobRow.lease_until <= now),
    ]


def _held(job: Job) -> list[ColumnElement[bool]]:
    """The conditions that a claim still holds: the job has not been claimed or settled since."""
    return [
        JobRow.id == job.id,
        JobRow.state == JobState.WAITING.value,
        JobRow.attempts == job.attempt,
        JobRow.lease_until == job.lease_until,
    ]


def _line(kind: str, job: NewJob) -> dict[str, object]:
    line: dict[str, object] = {
        "kind": kind,
        "key": job.key,
        "lane": job.lane,
        "payload": clean_detail(job.payload),
    }
    return line if job.due_at is None else line | {"due_at": job.due_at}


def _job(row: JobRow, lease_until: datetime) -> Job:
    return Job(
        id=JobId(row.id),
        kind=row.kind,
        key=row.key,
        lane=row.lane,
        payload=row.payload,
        attempt=row.attempts,
        lease_until=lease_until,
    )
