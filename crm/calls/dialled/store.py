"""The numbers that an agent dialled last, to be dialled again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.calls.models import CallAgentRow, CallRow
from crm.calls.record import CallResult
from crm.sql.db import whole_table

LOOKED_AT = 300  # an agent's newest calls: who dialled nothing in these has nothing to dial again
_CALLS, _AGENTS = whole_table(CallRow), whole_table(CallAgentRow)


@dataclass(frozen=True, slots=True)
class DialledNumber:
    """A number that was dialled, as of the newest call to it."""

    number: str  # E.164, or as it was dialled
    customer: int | None
    at: datetime
    result: CallResult


def dialled_by(session: Session, agent: int, most: int = 10) -> list[DialledNumber]:
    """Give the numbers that an agent dialled, each once, the newest first."""
    newest = (
        select(_AGENTS.c.call)
        .where(_AGENTS.c.agent == agent)
        .order_by(_AGENTS.c.at.desc(), _AGENTS.c.call.desc())
        .limit(LOOKED_AT)
    )
    columns = (_CALLS.c.customer_number, _CALLS.c.customer, _CALLS.c.started_at, _CALLS.c.result)
    query = (
        select(*columns)
        .where(_CALLS.c.id.in_(newest), _CALLS.c.direction == "out", _CALLS.c.customer_number != "")
        .order_by(_CALLS.c.started_at.desc(), _CALLS.c.id.desc())
    )
    found: dict[str, DialledNumber] = {}
    for number, customer, at, result in session.execute(query):
        found.setdefault(number, DialledNumber(number, customer, at, CallResult(result)))
        if len(found) == most:
            break
    return list(found.values())
