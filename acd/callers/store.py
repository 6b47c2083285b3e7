"""What flows can know of a caller: the customer, earlier calls, callbacks that are open."""

from collections.abc import Mapping

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from acd.callback import OPEN
from acd.callbacks.models import CallbackRow
from crm.calls.models import CallRow
from crm.customers.models import CustomerPhoneRow, CustomerRow
from crm.kernel.text import clean, one_line
from crm.people.models import UserRow
from crm.sql.db import whole_table

MOST_CALLS = 1000
LONGEST = 100  # characters of a value
_CUSTOMERS, _PHONES = whole_table(CustomerRow), whole_table(CustomerPhoneRow)
_CALLS, _BACK, _USERS = whole_table(CallRow), whole_table(CallbackRow), whole_table(UserRow)
_CUSTOMER = (
    select(
        _CUSTOMERS.c.name,
        _CUSTOMERS.c.level,
        _CUSTOMERS.c.category,
        _CUSTOMERS.c.status,
        _CUSTOMERS.c.company,
        _USERS.c.name.label("owner"),
    )
    .join(_PHONES, _PHONES.c.customer_id == _CUSTOMERS.c.id)
    .outerjoin(_USERS, _USERS.c.id == _CUSTOMERS.c.owner)
    .where(_PHONES.c.number == bindparam("number"))
    .order_by(_CUSTOMERS.c.updated_at.desc(), _CUSTOMERS.c.id)
    .limit(1)
)
_EARLIER = (
    select(_CALLS.c.id)
    .where(
        _CALLS.c.customer_number == bindparam("number"),
        _CALLS.c.started_at > func.now() - text("interval '90 days'"),
        _CALLS.c.ended_at.is_not(None),
    )
    .limit(MOST_CALLS)
    .subquery()
)
_OPEN = select(func.count()).where(
    _BACK.c.state.in_([one.value for one in OPEN]), _BACK.c.number == bindparam("number")
)


def about_caller(session: Session | Connection, number: str) -> Mapping[str, str]:
    """Give what is known of a number (E.164), as the variables of the step that looks it up.

    Of a number without a customer only the calls of the last 90 days, at most 1,000, and the open
    callbacks.
    """
    asked = {"number": clean(number, 32)}
    calls = session.execute(select(func.count()).select_from(_EARLIER), asked).scalar_one()
    found = {
        "calls_before": str(calls),
        "callbacks_open": str(session.execute(_OPEN, asked).scalar_one()),
    }
    customer = session.execute(_CUSTOMER, asked).mappings().one_or_none()
    if customer is not None:
        found |= {
            f"customer_{name}": one_line(value or "", LONGEST) for name, value in customer.items()
        }
    return found
