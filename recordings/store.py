"""Recordings: the file of each recorded call, or why there is none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, Kind, in_order
from crm.kernel.text import clean
from crm.sql.db import whole_table
from recordings.models import RecordingRow


@dataclass(frozen=True, slots=True)
class Recording:
    """The recording of a call. `file` is `YYYY/MM/DD/NAME`, without side and suffix."""

    call: CallId
    file: str | None  # None: there is none
    started_at: datetime
    late_seconds: float  # how much of the talk it misses at the beginning
    failed_why: str | None


def keep(session: Session, events: Sequence[CallEvent]) -> None:
    """Store what a batch of facts says about recordings; other facts are ignored.

    The order, and writing a batch twice, make no difference: a file stays once it is known, and a
    failure is stored only for a call without a file.
    """
    found: dict[str, dict[str, object]] = {}
    for event in in_order(events):
        call = clean(event.call)
        if event.kind is Kind.RECORDING and "file" in event.detail:
            found[call] = _columns(event) | {
                "file": clean(str(event.detail["file"])),
                "late_seconds": _seconds(event.detail.get("late", 0.0)),
            }
        elif event.kind is Kind.RECORDING_FAILED and found.get(call, {}).get("file") is None:
            found[call] = _columns(event) | {"failed_why": clean(str(event.detail.get("why", "")))}
    if not found:
        return
    session.execute(_writing(), [found[call] for call in sorted(found)])


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
    return new.on_conflict_do_update(index_elements=[RecordingRow.call], set_=changed)


def recording(session: Session, call: str) -> Recording | None:
    """Give the recording of a call, or why there is none; None if none was ordered."""
    query = select(RecordingRow).where(RecordingRow.call == clean(call))
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return _recording(row) if row else None


def recordings(session: Session, since: datetime, until: datetime) -> list[Recording]:
    """Give the recordings with a file that started in a period, oldest first."""
    query = (
        select(RecordingRow)
        .where(
            RecordingRow.file.is_not(None),
            RecordingRow.started_at >= since,
            RecordingRow.started_at < until,
        )
        .order_by(RecordingRow.started_at, RecordingRow.call)
    )
    return [_recording(row) for row in session.scalars(query)]


def _columns(event: CallEvent) -> dict[str, object]:
    return {
        "call": clean(event.call),
        "file": None,
        "started_at": event.at,
        "late_seconds": 0.0,
        "failed_why": None,
    }


def _seconds(late: str | float) -> float:
    try:
        seconds = float(late)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) else 0.0


def _recording(row: RecordingRow) -> Recording:
    return Recording(CallId(row.call), row.file, row.started_at, row.late_seconds, row.failed_why)
