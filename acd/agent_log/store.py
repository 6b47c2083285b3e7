"""The log of the agents' states."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, true
from sqlalchemy.orm import Session, aliased

from acd.agent import PAST, AgentEvent, AgentState, Phone
from acd.models import AgentEventRow, AgentRow
from acd.queue import AgentId
from crm.calls.record import CallId, FactId
from crm.kernel.text import clean, clean_detail
from crm.sql.db import insert_rows, whole_table

_NEWEST_FIRST = (AgentEventRow.at.desc(), AgentEventRow.number.desc())
_EVENT = [one.key for one in AgentEventRow.__mapper__.column_attrs if one.key != "number"]
_NEW_EVENTS = insert_rows(whole_table(AgentEventRow), _EVENT).on_conflict_do_nothing(
    index_elements=[AgentEventRow.fact]
)


def keep_agent_events(session: Session, events: Sequence[AgentEvent]) -> None:
    """Store lines of the agents' log, each once, however often they arrive."""
    if events:
        session.execute(_NEW_EVENTS, {"rows": [_event_columns(event) for event in events]})


def last_states(session: Session) -> list[AgentEvent]:
    """Give the last line of each agent's log; an agent who never signed in has none.

    A line that was told late, of a talk that was over by then, is never the last.
    """
    newest = (
        select(AgentEventRow)
        .where(
            AgentEventRow.agent == AgentRow.user_id, ~func.jsonb_exists(AgentEventRow.detail, PAST)
        )
        .order_by(AgentEventRow.number.desc())
        .limit(1)
        .correlate(AgentRow)
        .lateral()
    )
    line = aliased(AgentEventRow, newest)
    query = select(line).select_from(AgentRow).join(newest, true()).order_by(AgentRow.user_id)
    return [_event(row) for row in session.scalars(query)]


def agent_log(session: Session, agent: int, since: datetime, until: datetime) -> list[AgentEvent]:
    """Give an agent's log of a period, oldest line first."""
    query = select(AgentEventRow).where(
        AgentEventRow.agent == agent, AgentEventRow.at >= since, AgentEventRow.at < until
    )
    return [_event(row) for row in session.scalars(query.order_by(*_NEWEST_FIRST))][::-1]


def forget_agent_events(session: Session, beginning: str) -> None:
    """Remove lines by the beginning of their facts' ids: those of the demo."""
    named = func.starts_with(AgentEventRow.fact, beginning)
    session.execute(delete(AgentEventRow).where(named))


def _event_columns(event: AgentEvent) -> dict[str, object]:
    return {
        "fact": clean(event.fact),
        "agent": event.agent,
        "at": event.at.isoformat(),
        "state": event.state.value,
        "reason": clean(event.reason, 200),
        "cause": clean(event.cause, 200),
        "call": None if event.call is None else clean(event.call),
        "phone": None if event.phone is None else event.phone.value,
        "inferred": event.inferred,
        "detail": clean_detail(event.detail),
    }


def _event(row: AgentEventRow) -> AgentEvent:
    return AgentEvent(
        fact=FactId(row.fact),
        agent=AgentId(row.agent),
        at=row.at,
        state=AgentState(row.state),
        reason=row.reason,
        cause=row.cause,
        call=None if row.call is None else CallId(row.call),
        phone=None if row.phone is None else Phone(row.phone),
        inferred=row.inferred,
        detail=row.detail,
    )
