"""The list of customers: filtered, sorted and paged, using indexes only."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from crm.customers.customer import Customer, CustomerFilter, CustomerOrder
from crm.customers.models import CustomerRow
from crm.customers.store import read_customers, whole_files
from crm.kernel.errors import InvalidError
from crm.kernel.text import clean
from crm.search.store import of_phone, of_text
from crm.sql.page import Page, place_after, read_place, rows

COUNTED = 1000  # more matches are shown as “more than”
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
    places = CustomerRow.haystack, CustomerRow.grams
    found = [
        *of_text(*places, asked.text, asked.region),
        *of_phone(*places, asked.phone, asked.region),
    ]
    for column, key in (
        (CustomerRow.level, asked.level),
        (CustomerRow.category, asked.category),
        (CustomerRow.status, asked.status),
    ):
        if key:
            found.append(column == clean(key, 50))
    if asked.imported is not None:
        found.append(CustomerRow.import_id == asked.imported)
    return found


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
