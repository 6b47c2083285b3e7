"""Calls: facts kept and folded into records, what was asked of the past, what is alive now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, func, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from crm.calls.models import CallEventRow, CallRow
from crm.calls.question import EVERYTHING, CallCounts, CallFilter, Scope
from crm.calls.record import (
    CallEvent,
    CallId,
    CallRecord,
    FactId,
    Kind,
    Result,
    fold,
    in_order,
)
from crm.errors import MissingError
from crm.page import Page, cursor_after, read_cursor, rows
from crm.text import clean, clean_detail

log = structlog.get_logger(__name__)
_ONE_WRITER = 0x43414C4C  # "CALL"


def keep_events(session: Session, events: Sequence[CallEvent]) -> None:
    """Keep facts of calls, each once, and fold the record of every call they speak of anew.

    Writing a batch twice, or its facts in another order, changes nothing. A call whose `arrived`
    is still missing has no record; it gets one when that comes. A timeline that cannot be folded
    is kept and logged: one spoilt fact must not hold up all the facts behind it.
    """
    if not events:
        return
    # Two writers (the engine, and what reads CEL after it) could each fold without the other's
    # facts, and the later one's record would stay. They take turns; a turn takes milliseconds.
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_WRITER})
    session.execute(
        insert(CallEventRow).on_conflict_do_nothing(index_elements=[CallEventRow.fact]),
        [_event_columns(event) for event in events],
    )
    touched = {clean(event.call) for event in events}
    if records := list(_records(_timelines(session, touched))):
        _write_records(session, records)


def call(session: Session, id_: str, scope: Scope = EVERYTHING) -> CallRecord:
    """Read a call's record; MissingError if there is none, or it is not the asker's to see."""
    query = select(CallRow).where(CallRow.id == clean(id_), *_seen_by(scope))
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise MissingError("There is no call {call}.", call=id_)
    return _record(found)


def timeline(session: Session, id_: str) -> list[CallEvent]:
    """Read what happened in a call, in order; whether the asker may see it, `call` has said."""
    query = select(CallEventRow).where(CallEventRow.call == clean(id_))
    return in_order(_event(row) for row in session.scalars(query))


def calls(
    session: Session,
    wanted: CallFilter,
    scope: Scope = EVERYTHING,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CallRecord]:
    """Page through calls, newest first."""
    query = (
        select(CallRow)
        .where(*_wanted(wanted), *_seen_by(scope))
        .order_by(CallRow.started_at.desc(), CallRow.id.desc())
        .limit(rows(limit) + 1)
        .execution_options(populate_existing=True)
    )
    if cursor:
        query = query.where(tuple_(CallRow.started_at, CallRow.id) < tuple_(*read_cursor(cursor)))
    found = session.scalars(query).all()
    shown = found[: rows(limit)]
    more = len(found) > len(shown)
    return Page(
        tuple(_record(row) for row in shown),
        cursor_after(shown[-1].started_at, shown[-1].id) if more else None,
    )


def calls_of(
    session: Session, customer: int | None, numbers: Sequence[str], limit: int
) -> list[CallRecord]:
    """Give the last calls of a customer and from some numbers, newest first."""
    whose: list[ColumnElement[bool]] = []
    if customer is not None:
        whose.append(CallRow.customer == customer)
    if numbers:
        whose.append(CallRow.caller.in_(numbers))
    if not whose:
        return []
    query = select(CallRow).where(or_(*whose))
    newest = query.order_by(CallRow.started_at.desc(), CallRow.id.desc()).limit(limit)
    return [_record(row) for row in session.scalars(newest)]


def open_calls(session: Session) -> list[CallRecord]:
    """Give the calls of which no end is known, the oldest first."""
    query = select(CallRow).where(CallRow.ended_at.is_(None))
    return [_record(row) for row in session.scalars(query.order_by(CallRow.started_at, CallRow.id))]


def known_calls(session: Session, ids: Iterable[str]) -> set[str]:
    """Say of which of some calls there is a fact, be it only one."""
    wanted = {clean(id_) for id_ in ids}
    query = select(CallEventRow.call).where(CallEventRow.call.in_(wanted)).distinct()
    return set(session.scalars(query)) if wanted else set()


def counts(session: Session, since: datetime, scope: Scope = EVERYTHING) -> CallCounts:
    """Count the calls that began since a time, such as this morning's midnight."""
    query = (
        select(CallRow.result, func.count())
        .where(CallRow.started_at >= since, *_seen_by(scope))
        .group_by(CallRow.result)
    )
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(query)}
    return CallCounts(
        sum(found.values()),
        found.get(Result.ANSWERED, 0),
        found.get(Result.ABANDONED, 0),
        found.get(Result.LIVE, 0),
    )


