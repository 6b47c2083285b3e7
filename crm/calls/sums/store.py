"""The sums of a list of calls, over all that its filter leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from crm.calls.models import CallRow
from crm.calls.question import CallFilter
from crm.calls.search.store import conditions
from crm.calls.store import within
from crm.charges.models import CallChargeRow
from crm.people.rights import EVERYBODY, Reach
from crm.sql.db import whole_table

_CALLS, _CHARGES = whole_table(CallRow), whole_table(CallChargeRow)


@dataclass(frozen=True, slots=True)
class CallSums:
    """The sums of some calls; a mean counts only the calls that talked, or that waited."""

    count: int = 0
    talk_seconds: float = 0.0
    talk_mean: float = 0.0
    wait_seconds: float = 0.0
    wait_mean: float = 0.0
    costs: Mapping[str, Decimal] = field(default_factory=dict)  # by currency


def sums_of(session: Session, wanted: CallFilter, reach: Reach = EVERYBODY) -> CallSums:
    """Sum the calls that match, in one query."""
    calls = _CALLS.c
    matching = (
        select(calls.id, calls.talk_seconds, calls.wait_seconds)
        .where(*conditions(wanted), *within(reach))
        .cte("matching")
    )
    talked, waited = matching.c.talk_seconds, matching.c.wait_seconds
    sums = select(
        func.count().label("count_"),
        func.coalesce(func.sum(talked), 0.0).label("talked"),
        func.coalesce(func.avg(talked).filter(talked > 0), 0.0).label("talk_mean"),
        func.coalesce(func.sum(waited), 0.0).label("waited"),
        func.coalesce(func.avg(waited).filter(waited > 0), 0.0).label("wait_mean"),
    ).subquery("sums")
    costs = (
        select(_CHARGES.c.currency, func.sum(_CHARGES.c.cost).label("cost"))
        .join(matching, matching.c.id == _CHARGES.c.call)
        .where(_CHARGES.c.cost.is_not(None))
        .group_by(_CHARGES.c.currency)
        .subquery("costs")
    )
    query = select(sums, costs.c.currency, costs.c.cost).join(costs, true(), isouter=True)
    found = session.execute(query.order_by(costs.c.currency)).all()
    first = found[0]
    return CallSums(
        first.count_,
        float(first.talked),
        float(first.talk_mean),
        float(first.waited),
        float(first.wait_mean),
        {row.currency: row.cost for row in found if row.currency is not None},
    )
