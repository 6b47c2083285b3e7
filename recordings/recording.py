"""The recordings of a call, folded from its timeline: by the segment in which each began."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from crm.calls.record import CallEvent, CallId, Kind, in_order, segment_begun_by
from crm.kernel.text import clean


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording. `file` is `YYYY/MM/DD/NAME`, without side and suffix."""

    call: CallId
    segment: int  # number of the call's segment in which it began, from 0
    file: str | None  # None: there is none
    started_at: datetime
    late_seconds: float  # how much of the talk it misses at the beginning
    failed_why: str | None


def fold_recordings(timeline: Iterable[CallEvent]) -> list[Recording]:
    """Fold a timeline into the call's recordings, the oldest first.

    A failure counts only while there is no file; a recording that starts after a failure replaces
    it and holds how much it misses. One that was stopped and goes on is the same recording.
    """
    found: list[Recording] = []
    segment = -1
    for event in in_order(timeline):
        if segment_begun_by(event) is not None:
            segment += 1
        at = max(segment, 0)
        last = found[-1] if found else None
        if event.kind is Kind.RECORDING and "file" in event.detail:
            late, file = _seconds(event.detail.get("late", 0.0)), clean(str(event.detail["file"]))
            if last is not None and last.file == file and not late:
                continue  # it was stopped for a while, as before a survey
            if last is not None and (last.file is None or last.segment == at):
                found.pop()
            found.append(Recording(CallId(clean(event.call)), at, file, event.at, late, None))
        elif event.kind is Kind.RECORDING_FAILED and (last is None or last.file is None):
            why = clean(str(event.detail.get("why", "")))
            first = last or Recording(CallId(clean(event.call)), at, None, event.at, 0.0, why)
            found[-1:] = [replace(first, failed_why=why)]
    return found


def _seconds(late: str | float) -> float:
    try:
        seconds = float(late)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) else 0.0
