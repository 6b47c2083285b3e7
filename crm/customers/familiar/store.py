"""The agents who know a caller: the customer's owner, and who spoke with this number last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from crm.calls.models import CallRow
from crm.customers.models import CustomerPhoneRow, CustomerRow
from crm.kernel.text import clean
from crm.sql.db import whole_table


@dataclass(frozen=True, slots=True)
class FamiliarUsers:
    """Users who know a caller, by their ids."""

    owner: int | None = None
    last: int | None = None
    spoke_at: datetime | None = None  # aware UTC, when the call with `last` began
    tier: str = ""  # of the customer


_CUSTOMERS, _PHONES = whole_table(CustomerRow), whole_table(CustomerPhoneRow)
_CALLS = whole_table(CallRow)
_OWNER = (
    select(_CUSTOMERS.c.owner, _CUSTOMERS.c.level)
    .join(_PHONES, _PHONES.c.customer_id == _CUSTOMERS.c.id)
    .where(_PHONES.c.number == bindparam("number"))
    .order_by(_CUSTOMERS.c.updated_at.desc(), _CUSTOMERS.c.id)
    .limit(1)
)
_LAST = (
    select(_CALLS.c.agent, _CALLS.c.started_at)
    .where(
        _CALLS.c.customer_number == bindparam("number"),
        _CALLS.c.agent.is_not(None),
        _CALLS.c.answered_at.is_not(None),
    )
    .order_by(_CALLS.c.started_at.desc(), _CALLS.c.id.desc())
    .limit(1)
)


def familiar_users(session: Session | Connection, number: str) -> FamiliarUsers:
    """Give the users who know the caller of a number (E.164).

    If several customers have the number, the owner of the last changed one counts.
    """
    asked = {"number": clean(number, 32)}
    customer = session.execute(_OWNER, asked).one_or_none()
    owner, tier = (customer.owner, customer.level) if customer is not None else (None, "")
    last = session.execute(_LAST, asked).one_or_none()
    if last is None:
        return FamiliarUsers(owner, tier=tier)
    return FamiliarUsers(owner, last.agent, last.started_at, tier)
