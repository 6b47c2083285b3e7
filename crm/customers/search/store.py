"""The list of customers: filtered, sorted and paged, using indexes only."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from crm.customers.customer import Customer, CustomerFilter, CustomerOrder
from crm.customers.models import CustomerRow
from crm.customers.store import read_customers, whole_files
from crm.kernel.errors import InvalidError
from crm.kernel.names import comparable
from crm.kernel.phone import beginnings
from crm.kernel.text import clean
from crm.sql.grams import digits_of, number_grams, plain, wanted
from crm.sql.page import Page, place_after, read_place, rows

LONGEST = 100  # characters that are searched for
COUNTED = 1000  # more matches are shown as “more than”
FEWEST_DIGITS = 3  # fewer digits are in nearly every number
_SORTED = {
    CustomerOrder.UPDATED: CustomerRow.updated_at,
    CustomerOrder.CREATED: CustomerRow.created_at,
    CustomerOrder.NAME: CustomerRow.name_key,
}


def customers(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    wanted: CustomerFilter | None = None,
    *,
    order: CustomerOrder = CustomerOrder.UPDATED,
    descending: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Customer]:
    """Page through customers, the last changed first unless another order is asked for."""
    column = _SORTED[order]
    query = whole_files().where(*_wanted(wanted or CustomerFilter()))
    if cursor:
        value, id_ = _place(cursor, order, descending=descending)
        here, there = tuple_(column, CustomerRow.id), tuple_(value, id_)
        query = query.where(here < there if descending else here > there)
    way = (column.desc(), CustomerRow.id.desc()) if descending else (column, CustomerRow.id)
    found = session.execute(query.order_by(*way).limit(rows(limit) + 1)).all()
    shown = found[: rows(limit)]
    after = None
    if len(found) > len(shown):
        last = shown[-1]
        after = place_after(
            _name(order, descending=descending), getattr(last, order_key(order)), last.id
        )
    return Page(tuple(read_customers(session, shown)), after)


def how_many(session: Session, wanted: CustomerFilter) -> int:
    """Count the customers that match, up to one more than `COUNTED`.

    The last changed are counted: without an order PostgreSQL would look for a thousand matches in
    the table itself, which may take long.
    """
    matching = select(CustomerRow.id).where(*_wanted(wanted))
    newest = matching.order_by(CustomerRow.updated_at.desc(), CustomerRow.id.desc())
    counted = select(func.count()).select_from(newest.limit(COUNTED + 1).subquery())
    return session.scalar(counted) or 0


def order_key(order: CustomerOrder) -> str:
    """Give the name of the column of an order."""
    return _SORTED[order].key


def _wanted(asked: CustomerFilter) -> list[ColumnElement[bool]]:
    found = [*_of_text(asked.text, asked.region), *_of_phone(asked.phone, asked.region)]
    for column, key in (
        (CustomerRow.level, asked.level),
        (CustomerRow.category, asked.category),
        (CustomerRow.status, asked.status),
    ):
        if key:
            found.append(column == clean(key, 50))
    return found


def _of_text(typed: str, region: str) -> list[ColumnElement[bool]]:
    if not typed.strip():
        return []
    text = comparable(clean(typed, LONGEST))
    if not text:
        return [false()]  # nothing but marks: no name has them
    if not any(letter.isalpha() for letter in text) and len(digits_of(text)) >= FEWEST_DIGITS:
        return _of_phone(typed, region)
    pieces = sorted(wanted(text))
    # The pieces have no order, so the words themselves are compared too.
    words = [CustomerRow.haystack.contains(word, autoescape=True) for word in text.split()]
    return [CustomerRow.grams.contains(pieces), *words]


def _of_phone(text: str, region: str) -> list[ColumnElement[bool]]:
    text = clean(text.strip(), LONGEST)
    if not text:
        return []
    digits = digits_of(plain(text))
    if len(digits) < FEWEST_DIGITS:
        raise InvalidError("Type three digits at least.", field="phone")
    # 021 6123 is a part of a number, or begins one of Shanghai's, which are kept as +86 21 6123.
    parts = (digits, *map(digits_of, beginnings(digits, region)))
    return [
        or_(
            *(
                and_(
                    CustomerRow.grams.contains(sorted(number_grams(part))),
                    CustomerRow.haystack.contains(part),
                )
                for part in parts
            )
        )
    ]


def _name(order: CustomerOrder, *, descending: bool) -> str:
    return f"-{order}" if descending else str(order)


def _place(cursor: str, order: CustomerOrder, *, descending: bool) -> tuple[object, int]:
    said, id_ = read_place(cursor, _name(order, descending=descending))
    if not (id_.isascii() and id_.isdecimal()) or int(id_) >= 2**63:
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    if order is CustomerOrder.NAME:
        return said, int(id_)
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise InvalidError(
            "This list cannot be continued from here. Reload it.", field="cursor"
        ) from None
    if at.tzinfo is None:
        raise InvalidError("This list cannot be continued from here. Reload it.", field="cursor")
    return at, int(id_)
