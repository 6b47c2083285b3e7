"""Calls that an agent missed: the phone rang, the call was not taken, and not called back yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from crm.calls.models import CallLegRow, CallRow
from crm.calls.record import CallId, CallResult
from crm.sql.db import whole_table

LOOKED_AT = 200  # an agent's newest offers that came to nothing
UNREACHED = (CallResult.ABANDONED, CallResult.LEFT, CallResult.REFUSED, CallResult.FAILED)
_CALLS, _LEGS = whole_table(CallRow), whole_table(CallLegRow)


@dataclass(frozen=True, slots=True)
class MissedCall:
    """The missed calls of one number, as of the newest."""

    call: CallId
    number: str
    customer: int | None
    internal: bool  # a colleague called
    at: datetime
    tries: int


def missed_calls(session: Session, agent: int, since: datetime, most: int = 20) -> list[MissedCall]:
    """Give the calls since a time that rang at an agent, each number once, the newest first.

    A number with which an agent has talked since, or which the agent has called since, is left out;
    so are calls that ended at a colleague, in a voicemail box or at a number outside.
    """
    rang = (
        select(_LEGS.c.call)
        .where(
            _LEGS.c.agent == agent,
            _LEGS.c.began_at >= since,
            _LEGS.c.role == "agent",
            _LEGS.c.answered_at.is_(None),
        )
        .order_by(_LEGS.c.began_at.desc(), _LEGS.c.leg.desc())
        .limit(LOOKED_AT)
    )
    calls = _CALLS.c
    query = (
        select(calls.id, calls.customer_number, calls.customer, calls.direction, calls.started_at)
        .where(
            calls.id.in_(rang),
            calls.direction.in_(["in", "internal"]),
            calls.customer_number != "",
            calls.answered_at.is_(None),
            calls.ended_at.is_not(None),
            calls.result.in_([one.value for one in UNREACHED]),
            # Who made an internal call rang too, and did not miss it.
            calls.agent.is_distinct_from(agent),
            ~_settled(agent),
        )
        .order_by(calls.started_at.desc(), calls.id.desc())
    )
    found: dict[str, MissedCall] = {}
    for id_, number, customer, direction, at in session.execute(query):
        known = found.get(number)
        if known is None:
            found[number] = MissedCall(
                CallId(id_), number, customer, direction == "internal", at, 1
            )
        else:
            found[number] = MissedCall(
                known.call,
                number,
                known.customer or customer,
                known.internal,
                known.at,
                known.tries + 1,
            )
    return list(found.values())[:most]


def _settled(agent: int) -> ColumnElement[bool]:
    """Whether there was a later talk with the caller, or a later call of the agent to them."""
    missed, later = _CALLS.c, _CALLS.alias("later")
    after = later.c.started_at > missed.started_at
    same = and_(after, later.c.customer_number == missed.customer_number)
    talked = or_(later.c.answered_at.is_not(None), later.c.result == CallResult.FORWARDED.value)
    called_back = and_(later.c.direction == "out", later.c.agent == agent)
    # Of an internal call the “customer” is the colleague who called.
    colleague = and_(
        after,
        missed.direction == "internal",
        later.c.direction == "internal",
        later.c.customer_number == missed.called,
        later.c.called == missed.customer_number,
    )
    return or_(
        exists().where(same, or_(talked, called_back)).correlate(_CALLS),
        exists().where(colleague).correlate(_CALLS),
    )
