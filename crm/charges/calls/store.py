"""Charges of calls: written once for each leg, listed, and summed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.models import CallEventRow, CallLegRow, CallRow
from crm.calls.record import Kind
from crm.charges.charge import Charge, ChargeFilter, ChargeOrder, ChargeSum, DaySums
from crm.charges.models import CallChargeRow
from crm.people.rights import Reach
from crm.sql.db import whole_table
from crm.sql.page import Page, cursor_after, read_cursor, rows

COUNTED = 100_000
_BETWEEN = "\t"
_CHARGES = whole_table(CallChargeRow)
_CHARGE = tuple(_CHARGES.c[field.name] for field in fields(Charge))


@dataclass(frozen=True, slots=True)
class DialledLeg:
    """An answered leg over a trunk that has ended, as its facts describe it."""

    call: str
    leg: str
    answered_at: datetime
    ended_at: datetime
    agent: int | None
    trunk: str  # its endpoint
    number: str
    detail: Mapping[str, Any]  # of the fact that it was dialled


def ended_legs(session: Session, calls: Collection[str]) -> list[DialledLeg]:
    """Give the answered legs of calls that we dialled over trunks, as far as they have ended."""
    told, leg = CallEventRow, CallLegRow
    query = (
        select(
            leg.call,
            leg.leg,
            leg.answered_at,
            leg.ended_at,
            func.coalesce(leg.agent, CallRow.agent),
            leg.trunk,
            leg.called_number,
            told.detail,
        )
        .join(leg, and_(leg.call == told.call, leg.leg == told.detail["leg"].astext))
        .outerjoin(CallRow, CallRow.id == told.call)
        .where(
            told.call.in_(set(calls)),
            told.kind == Kind.DIALLED.value,
            leg.answered_at.is_not(None),
            leg.ended_at.is_not(None),
        )
    )
    return [DialledLeg(*row) for row in session.execute(query)]


def keep_charges(session: Session, charges: Iterable[Charge]) -> list[Charge]:
    """Store charges; one that is stored already stays as it was. Gives the new ones."""
    wanted = {(one.call, one.leg): one for one in charges}
    if not wanted:
        return []
    lines = [
        {field.name: getattr(one, field.name) for field in fields(Charge)}
        for one in wanted.values()
    ]
    added = insert(CallChargeRow).values(lines).on_conflict_do_nothing()
    new = session.execute(added.returning(CallChargeRow.call, CallChargeRow.leg))
    return [wanted[call, leg] for call, leg in new]


def day_sums(session: Session, since: datetime) -> DaySums:
    """Sum the costs of the legs that were answered since a time, such as midnight."""
    row = CallChargeRow
    query = (
        select(row.agent, row.rule, row.trunk, func.sum(row.cost))
        .where(row.at >= since, row.cost.is_not(None))
        .group_by(row.agent, row.rule, row.trunk)
    )
    agents: dict[int, Decimal] = {}
    rules: dict[int, Decimal] = {}
    trunks: dict[int, Decimal] = {}
    site = Decimal(0)
    for agent, rule, trunk, found in session.execute(query):
        amount = found or Decimal(0)
        site += amount
        for sums, key in ((agents, agent), (rules, rule), (trunks, trunk)):
            if key is not None:
                sums[key] = sums.get(key, Decimal(0)) + amount
    return DaySums(agents, rules, trunks, site)


def charges(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    wanted: ChargeFilter,
    reach: Reach,
    *,
    order: ChargeOrder = ChargeOrder.AT,
    descending: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Charge]:
    """Page through charges; the cursor is the place of the last one."""
    query = select(*_CHARGE).where(*_where(wanted, reach))
    columns = [_CHARGES.c.at, _CHARGES.c.call, _CHARGES.c.leg]
    if order is ChargeOrder.COST:
        columns = [func.coalesce(_CHARGES.c.cost, 0), *columns]  # type: ignore[list-item]
    place = tuple_(*columns)
    if cursor:
        there = tuple_(*_read_place(cursor, order))
        query = query.where(place < there if descending else place > there)
    ordered = [one.desc() if descending else one.asc() for one in columns]
    found = [
        Charge(*row) for row in session.execute(query.order_by(*ordered).limit(rows(limit) + 1))
    ]
    shown = found[: rows(limit)]
    more = len(found) > len(shown)
    return Page(tuple(shown), _place(shown[-1]) if more else None)


def how_many(session: Session, wanted: ChargeFilter, reach: Reach) -> int:
    """Count charges, at most `COUNTED`."""
    query = select(_CHARGES.c.leg).where(*_where(wanted, reach)).limit(COUNTED)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def sum_of(session: Session, wanted: ChargeFilter, reach: Reach) -> ChargeSum:
    """Sum charges."""
    row = CallChargeRow
    query = (
        select(row.currency, func.count(), func.sum(row.seconds), func.sum(row.cost))
        .where(*_where(wanted, reach))
        .group_by(row.currency)
        .order_by(row.currency)
    )
    count, seconds, costs = 0, 0.0, {}
    for currency, legs, talked, amount in session.execute(query):
        count, seconds = count + legs, seconds + float(talked or 0)
        costs[currency] = amount or Decimal(0)
    return ChargeSum(count, seconds, costs)


def costs_of(session: Session, calls: Collection[str]) -> Mapping[str, tuple[Decimal, str]]:
    """Give what each of some calls cost, with the currency; calls without a charge are left out."""
    row = CallChargeRow
    query = (
        select(row.call, func.sum(row.cost), func.min(row.currency))
        .where(row.call.in_(set(calls)), row.cost.is_not(None))
        .group_by(row.call)
    )
    found = session.execute(query)
    return {call: (cost or Decimal(0), currency) for call, cost, currency in found}


def charges_of(session: Session, call: str) -> Sequence[Charge]:
    """Give the charges of a call's legs, the oldest first."""
    query: Select[*tuple[Any, ...]] = select(*_CHARGE).where(_CHARGES.c.call == call)
    return [Charge(*row) for row in session.execute(query.order_by(_CHARGES.c.at, _CHARGES.c.leg))]


def _where(wanted: ChargeFilter, reach: Reach) -> list[ColumnElement[bool]]:
    row = _CHARGES.c
    found: list[ColumnElement[bool]] = []
    if reach.people is not None:
        found.append(row.agent.in_(sorted(reach.people)))
    if wanted.since is not None:
        found.append(row.at >= wanted.since)
    if wanted.until is not None:
        found.append(row.at < wanted.until)
    if wanted.agent is not None:
        found.append(row.agent == wanted.agent)
    if wanted.trunk is not None:
        found.append(row.trunk == wanted.trunk)
    if wanted.number_class:
        found.append(row.number_class == wanted.number_class)
    if wanted.number:
        found.append(row.number.contains(wanted.number, autoescape=True))
    return found


def _place(last: Charge) -> str:
    cost = last.cost if last.cost is not None else Decimal(0)
    return cursor_after(last.at, _BETWEEN.join((last.call, last.leg, str(cost))))


def _read_place(cursor: str, order: ChargeOrder) -> list[Any]:
    at, id_ = read_cursor(cursor)
    call, _, rest = id_.partition(_BETWEEN)
    leg, _, cost = rest.partition(_BETWEEN)
    number = cost.replace(".", "", 1)
    plain = Decimal(cost) if number.isascii() and number.isdecimal() else Decimal(0)
    return [plain, at, call, leg] if order is ChargeOrder.COST else [at, call, leg]
