"""Callbacks in the database: a fold of the facts in the timelines of the calls that asked."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Select, case, delete, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from acd.callback import FACTS, OPEN, Callback, CallbackRecord, CallbackState, fold, live
from acd.callbacks.models import CallbackRow
from acd.callbacks.question import (
    CallbackCount,
    CallbackFilter,
    CallbackQuestion,
    CallbackReach,
    CallbackSums,
    asked_by,
)
from acd.queue import AgentId, QueueKey
from crm.calls.models import CallRow
from crm.calls.record import CallEvent, CallId, in_order
from crm.calls.store import timelines_of
from crm.customers.models import CustomerRow
from crm.kernel.errors import InvalidError, MissingError
from crm.kernel.text import clean
from crm.sql.grams import digits_of
from crm.sql.page import Page, cursor_after, place_after, read_cursor, read_place, rows

COUNTED = 1000
EVERYTHING = CallbackReach()
_OPEN = [one.value for one in OPEN]
_OPEN_FIRST = "open"  # names the order in a cursor
_IS_OPEN = case((CallbackRow.state.in_(_OPEN), 1), else_=0)


def keep_callbacks(session: Session, events: Sequence[CallEvent]) -> None:
    """Store the callbacks that a batch of facts tells of.

    The calls' timelines must be stored before: a callback is folded from all of its facts, so
    storing it twice is storing it once.
    """
    told = {clean(event.call) for event in events if event.kind in FACTS}
    for timeline in timelines_of(session, told).values() if told else ():
        record = folded(timeline)
        if record is not None:
            columns = _columns(record)
            made = insert(CallbackRow).values(columns)
            known = made.on_conflict_do_update(index_elements=[CallbackRow.id], set_=columns)
            session.execute(known)


def folded(
    timeline: Iterable[CallEvent], known: CallbackRecord | None = None
) -> CallbackRecord | None:
    """The callback of a call's timeline, if it has one."""
    for event in in_order(one for one in timeline if one.kind in FACTS):
        known = fold(known, event)
    return known


def open_callbacks(session: Session) -> list[CallbackRecord]:
    """Give the callbacks that wait or are called just now, in the order of their waits."""
    query = select(CallbackRow).where(CallbackRow.state.in_(_OPEN))
    return [_record(row) for row in session.scalars(query.order_by(CallbackRow.since))]


def open_with(session: Session, left: Iterable[CallEvent]) -> list[Callback]:
    """The open callbacks that a new engine goes on with; `left` are facts not yet stored."""
    known = {one.id: one for one in open_callbacks(session)}
    for event in left:
        record = folded([event], known.get(event.call))
        if record is not None:
            known[event.call] = record
    return [live(one) for one in known.values() if one.state in OPEN]


def callbacks(
    session: Session,
    asked: CallbackQuestion,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CallbackRecord]:
    """Page through callbacks by the time at which they were asked for; `newest_first` or turned."""
    way = (*((_IS_OPEN,) if asked.open_first else ()), CallbackRow.asked_at, CallbackRow.id)
    query = _found(asked, CallbackRow)
    if cursor:
        place, there = tuple_(*way), tuple_(*_place(cursor, asked))
        query = query.where(place < there if newest_first else place > there)
    query = query.order_by(*((one.desc() for one in way) if newest_first else way))
    found = [_record(row) for row in session.scalars(query.limit(rows(limit) + 1))]
    shown, more = found[: rows(limit)], len(found) > rows(limit)
    return Page(tuple(shown), _after(shown[-1], asked) if more else None)


def _after(last: CallbackRecord, asked: CallbackQuestion) -> str:
    if not asked.open_first:
        return cursor_after(last.asked_at, last.id)
    return place_after(
        _OPEN_FIRST, f"{int(last.state in OPEN)}|{last.asked_at.isoformat()}", last.id
    )


def _place(cursor: str, asked: CallbackQuestion) -> tuple[int | datetime | str, ...]:
    if not asked.open_first:
        return read_cursor(cursor)
    said, id_ = read_place(cursor, _OPEN_FIRST)
    is_open, _, at = said.partition("|")
    try:
        place = datetime.fromisoformat(at)
    except ValueError:
        place = None
    if place is None or place.tzinfo is None or is_open not in {"0", "1"}:
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    return int(is_open), place, id_


def count_callbacks(session: Session, asked: CallbackQuestion) -> int:
    """Count callbacks, at most one more than `COUNTED`."""
    found = _found(asked, CallbackRow.id).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def sum_callbacks(session: Session, asked: CallbackQuestion) -> CallbackSums:
    """Sum callbacks by how they ended."""
    state = CallbackRow.state
    query = _found(
        asked,
        func.count(),
        func.count().filter(state.in_(_OPEN)),
        func.count().filter(state == CallbackState.DONE.value),
        func.count().filter(state == CallbackState.FAILED.value),
        func.coalesce(func.sum(CallbackRow.tries), 0),
    )
    count, waiting, done, failed, tries = session.execute(query).one()
    return CallbackSums(count, waiting, done, failed, int(tries))


