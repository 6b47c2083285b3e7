"""Waits that had an estimate: a fold of the facts of calls, and how often estimates were true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, case, cast, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from acd.estimate import Forecast, LineHistory, Wait
from acd.models import QueueRow
from acd.queue import QueueKey
from acd.wait_estimate import ENDS, WaitEnd, WaitEstimate, fold_waits
from acd.wait_estimates.models import WaitEstimateRow
from crm.calls.models import CallRow
from crm.calls.record import CallEvent, Kind
from crm.calls.store import timelines_of
from crm.kernel.text import clean

MOST_KNOWN = 200
"""How many waits and calls of each queue a new engine begins with."""

LEAST_SHOWN = 20
"""With fewer estimates a share says nothing."""


@dataclass(frozen=True, slots=True)
class EstimateFigures:
    """How often estimates were true, of the answered waits that had one."""

    estimates: int
    within: float  # share, 0 to 1: between P10 and P90
    below: float  # share, 0 to 1: not longer than P90
    error_seconds: float  # mean distance of a wait from its P50


@dataclass(frozen=True, slots=True)
class EstimateDay:
    """The figures of one day."""

    day: date
    figures: EstimateFigures


def keep_waits(session: Session, events: Sequence[CallEvent]) -> None:
    """Store the waits from a batch of facts; the timelines must be stored before."""
    told = {clean(one.call) for one in events if one.kind is Kind.ESTIMATED}
    ended = {clean(one.call) for one in events if one.kind in ENDS} - told
    if ended:
        known = select(WaitEstimateRow.call).where(WaitEstimateRow.call.in_(sorted(ended)))
        told |= set(session.scalars(known))
    for timeline in timelines_of(session, told).values() if told else ():
        for one in fold_waits(timeline):
            _keep(session, one)


def add_waits(session: Session, waits: Iterable[WaitEstimate]) -> None:
    """Store waits that come from no facts, such as the demo's."""
    for one in waits:
        _keep(session, one)


def remove_waits(session: Session, prefix: str) -> None:
    """Remove the waits of calls with ids that begin with a prefix."""
    theirs = WaitEstimateRow.call.startswith(prefix, autoescape=True)
    session.execute(delete(WaitEstimateRow).where(theirs))


def _keep(session: Session, one: WaitEstimate) -> None:
    said = one.said
    columns: dict[str, Any] = {
        "fact": clean(one.fact),
        "call": clean(one.call),
        "queue": clean(one.queue, 100),
        "entered_at": one.entered_at,
        "f10": one.forecast.low,
        "f50": one.forecast.middle,
        "f90": one.forecast.high,
        "p10": said.low if said is not None else None,
        "p50": said.middle if said is not None else None,
        "p90": said.high if said is not None else None,
        "state": one.state.value,
        "seconds": one.seconds,
    }
    made = insert(WaitEstimateRow).values(columns)
    session.execute(made.on_conflict_do_update(index_elements=[WaitEstimateRow.fact], set_=columns))


# ---- how often they were true


def estimate_figures(
    session: Session, queue: str, since: datetime, until: datetime
) -> EstimateFigures | None:
    """Give the figures of a queue in a period; None without any estimate."""
    found = session.execute(_figures(queue, since, until)).one()
    return _read(found) if found.estimates else None


def estimate_days(
    session: Session, queue: str, since: datetime, until: datetime, zone: str
) -> list[EstimateDay]:
    """Give the figures by day, the newest first; `zone` is the name of a time zone."""
    day = cast(func.timezone(zone, WaitEstimateRow.entered_at), Date)
    query = _figures(queue, since, until).add_columns(day.label("day"))
    rows = session.execute(query.group_by(day).order_by(day.desc()))
    return [EstimateDay(row.day, _read(row)) for row in rows]


def _figures(queue: str, since: datetime, until: datetime) -> Select[Any]:
    row = WaitEstimateRow
    return select(
        func.count().label("estimates"),
        func.avg(case((row.seconds.between(row.p10, row.p90), 1.0), else_=0.0)).label("within"),
        func.avg(case((row.seconds <= row.p90, 1.0), else_=0.0)).label("below"),
        func.avg(func.abs(row.seconds - row.p50)).label("error"),
    ).where(
        row.queue == clean(queue, 100),
        row.entered_at >= since,
        row.entered_at < until,
        row.state == WaitEnd.ANSWERED.value,
        row.p50.is_not(None),
    )


def _read(row: Any) -> EstimateFigures:
    return EstimateFigures(
        int(row.estimates), float(row.within), float(row.below), float(row.error)
    )


# ---- a new engine


def histories(session: Session) -> dict[QueueKey, LineHistory]:
    """Give what is remembered of each active queue: its last waits, and how long its talks took.

    The wrap-up is taken as the queue sets it: how long each took is not stored with the call.
    """
    queues = session.execute(
        select(QueueRow.key, QueueRow.wrapup_seconds).where(QueueRow.enabled)
    ).all()
    found = {
        QueueKey(key): LineHistory(_waits(session, key), _handled(session, key, wrapup))
        for key, wrapup in queues
    }
    return {key: one for key, one in found.items() if one.waits or one.handled}


def _waits(session: Session, queue: str) -> tuple[Wait, ...]:
    row = WaitEstimateRow
    over = (WaitEnd.ANSWERED.value, WaitEnd.ABANDONED.value)
    query = (
        select(row.seconds, row.state, row.f10, row.f50, row.f90)
        .where(row.queue == queue, row.state.in_(over), row.seconds.is_not(None))
        .order_by(row.entered_at.desc())
        .limit(MOST_KNOWN)
    )
    return _oldest_first(
        Wait(seconds or 0.0, state == WaitEnd.ABANDONED.value, Forecast(low, middle, high))
        for seconds, state, low, middle, high in session.execute(query)
    )


def _handled(session: Session, queue: str, wrapup: float) -> tuple[float, ...]:
    query = (
        select(CallRow.talk_seconds + CallRow.hold_seconds)
        .where(CallRow.queue == queue, CallRow.answered_at.is_not(None))
        .order_by(CallRow.started_at.desc(), CallRow.id.desc())
        .limit(MOST_KNOWN)
    )
    return _oldest_first(float(seconds) + wrapup for seconds in session.scalars(query))


def _oldest_first(newest_first: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(reversed(list(newest_first)))
