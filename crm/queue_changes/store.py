"""Queues that were changed for today, in the database."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.text import clean
from crm.queue_changes.change import QueuesForToday
from crm.queue_changes.models import QueueChangeRow


def queue_change(session: Session, agent: int) -> QueuesForToday | None:
    """Give the change of an agent's queues for today; None if they are the usual ones."""
    row = session.get(QueueChangeRow, agent, populate_existing=True)
    return None if row is None else _change(row)


def due_changes(session: Session, at: datetime) -> list[QueuesForToday]:
    """Give the changes that are over by now, and lock them."""
    query = select(QueueChangeRow).where(QueueChangeRow.until <= at)
    in_order = query.order_by(QueueChangeRow.agent).with_for_update(skip_locked=True)
    return [_change(row) for row in session.scalars(in_order)]


def keep_change(session: Session, change: QueuesForToday) -> None:
    """Store a change in place of the agent's last one."""
    columns = {
        "added": sorted(change.added),
        "removed": sorted(change.removed),
        "reason": clean(change.reason, 200),
        "changed_by": change.by,
        "changed_at": change.at,
        "until": change.until,
    }
    kept = insert(QueueChangeRow).values(agent=change.agent, **columns)
    session.execute(kept.on_conflict_do_update(index_elements=["agent"], set_=columns))


def forget_changes(session: Session, agents: Iterable[int]) -> None:
    """Forget the changes of some agents: their queues are the usual ones again."""
    session.execute(delete(QueueChangeRow).where(QueueChangeRow.agent.in_(set(agents))))


def _change(row: QueueChangeRow) -> QueuesForToday:
    return QueuesForToday(
        agent=row.agent,
        added=frozenset(row.added),
        removed=frozenset(row.removed),
        reason=row.reason,
        by=row.changed_by,
        at=row.changed_at,
        until=row.until,
    )
