"""Removing calls that never happened, such as the demo's, with all that was stored of them."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.calls.models import CallAgentRow, CallEventRow, CallLegRow, CallRow
from crm.calls.record import CallId
from crm.charges.models import CallChargeRow
from crm.satisfaction.models import ScoreRow, SurveyRow
from crm.service.models import ServiceRecordRow

_OF_CALLS = (
    CallEventRow,
    CallLegRow,
    CallAgentRow,
    CallChargeRow,
    ScoreRow,
    SurveyRow,
    ServiceRecordRow,
)


def calls_named(session: Session, prefix: str) -> list[CallId]:
    """Give the calls with ids that begin with a prefix."""
    query = select(CallRow.id).where(CallRow.id.startswith(prefix, autoescape=True))
    return [CallId(found) for found in session.scalars(query)]


def remove_calls(session: Session, calls: Collection[CallId]) -> None:
    """Remove calls with their timelines, legs, charges, scores and interaction records."""
    for table in _OF_CALLS:
        session.execute(delete(table).where(table.call.in_(calls)))
    session.execute(delete(CallRow).where(CallRow.id.in_(calls)))
