"""The callers of queues in a period, as a simulation needs them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.calls.models import CallRow
from crm.calls.record import CallResult
from crm.sql.db import whole_table

MOST_CALLS = 100_000
_CALLS = whole_table(CallRow)


@dataclass(frozen=True, slots=True)
class QueueCall:
    """A caller of a queue who was answered or hung up."""

    queue: str  # the last one
    at: datetime  # when the wait began: the flow before it is over
    wait_seconds: float
    handling_seconds: float | None  # talk and hold; None: the caller hung up before


def queue_calls(
    session: Session, queues: Collection[str], since: datetime, until: datetime
) -> list[QueueCall]:
    """Give the finished calls of these queues that came in a period, the oldest first."""
    calls = _CALLS.c
    query = (
        select(
            calls.queue,
            calls.started_at,
            calls.ivr_seconds,
            calls.wait_seconds,
            calls.talk_seconds,
            calls.hold_seconds,
            calls.result,
        )
        .where(
            calls.queue.in_(set(queues)),
            calls.started_at >= since,
            calls.started_at < until,
            calls.direction == "in",
            calls.ended_at.is_not(None),
            calls.result.in_([CallResult.ANSWERED.value, CallResult.ABANDONED.value]),
        )
        .order_by(calls.started_at, calls.id)
        .limit(MOST_CALLS)
    )
    return [
        QueueCall(
            str(row.queue),
            row.started_at + timedelta(seconds=row.ivr_seconds),
            row.wait_seconds,
            row.talk_seconds + row.hold_seconds if row.result == CallResult.ANSWERED else None,
        )
        for row in session.execute(query)
    ]
