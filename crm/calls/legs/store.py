"""Legs of calls: folded from timelines and stored, and read by call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from sqlalchemy import Executable, bindparam, func, select
from sqlalchemy.orm import Session

from crm.calls.leg import CallLeg, fold_legs
from crm.calls.models import CallLegRow
from crm.calls.record import CallEvent, Kind
from crm.kernel.text import clean
from crm.sql.db import insert_rows, whole_table

log = structlog.get_logger(__name__)

_LEGS = whole_table(CallLegRow)
_FIELDS = tuple(field.name for field in fields(CallLeg))
_LEG = tuple(_LEGS.c[name] for name in _FIELDS)
_OF_CALL = (
    select(*_LEG).where(_LEGS.c.call == bindparam("call")).order_by(_LEGS.c.began_at, _LEGS.c.leg)
)


def legs_of(session: Session, call: str) -> list[CallLeg]:
    """Give a call's legs, the oldest first. Check first whether the user may see the call."""
    return [CallLeg(*row) for row in session.execute(_OF_CALL, {"call": clean(call)})]


@dataclass(frozen=True, slots=True)
class AgentDay:
    """What an agent has done since a time, from the agent's own legs."""

    calls: int  # that the agent took
    talk_seconds: float
    hold_seconds: float
    longest_seconds: float  # talk and hold of one call


def agent_day(session: Session, agent: int, since: datetime) -> AgentDay:
    """Sum the calls that an agent had since a time, such as midnight, as far as they are known.

    A call of the agent's own that nobody answered is none of them.
    """
    whole = _LEGS.c.talk_seconds + _LEGS.c.hold_seconds
    sums = (func.sum(_LEGS.c.talk_seconds), func.sum(_LEGS.c.hold_seconds), func.max(whole))
    query = select(func.count(), *sums).where(
        _LEGS.c.agent == agent,
        _LEGS.c.began_at >= since,
        _LEGS.c.role == "agent",
        _LEGS.c.answered_at.is_not(None),
        whole > 0,
    )
    calls, *seconds = session.execute(query).one()
    talk, hold, longest = (float(one or 0) for one in seconds)
    return AgentDay(calls, talk, hold, longest)


def keep_legs(session: Session, timelines: Mapping[str, Iterable[CallEvent]]) -> None:
    """Fold the legs of calls again from their whole timelines, and store them."""
    rows = sorted(_folded(timelines), key=lambda row: (str(row["call"]), str(row["leg"])))
    if rows:
        session.execute(_writing(), {"rows": rows})


def _folded(timelines: Mapping[str, Iterable[CallEvent]]) -> Iterable[dict[str, Any]]:
    for call, timeline in timelines.items():
        known = list(timeline)
        if all(one.kind is not Kind.ARRIVED for one in known):
            continue
        try:
            # While the call is open its seconds count up to its last known event.
            legs = fold_legs(known, max(one.at for one in known))
        except (KeyError, ValueError, TypeError):
            log.exception("the legs of a call cannot be folded", call=call)
            continue
        for leg in legs:
            yield {name: _plain(getattr(leg, name)) for name in _FIELDS}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@cache
def _writing() -> Executable:
    upsert = insert_rows(_LEGS, _FIELDS)
    changed = {name: upsert.excluded[name] for name in _FIELDS if name not in {"call", "leg"}}
    key = [CallLegRow.call, CallLegRow.leg]
    return upsert.on_conflict_do_update(index_elements=key, set_=changed)
