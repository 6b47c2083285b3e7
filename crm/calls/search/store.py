"""The list of calls: filtered, sorted and paged, using indexes only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Select,
    TableValuedAlias,
    and_,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from crm.calls.flow_steps.store import by_steps
from crm.calls.models import BAD_SOUND, CallAgentRow, CallLegRow, CallRow
from crm.calls.question import CallFilter, CallOrder
from crm.calls.record import CallRecord
from crm.calls.store import Records, record_of, whole_records, within
from crm.kernel.errors import InvalidError
from crm.kernel.phone import beginnings
from crm.kernel.text import clean
from crm.people.rights import EVERYBODY, Reach
from crm.satisfaction.models import ScoreRow
from crm.satisfaction.score import LOW
from crm.sql.db import whole_table
from crm.sql.grams import digits_of, number_grams
from crm.sql.page import Page, cursor_after, place_after, read_cursor, read_place, rows

COUNTED = 1000  # more matches are shown as “more than”
FEWEST_DIGITS = 3  # a shorter part is in nearly every number
# The tables themselves: through their classes each query costs half as much again.
_CALLS, _AGENTS = whole_table(CallRow), whole_table(CallAgentRow)
_LEGS, _SCORES = whole_table(CallLegRow), whole_table(ScoreRow)
_SORTED = {
    CallOrder.BEGAN: _CALLS.c.started_at,
    CallOrder.WAITED: _CALLS.c.wait_seconds,
    CallOrder.TALKED: _CALLS.c.talk_seconds,
}
Place = tuple[datetime | float, str]
_NEWEST = (_CALLS.c.started_at.desc(), _CALLS.c.id.desc())


def calls(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    wanted: CallFilter,
    reach: Reach = EVERYBODY,
    *,
    order: CallOrder = CallOrder.BEGAN,
    descending: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CallRecord]:
    """Page through calls, newest first unless another order is asked for."""
    newest = order is CallOrder.BEGAN and descending
    place = _place(cursor, order, descending) if cursor else None
    people = _people(wanted, reach) if newest else None
    if people is not None:
        query = _newest_of(people, wanted, place, rows(limit) + 1)
    else:
        column = _SORTED[order]
        query = whole_records().where(*conditions(wanted), *within(reach))
        if place:
            here, there = tuple_(column, _CALLS.c.id), tuple_(*place)
            query = query.where(here < there if descending else here > there)
        way = (column.desc(), _CALLS.c.id.desc()) if descending else (column, _CALLS.c.id)
        query = query.order_by(*way).limit(rows(limit) + 1)
    found = session.execute(query).all()
    shown = tuple(record_of(row) for row in found[: rows(limit)])
    more = len(found) > len(shown)
    return Page(shown, _after(shown[-1], order, descending) if more else None)


def how_many(session: Session, wanted: CallFilter, reach: Reach = EVERYBODY) -> int:
    """Count the calls that match, up to one more than `COUNTED`.

    The newest are counted, in the order of the list: without an order PostgreSQL would look for a
    thousand matches in the table itself, which may take long.
    """
    people = _people(wanted, reach)
    if people is not None:
        return _how_many_of(session, people, wanted)
    query = select(_CALLS.c.id).where(*conditions(wanted), *within(reach))
    matching = query.order_by(*_NEWEST).limit(COUNTED + 1)
    return session.scalar(select(func.count()).select_from(matching.subquery())) or 0


def _how_many_of(session: Session, people: list[int], wanted: CallFilter) -> int:
    """Count the calls of some users; several of them may have talked in one call.

    At first twice the maximum is read, unsorted: for a busy team that is enough, in a tenth of the
    time of sorting each user's thousand newest calls.
    """
    most = 2 * (COUNTED + 1)
    each = _each(people)
    theirs = _theirs(each, wanted).limit(COUNTED + 1).lateral("newest")
    some = select(theirs.c.call).select_from(each).join(theirs, true()).limit(most).subquery()
    counted = select(func.count(), func.count(some.c.call.distinct()))
    looked_at, found = session.execute(counted.select_from(some)).one()
    if looked_at < most or found > COUNTED:
        return min(int(found), COUNTED + 1)
    matching = _ids_of(people, wanted, None, COUNTED + 1)
    return session.scalar(select(func.count()).select_from(matching.subquery())) or 0


def _people(wanted: CallFilter, reach: Reach) -> list[int] | None:
    """Give the users of the filter, if it has nothing else but times."""
    if replace(wanted, agent=None, since=None, until=None, region="") != CallFilter():
        return None
    if wanted.agent is None:
        return None if reach.people is None else sorted(reach.people)
    return [wanted.agent] if reach.holds(wanted.agent) else []


def _newest_of(people: list[int], wanted: CallFilter, place: Place | None, limit: int) -> Records:
    ids = _ids_of(people, wanted, place, limit)
    return whole_records().where(_CALLS.c.id.in_(ids)).order_by(*_NEWEST)


def _ids_of(people: list[int], wanted: CallFilter, place: Place | None, limit: int) -> Select[str]:
    """Read each user's newest calls from the index, then the newest of all these."""
    each = _each(people)
    theirs = _theirs(each, wanted)
    if place:
        theirs = theirs.where(tuple_(_AGENTS.c.at, _AGENTS.c.call) < tuple_(*place))
    in_order = theirs.order_by(_AGENTS.c.at.desc(), _AGENTS.c.call.desc())
    newest = in_order.limit(limit).lateral("newest")
    return (
        select(newest.c.call)
        .select_from(each)
        .join(newest, true())
        .group_by(newest.c.call, newest.c.at)
        .order_by(newest.c.at.desc(), newest.c.call.desc())
        .limit(limit)
    )