def _event(row: CallEventRow) -> CallEvent:
    """Read a line of a timeline from its row."""
    return CallEvent(
        FactId(row.fact), CallId(row.call), row.at, Kind(row.kind), row.detail, row.inferred
    )


def _seen_by(scope: Scope) -> list[ColumnElement[bool]]:
    return [] if scope.agent is None else [CallRow.agents.contains([scope.agent])]


def _wanted(wanted: CallFilter) -> list[ColumnElement[bool]]:
    found = [
        *_of_number(CallRow.caller, wanted.caller),
        *_of_number(CallRow.called, wanted.called),
    ]
    if wanted.result is not None:
        found.append(CallRow.result == wanted.result)
    if wanted.agent is not None:
        found.append(CallRow.agents.contains([wanted.agent]))
    if wanted.queue:
        found.append(CallRow.queue == clean(wanted.queue))
    if wanted.customer is not None:
        found.append(CallRow.customer == wanted.customer)
    if wanted.since is not None:
        found.append(CallRow.started_at >= wanted.since)
    if wanted.until is not None:
        found.append(CallRow.started_at < wanted.until)
    if wanted.talk_from_seconds is not None:
        found.append(CallRow.talk_seconds >= wanted.talk_from_seconds)
    if wanted.talk_to_seconds is not None:
        found.append(CallRow.talk_seconds <= wanted.talk_to_seconds)
    return found


def _of_number(column: InstrumentedAttribute[str], number: str) -> list[ColumnElement[bool]]:
    if not (number := clean(number.strip())):
        return []
    whole = number.startswith("+")
    return [column == number if whole else column.contains(number, autoescape=True)]


def _record(row: CallRow) -> CallRecord:
    return CallRecord(
        id=CallId(row.id),
        direction=row.direction,
        via=row.via,
        caller=row.caller,
        called=row.called,
        customer=row.customer,
        started_at=row.started_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        queue=row.queue,
        agent=row.agent,
        result=Result(row.result),
        ended_by=row.ended_by,
        cause=row.cause,
        ivr_seconds=row.ivr_seconds,
        wait_seconds=row.wait_seconds,
        talk_seconds=row.talk_seconds,
        hold_seconds=row.hold_seconds,
        outcome=row.outcome,
        recording=row.recording,
        recording_failed=row.recording_failed,
        inferred=row.inferred,
    )


def _event_columns(event: CallEvent) -> dict[str, object]:
    return {
        "fact": clean(event.fact),
        "call": clean(event.call),
        "at": event.at,
        "kind": event.kind.value,
        "detail": clean_detail(event.detail),
        "inferred": event.inferred,
    }


def _timelines(session: Session, calls: set[str]) -> Mapping[str, list[CallEvent]]:
    found: dict[str, list[CallEvent]] = defaultdict(list)
    query = select(CallEventRow).where(CallEventRow.call.in_(calls))
    for row in session.scalars(query):
        found[row.call].append(_event(row))
    return found


def _records(timelines: Mapping[str, list[CallEvent]]) -> Iterable[dict[str, Any]]:
    """Fold what can be folded, in the order of the ids, in which the rows are then locked."""
    for call, timeline in sorted(timelines.items()):
        if all(one.kind is not Kind.ARRIVED for one in timeline):
            continue
        try:
            # While the call lives its seconds count up to the last thing that is known of it.
            record = asdict(fold(timeline, max(one.at for one in timeline)))
            agents = sorted({int(e.detail["agent"]) for e in timeline if e.kind is Kind.CONNECTED})
        except (KeyError, ValueError, TypeError):
            log.exception("the timeline of a call cannot be folded", call=call)
            continue
        yield record | {"result": record["result"].value, "agents": agents}


def _write_records(session: Session, records: list[dict[str, Any]]) -> None:
    upsert = insert(CallRow)
    columns = {name: upsert.excluded[name] for name in records[0] if name != "id"}
    session.execute(
        upsert.on_conflict_do_update(index_elements=[CallRow.id], set_=columns), records
    )
