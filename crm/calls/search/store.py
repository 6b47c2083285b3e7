"""The list of calls: narrowed, sorted and paged, by indexes alone."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    cast,
    false,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from crm.calls.models import CallAgentRow, CallRow
from crm.calls.question import CallFilter, Order
from crm.calls.record import CallRecord
from crm.calls.store import record_of, within
from crm.errors import InvalidError
from crm.grams import digits_of, number_grams
from crm.page import Page, cursor_after, place_after, read_cursor, read_place, rows
from crm.people.rights import EVERYBODY, Reach
from crm.text import clean

COUNTED = 1000  # who has more matches hears only that there are more
FEWEST_DIGITS = 3  # a part of a number that is shorter is in every number
_SORTED = {
    Order.BEGAN: CallRow.started_at,
    Order.WAITED: CallRow.wait_seconds,
    Order.TALKED: CallRow.talk_seconds,
}
Place = tuple[datetime | float, str]
_NEWEST = (CallRow.started_at.desc(), CallRow.id.desc())


def calls(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    wanted: CallFilter,
    reach: Reach = EVERYBODY,
    *,
    order: Order = Order.BEGAN,
    descending: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CallRecord]:
    """Page through calls, newest first unless another order is asked for."""
    newest = order is Order.BEGAN and descending
    place = _place(cursor, order, descending) if cursor else None
    people = _people(wanted, reach) if newest else None
    if people is not None:
        query = _newest_of(people, wanted, place, rows(limit) + 1)
    else:
        column = _SORTED[order]
        query = select(CallRow).where(*_wanted(wanted), *within(reach))
        if place:
            here, there = tuple_(column, CallRow.id), tuple_(*place)
            query = query.where(here < there if descending else here > there)
        way = (column.desc(), CallRow.id.desc()) if descending else (column, CallRow.id)
        query = query.order_by(*way).limit(rows(limit) + 1)
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    shown = found[: rows(limit)]
    more = len(found) > len(shown)
    return Page(
        tuple(record_of(row) for row in shown),
        _after(shown[-1], order, descending) if more else None,
    )


def how_many(session: Session, wanted: CallFilter, reach: Reach = EVERYBODY) -> int:
    """Count the calls that match, up to one more than `COUNTED`.

    The newest are counted, by the same way as they are listed: without an order the first thousand
    would be looked for in the table itself, which may be long before they come.
    """
    people = _people(wanted, reach)
    if people is not None:
        matching = _ids_of(people, wanted, None, COUNTED + 1)
    else:
        query = select(CallRow.id).where(*_wanted(wanted), *within(reach))
        matching = query.order_by(*_NEWEST).limit(COUNTED + 1)
    return session.scalar(select(func.count()).select_from(matching.subquery())) or 0


def _people(wanted: CallFilter, reach: Reach) -> list[int] | None:
    """Tell whose calls are asked for, if they are narrowed by nothing else than time."""
    if replace(wanted, agent=None, since=None, until=None) != CallFilter():
        return None
    if wanted.agent is None:
        return None if reach.people is None else sorted(reach.people)
    return [wanted.agent] if reach.holds(wanted.agent) else []


def _newest_of(
    people: list[int], wanted: CallFilter, place: Place | None, limit: int
) -> Select[CallRow]:
    ids = _ids_of(people, wanted, place, limit)
    return select(CallRow).where(CallRow.id.in_(ids)).order_by(*_NEWEST)


def _ids_of(people: list[int], wanted: CallFilter, place: Place | None, limit: int) -> Select[str]:
    """Ask for each one's newest calls by an index of his own, then for the newest of all these."""
    person = func.unnest(cast(people, ARRAY(BigInteger)))
    each = person.table_valued("id").render_derived("person")
    theirs = select(CallAgentRow.call, CallAgentRow.at).where(CallAgentRow.agent == each.c.id)
    if wanted.since is not None:
        theirs = theirs.where(CallAgentRow.at >= wanted.since)
    if wanted.until is not None:
        theirs = theirs.where(CallAgentRow.at < wanted.until)
    if place:
        theirs = theirs.where(tuple_(CallAgentRow.at, CallAgentRow.call) < tuple_(*place))
    in_order = theirs.order_by(CallAgentRow.at.desc(), CallAgentRow.call.desc())
    newest = in_order.limit(limit).lateral("newest")
    return (
        select(newest.c.call)
        .select_from(each)
        .join(newest, true())
        .group_by(newest.c.call, newest.c.at)
        .order_by(newest.c.at.desc(), newest.c.call.desc())
        .limit(limit)
    )


def _wanted(wanted: CallFilter) -> list[ColumnElement[bool]]:
    found = [
        *_of_number(CallRow.caller, wanted.caller),
        *_of_number(CallRow.called, wanted.called),
    ]
    if wanted.agent is not None:
        found.append(CallRow.agents.contains([wanted.agent]))
    for column, value in (
        (CallRow.result, wanted.result),
        (CallRow.queue, clean(wanted.queue)),
        (CallRow.customer, wanted.customer),
        (CallRow.direction, clean(wanted.direction)),
    ):
        if value not in {None, ""}:
            found.append(column == value)
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
    """A number with its `+` is compared whole; what has no digits finds no number."""
    if not (number := clean(number.strip())):
        return []
    digits = digits_of(number)
    pieces = sorted(number_grams(number))
    if number.startswith("+") and len(digits) >= FEWEST_DIGITS:
        whole = [column == number]
        return whole if column is CallRow.caller else [CallRow.grams.contains(pieces), *whole]
    if len(digits) != len(number):
        return [false()]
    if len(digits) < FEWEST_DIGITS:
        return [column == number]
    return [CallRow.grams.contains(pieces), column.contains(digits)]


def _after(row: CallRow, order: Order, descending: bool) -> str:  # noqa: FBT001
    if order is Order.BEGAN and descending:
        return cursor_after(row.started_at, row.id)
    return place_after(_way(order, descending), getattr(row, _SORTED[order].key), row.id)


def _place(cursor: str, order: Order, descending: bool) -> Place:  # noqa: FBT001
    if order is Order.BEGAN and descending:
        return read_cursor(cursor)
    said, id_ = read_place(cursor, _way(order, descending))
    try:
        value = datetime.fromisoformat(said) if order is Order.BEGAN else float(said)
    except ValueError:
        raise InvalidError("This list cannot be continued from here.", field="cursor") from None
    if isinstance(value, datetime) and value.tzinfo is None:
        raise InvalidError("This list cannot be continued from here.", field="cursor")
    return value, id_


def _way(order: Order, descending: bool) -> str:  # noqa: FBT001
    return f"-{order}" if descending else str(order)