def _each(people: list[int]) -> TableValuedAlias:
    person = func.unnest(cast(people, ARRAY(BigInteger)))
    return person.table_valued("id").render_derived("person")


def _theirs(each: TableValuedAlias, wanted: CallFilter) -> Select[str, datetime]:
    theirs = select(_AGENTS.c.call, _AGENTS.c.at).where(_AGENTS.c.agent == each.c.id)
    if wanted.since is not None:
        theirs = theirs.where(_AGENTS.c.at >= wanted.since)
    if wanted.until is not None:
        theirs = theirs.where(_AGENTS.c.at < wanted.until)
    return theirs


def conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    """Give the conditions that a call must meet to match a filter."""
    found = [
        *_of_number(_CALLS.c.caller, wanted.caller, wanted.region),
        *_of_number(_CALLS.c.called, wanted.called, wanted.region),
        *by_steps(wanted),
    ]
    if wanted.agent is not None:
        found.append(_CALLS.c.agents.contains([wanted.agent]))
    for column, value in (
        (_CALLS.c.result, wanted.result),
        (_CALLS.c.queue, clean(wanted.queue)),
        (_CALLS.c.customer, wanted.customer),
        (_CALLS.c.direction, clean(wanted.direction)),
        (_CALLS.c.own_number, clean(wanted.own_number)),
    ):
        if value not in {None, ""}:
            found.append(column == value)
    if wanted.trunk:
        over = select(true()).where(
            _LEGS.c.call == _CALLS.c.id, _LEGS.c.trunk == clean(wanted.trunk)
        )
        found.append(over.exists())
    if wanted.since is not None:
        found.append(_CALLS.c.started_at >= wanted.since)
    if wanted.until is not None:
        found.append(_CALLS.c.started_at < wanted.until)
    if wanted.talk_from_seconds is not None:
        found.append(_CALLS.c.talk_seconds >= wanted.talk_from_seconds)
    if wanted.talk_to_seconds is not None:
        found.append(_CALLS.c.talk_seconds <= wanted.talk_to_seconds)
    return [*found, *_flags(wanted)]


def _flags(wanted: CallFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.bad_sound:
        yield literal_column(BAD_SOUND, Boolean)  # as its index has it
    if wanted.low_score:
        yield _CALLS.c.id.in_(select(_SCORES.c.call).where(_SCORES.c.score <= LOW))


def _of_number(column: Column[str], number: str, region: str) -> list[ColumnElement[bool]]:
    """A number with `+` must match whole; a text without digits matches no number.

    Digits are a part of the number. With a prefix, as 021 6123, they may also begin it.
    """
    if not (number := clean(number.strip())):
        return []
    digits = digits_of(number)
    pieces = sorted(number_grams(number))
    if number.startswith("+") and len(digits) >= FEWEST_DIGITS:
        whole = [column == number]
        return whole if column is _CALLS.c.caller else [_CALLS.c.grams.contains(pieces), *whole]
    if len(digits) != len(number):
        return [false()]
    if len(digits) < FEWEST_DIGITS:
        return [column == number]
    part = and_(_CALLS.c.grams.contains(pieces), column.contains(digits))
    begun = [
        and_(_CALLS.c.grams.contains(sorted(number_grams(one))), column.startswith(one))
        for one in beginnings(digits, region)
    ]
    return [or_(part, *begun) if begun else part]


def _after(last: CallRecord, order: CallOrder, descending: bool) -> str:  # noqa: FBT001
    if order is CallOrder.BEGAN and descending:
        return cursor_after(last.started_at, last.id)
    return place_after(_way(order, descending), getattr(last, _SORTED[order].key), last.id)


def _place(cursor: str, order: CallOrder, descending: bool) -> Place:  # noqa: FBT001
    if order is CallOrder.BEGAN and descending:
        return read_cursor(cursor)
    said, id_ = read_place(cursor, _way(order, descending))
    try:
        value = datetime.fromisoformat(said) if order is CallOrder.BEGAN else float(said)
    except ValueError:
        raise InvalidError(
            "This list cannot be continued from here. Reload it.", field="cursor"
        ) from None
    if isinstance(value, datetime) and value.tzinfo is None:
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    return value, id_


def _way(order: CallOrder, descending: bool) -> str:  # noqa: FBT001
    return f"-{order}" if descending else str(order)