def callback(session: Session, id_: str, reach: CallbackReach = EVERYTHING) -> CallbackRecord:
    """Give one callback; MissingError if there is none within reach."""
    query = _found(CallbackQuestion(reach=reach), CallbackRow)
    row = session.scalar(query.where(CallbackRow.id == clean(id_, 150)))
    if row is None:
        raise MissingError("There is no such callback.")
    return _record(row)


def callback_of(session: Session, call: str) -> CallbackRecord | None:
    """Give the callback that was asked for in a call, or for which the call is made."""
    for id_ in (call, asked_by(call)):
        row = session.get(CallbackRow, clean(id_, 150)) if id_ else None
        if row is not None:
            return _record(row)
    return None


def open_by_queue(session: Session, reach: CallbackReach = EVERYTHING) -> dict[str, int]:
    """Count the callbacks that wait or are called just now, by queue."""
    asked = CallbackQuestion(CallbackFilter(OPEN), reach)
    counted = session.execute(
        _found(asked, CallbackRow.queue, func.count()).group_by(CallbackRow.queue)
    )
    return {queue: int(count) for queue, count in counted}


def count_by_queue(
    session: Session, edges: Sequence[datetime], reach: CallbackReach = EVERYTHING
) -> list[CallbackCount]:
    """Count callbacks by queue and by the interval in which they were asked for."""
    state, talked = CallbackRow.state, CallRow.answered_at - CallbackRow.since
    place = func.width_bucket(CallbackRow.asked_at, literal(list(edges), ARRAY(DateTime(True))))
    reached = state == CallbackState.DONE.value
    wanted = CallbackFilter(since=edges[0], until=edges[-1])
    query = _found(
        CallbackQuestion(wanted, reach),
        CallbackRow.queue,
        place,
        func.count(),
        func.count().filter(reached),
        func.count().filter(state == CallbackState.FAILED.value),
        func.count().filter(state == CallbackState.CANCELED.value),
        func.coalesce(func.sum(func.extract("epoch", talked)).filter(reached), 0.0),
    )
    query = query.outerjoin(CallRow, CallRow.id == CallbackRow.made)
    counted = session.execute(query.group_by(CallbackRow.queue, place))
    return [
        CallbackCount(queue, at - 1, asked, done, failed, canceled, float(waited))
        for queue, at, asked, done, failed, canceled, waited in counted
    ]


def remove_callbacks(session: Session, prefix: str) -> list[CallId]:
    """Remove the callbacks with ids that begin with a prefix; give the calls made for them."""
    gone = (
        delete(CallbackRow)
        .where(CallbackRow.id.startswith(prefix, autoescape=True))
        .returning(CallbackRow.id, CallbackRow.calls)
    )
    found = session.execute(gone).all()
    return [CallId(f"cb{one}-{id_}") for id_, calls in found for one in range(1, calls + 1)]


def _found(asked: CallbackQuestion, *columns: Any) -> Select[Any]:
    query: Select[Any] = select(*columns).select_from(CallbackRow)
    wanted, reach = asked.wanted, asked.reach
    if reach.people is not None:
        theirs = CallbackRow.queue.in_(sorted(reach.queues))
        query = query.where(or_(theirs, CallbackRow.agent.in_(sorted(reach.people))))
    if wanted.states:
        query = query.where(CallbackRow.state.in_([one.value for one in wanted.states]))
    if wanted.queue:
        query = query.where(CallbackRow.queue == clean(wanted.queue, 100))
    if wanted.number:
        part = digits_of(wanted.number) or clean(wanted.number)
        query = query.where(CallbackRow.number.contains(part, autoescape=True))
    if wanted.customer:
        name = CustomerRow.name.icontains(clean(wanted.customer, 100), autoescape=True)
        named = select(CustomerRow.id).where(CustomerRow.id == CallbackRow.customer_id, name)
        query = query.where(named.exists())
    if wanted.since is not None:
        query = query.where(CallbackRow.asked_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(CallbackRow.asked_at < wanted.until)
    return query


def _columns(record: CallbackRecord) -> dict[str, Any]:
    return {
        "id": clean(record.id, 150),
        "number": clean(record.number, 32),
        "queue": clean(record.queue, 100),
        "since": record.since,
        "asked_at": record.asked_at,
        "priority": record.priority,
        "language": clean(record.language, 20),
        "customer_id": record.customer,
        "state": record.state.value,
        "tries": record.tries,
        "calls": record.calls,
        "made": None if record.made is None else clean(record.made, 150),
        "agent": record.agent,
        "over_at": record.over_at,
        "why": clean(record.why, 100),
        "due_at": record.due,
        "caller": clean(record.caller, 32),
        "note": clean(record.note, 500),
        "added_by": record.added_by,
        "needs": clean(record.needs, 2000),
        "needs_until": record.needs_until,
    }


def _record(row: CallbackRow) -> CallbackRecord:
    return CallbackRecord(
        CallId(row.id),
        row.number,
        QueueKey(row.queue),
        row.since,
        row.asked_at,
        row.priority,
        row.language,
        row.customer_id,
        CallbackState(row.state),
        row.tries,
        row.calls,
        None if row.made is None else CallId(row.made),
        None if row.agent is None else AgentId(row.agent),
        row.over_at,
        row.why,
        row.due_at,
        row.caller,
        row.note,
        row.added_by,
        row.needs,
        row.needs_until,
    )
