"""Lost calls, derived from the calls, with what users note of them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from crm.calls.models import LOST, CallRow
from crm.calls.record import CallId, CallResult
from crm.kernel.errors import MissingError
from crm.kernel.text import clean
from crm.lost_calls.lost_call import (
    LostCall,
    LostCare,
    LostCareTaken,
    LostQuestion,
    LostReach,
    LostState,
    LostSums,
)
from crm.lost_calls.models import LostCallRow
from crm.sql.db import whole_table
from crm.sql.grams import digits_of
from crm.sql.page import Page, cursor_after, read_cursor, rows

COUNTED = 1000
MOST_OWNED = 20  # numbers and days that one user is asked to care for at a time
_CALLS, _CARE = whole_table(CallRow), whole_table(LostCallRow)


def lost_calls(
    session: Session,
    asked: LostQuestion,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[LostCall]:
    """Page through lost calls by their last try."""
    found = _entries(asked).subquery("entries")
    query = select(found)
    place = tuple_(found.c.last_at, found.c.id)
    if cursor:
        there = tuple_(*read_cursor(cursor))
        query = query.where(place < there if newest_first else place > there)
    way = (found.c.last_at, found.c.id)
    query = query.order_by(*((one.desc() for one in way) if newest_first else way))
    entries = [_entry(row) for row in session.execute(query.limit(rows(limit) + 1))]
    shown = entries[: rows(limit)]
    more = len(entries) > len(shown)
    return Page(tuple(shown), cursor_after(shown[-1].last_at, shown[-1].id) if more else None)


def count_lost(session: Session, asked: LostQuestion) -> int:
    """Count lost calls, at most one more than `COUNTED`."""
    found = _entries(asked).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def sum_lost(session: Session, asked: LostQuestion) -> LostSums:
    """Sum lost calls; the mean is of those that waited in a queue."""
    found = _entries(asked).subquery("entries").c
    waited = func.avg(found.waited_seconds).filter(found.queue.is_not(None))
    query = select(
        func.count(),
        func.coalesce(func.sum(found.tries), 0),
        func.coalesce(waited, 0.0),
        func.coalesce(func.sum(found.called_back), 0),
        func.count(found.reached_at),
    )
    count, tries, mean, back, reached = session.execute(query).one()
    return LostSums(count, int(tries), float(mean), int(back), reached)


def lost_call(session: Session, call: str, asked: LostQuestion) -> LostCall:
    """Give the entry of one lost call; MissingError if there is none within reach."""
    named = select(_CALLS.c.customer_number, _day(asked)).where(
        _CALLS.c.id == clean(call), text(LOST)
    )
    place = session.execute(named).one_or_none()
    if place is not None:
        number, day = place
        query = _entries(asked, (number, day))
        found = session.execute(query).one_or_none()
        if found is not None:
            return _entry(found)
    raise MissingError("There is no such lost call.")


def lost_calls_of(session: Session, asked: LostQuestion, owner: int) -> list[LostCall]:
    """Give the lost calls that a user cares for and that are not over yet, the last try first.

    Quicker than the list: only the numbers that the user owns are looked at.
    """
    owned = (
        select(_CARE.c.number, _CARE.c.day)
        .where(_CARE.c.owner == owner, _CARE.c.state != LostState.DONE.value)
        .order_by(_CARE.c.day.desc(), _CARE.c.number)
        .limit(MOST_OWNED)
    )
    found: list[LostCall] = []
    for number, day in session.execute(owned).all():
        query = _entries(asked, (number, day))
        found += [_entry(row) for row in session.execute(query)]
    return sorted(
        (one for one in found if one.state in {LostState.OPEN, LostState.WORK}),
        key=lambda one: one.last_at,
        reverse=True,
    )


def cared_for(session: Session, numbers: Iterable[str], since: datetime) -> list[LostCareTaken]:
    """Give who cares for the lost calls of some numbers, as noted since a time."""
    query = select(_CARE.c.number, _CARE.c.owner, _CARE.c.state, _CARE.c.changed_at).where(
        _CARE.c.number.in_(set(numbers)), _CARE.c.changed_at >= since
    )
    return [
        LostCareTaken(number, owner, LostState(state), at)
        for number, owner, state, at in session.execute(query)
    ]


def lock_lost(session: Session, known: LostCall) -> None:
    """Let nobody else change an entry until this transaction ends."""
    made = insert(LostCallRow).values(
        number=known.number,
        day=known.day,
        owner=None,
        state=LostState.OPEN.value,
        note="",
        changed_at=known.first_at,
        changed_by=None,
    )
    session.execute(made.on_conflict_do_nothing())
    where = and_(_CARE.c.number == known.number, _CARE.c.day == known.day)
    session.execute(select(_CARE.c.number).where(where).with_for_update())


def save_care(session: Session, known: LostCall, care: LostCare, by: int, at: datetime) -> None:
    """Store what a user set of lost calls."""
    columns: dict[str, Any] = {
        "owner": care.owner,
        "state": care.state.value,
        "note": clean(care.note, 4000),
        "changed_at": at,
        "changed_by": by,
    }
    saved = insert(LostCallRow).values(number=known.number, day=known.day, **columns)
    session.execute(saved.on_conflict_do_update(index_elements=["number", "day"], set_=columns))


def forget_lost_calls(session: Session, numbers: Iterable[str]) -> None:
    """Forget what was noted of the lost calls of some numbers."""
    session.execute(delete(LostCallRow).where(LostCallRow.number.in_(set(numbers))))


def _day(asked: LostQuestion) -> ColumnElement[date]:
    """Give the day of a call in the site's zone."""
    return cast(func.timezone(str(asked.zone), _CALLS.c.started_at), Date)


