"""Recordings: the file of each recorded segment of a call, or why there is none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, and_, case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.record import SEGMENT_KINDS, CallEvent, CallId, Kind
from crm.calls.store import timelines_of
from crm.kernel.text import clean
from crm.sql.db import whole_table
from recordings.models import RecordingRow
from recordings.recording import Recording, fold_recordings

ABOUT = frozenset({Kind.RECORDING, Kind.RECORDING_FAILED})


def keep(session: Session, events: Sequence[CallEvent]) -> None:
    """Store what a batch of facts says about recordings; other facts are ignored.

    The calls' timelines must be stored before. The order, and writing a batch twice, make no
    difference: a file stays once it is known, and a failure is stored only where there is no file.
    """
    calls = {clean(event.call) for event in events if _matters(event)}
    if not calls:
        return
    timelines = timelines_of(session, calls)
    rows: list[Recording] = []
    for call in sorted(calls):
        stored = {one.fact: one for one in timelines.get(call, ())}
        given = {one.fact: one for one in events if clean(one.call) == call}
        rows += fold_recordings({**given, **stored}.values())
    if rows:
        _forget_others(session, rows)
        session.execute(_writing(), [asdict(row) for row in rows])


def _matters(event: CallEvent) -> bool:
    """Whether a fact is about a recording, or comes late and moves the segments' numbers."""
    return event.kind in ABOUT or (event.inferred and event.kind in SEGMENT_KINDS)


def _forget_others(session: Session, rows: Sequence[Recording]) -> None:
    """Remove rows whose segment has another number by now; a file without a new fact stays."""
    by_call: dict[str, list[Recording]] = defaultdict(list)
    for row in rows:
        by_call[row.call].append(row)
    others = [
        and_(
            RecordingRow.call == call,
            RecordingRow.segment.not_in([row.segment for row in folded]),
            or_(
                RecordingRow.file.is_(None),
                RecordingRow.file.in_([row.file for row in folded if row.file is not None]),
            ),
        )
        for call, folded in by_call.items()
    ]
    session.execute(delete(RecordingRow).where(or_(*others)))


@cache
def _writing() -> Executable:
    new = insert(whole_table(RecordingRow))
    keeps = RecordingRow.file.is_not(None) & new.excluded.file.is_(None)
    changed = {
        "file": func.coalesce(new.excluded.file, RecordingRow.file),
        "started_at": case((keeps, RecordingRow.started_at), else_=new.excluded.started_at),
        "late_seconds": case((keeps, RecordingRow.late_seconds), else_=new.excluded.late_seconds),
        "failed_why": case((keeps, RecordingRow.failed_why), else_=new.excluded.failed_why),
    }
    key = [RecordingRow.call, RecordingRow.segment]
    return new.on_conflict_do_update(index_elements=key, set_=changed)


def recordings_of(session: Session, call: str) -> list[Recording]:
    """Give the recordings of a call by segment, also failed ones without a file."""
    query = select(RecordingRow).where(RecordingRow.call == clean(call))
    query = query.order_by(RecordingRow.segment).execution_options(populate_existing=True)
    return [_recording(row) for row in session.scalars(query)]


def recordings(session: Session, since: datetime, until: datetime) -> list[Recording]:
    """Give the recordings with a file that began in a period, oldest first."""
    query = (
        select(RecordingRow)
        .where(
            RecordingRow.file.is_not(None),
            RecordingRow.started_at >= since,
            RecordingRow.started_at < until,
        )
        .order_by(RecordingRow.started_at, RecordingRow.call, RecordingRow.segment)
    )
    return [_recording(row) for row in session.scalars(query)]


def _recording(row: RecordingRow) -> Recording:
    return Recording(
        CallId(row.call), row.segment, row.file, row.started_at, row.late_seconds, row.failed_why
    )
