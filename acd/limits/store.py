"""An agent's own limit of calls out, in the database."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from acd.agent import Outbound
from acd.models import AgentRow
from crm.kernel.errors import MissingError
from crm.sql.db import notify


def limit_outbound(
    session: Session, agent: int, limit: Outbound, until: datetime | None = None
) -> None:
    """Set how far an agent may dial out, perhaps until a time; MissingError if there is none."""
    values = {"outbound": limit, "outbound_until": until}
    changed = update(AgentRow).where(AgentRow.user_id == agent).values(values)
    if session.scalars(changed.returning(AgentRow.user_id)).one_or_none() is None:
        raise MissingError("There is no agent {agent}.", agent=agent)
    notify(session, f"agents:{agent}")