def _entries(asked: LostQuestion, only: tuple[str, date] | None = None) -> Select[Any]:
    lost = _lost(asked, only)
    reached, back = _reached(lost), _called_back(lost)
    # A later lost call of the same day opens what was done before.
    is_done = and_(_CARE.c.state == LostState.DONE.value, _CARE.c.changed_at >= lost.c.last_at)
    state = case(
        (is_done, literal(LostState.DONE.value)),
        (reached.c.call.is_not(None), literal(LostState.REACHED.value)),
        (_CARE.c.owner.is_not(None), literal(LostState.WORK.value)),
        (_CARE.c.state == LostState.WORK.value, literal(LostState.WORK.value)),
        else_=literal(LostState.OPEN.value),
    )
    care = and_(_CARE.c.number == lost.c.number, _CARE.c.day == lost.c.day)
    query = (
        select(
            *(one for one in lost.c if one.key != "visible"),
            back.c.called_back,
            reached.c.at.label("reached_at"),
            reached.c.agent.label("reached_by"),
            reached.c.call.label("reached_call"),
            _CARE.c.owner,
            state.label("state"),
            func.coalesce(_CARE.c.note, "").label("note"),
            _CARE.c.changed_at,
        )
        .select_from(lost)
        .join(_CARE, care, isouter=True)
        .join(reached, true(), isouter=True)
        .join(back, true(), isouter=True)
    )
    wanted, people = asked.wanted, asked.reach.people
    if people is not None:
        query = query.where(or_(lost.c.visible, _CARE.c.owner.in_(people)))
    if wanted.states:
        query = query.where(state.in_([one.value for one in wanted.states]))
    if wanted.owner is not None:
        query = query.where(_CARE.c.owner == wanted.owner)
    if wanted.queue:
        query = query.where(lost.c.queue == clean(wanted.queue))
    return query


def _lost(asked: LostQuestion, only: tuple[str, date] | None) -> Subquery:
    """Select the lost calls of each number and day."""
    calls, day, wanted = _CALLS.c, _day(asked).label("day"), asked.wanted
    newest_first = (calls.started_at.desc(), calls.id.desc())
    query = (
        select(
            func.array_agg(aggregate_order_by(calls.id, calls.started_at, calls.id))[1].label("id"),
            calls.customer_number.label("number"),
            day,
            func.max(calls.customer).label("customer"),
            func.array_agg(aggregate_order_by(calls.queue, *newest_first))[1].label("queue"),
            func.array_agg(aggregate_order_by(calls.result, *newest_first))[1].label("result"),
            func.min(calls.started_at).label("first_at"),
            func.max(calls.started_at).label("last_at"),
            func.count().label("tries"),
            func.max(calls.wait_seconds).label("waited_seconds"),
            func.bool_or(_visible(asked.reach)).label("visible"),
        )
        .where(text(LOST), calls.started_at >= max(asked.oldest, wanted.since or asked.oldest))
        .group_by(calls.customer_number, day)
    )
    if wanted.until is not None:
        query = query.where(calls.started_at < wanted.until)
    if wanted.number:
        part = digits_of(wanted.number) or clean(wanted.number)
        query = query.where(calls.customer_number.contains(part, autoescape=True))
    if only is not None:
        query = query.where(calls.customer_number == only[0], _day(asked) == only[1])
    return query.subquery("lost")


def _visible(reach: LostReach) -> ColumnElement[bool]:
    """Whether a call waited in a queue within reach, or an agent within reach was in it."""
    if reach.people is None:
        return true()
    theirs = _CALLS.c.agents.overlap(sorted(reach.people))
    waited = _CALLS.c.queue.in_(sorted(reach.queues))
    return func.coalesce(or_(theirs, waited), false())


def _reached(lost: Subquery) -> Any:
    """Select the first talk with the number after its last lost call, in either direction."""
    calls = _CALLS.alias("later")
    talked = or_(calls.c.answered_at.is_not(None), calls.c.result == CallResult.FORWARDED.value)
    return (
        select(
            calls.c.id.label("call"), calls.c.started_at.label("at"), calls.c.agent.label("agent")
        )
        .where(
            calls.c.customer_number == lost.c.number,
            calls.c.started_at > lost.c.last_at,
            calls.c.direction.in_(["in", "out"]),
            talked,
        )
        .order_by(calls.c.started_at)
        .limit(1)
        .lateral("reached")
    )


def _called_back(lost: Subquery) -> Any:
    """Count our calls to the number since its first lost call."""
    calls = _CALLS.alias("back")
    ours = and_(
        calls.c.customer_number == lost.c.number,
        calls.c.started_at > lost.c.first_at,
        calls.c.direction == "out",
    )
    return select(func.count().label("called_back")).where(ours).lateral("tried")


def _entry(row: Row[Any]) -> LostCall:
    return LostCall(
        id=CallId(row.id),
        number=row.number,
        day=row.day,
        customer=row.customer,
        queue=row.queue,
        result=CallResult(row.result),
        first_at=row.first_at,
        last_at=row.last_at,
        tries=row.tries,
        waited_seconds=row.waited_seconds,
        called_back=row.called_back or 0,
        reached_at=row.reached_at,
        reached_by=row.reached_by,
        reached_call=None if row.reached_call is None else CallId(row.reached_call),
        owner=row.owner,
        state=LostState(row.state),
        note=row.note,
        changed_at=row.changed_at,
    )
