"""Queues as settings pages edit them: the inactive ones too, with their names in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from acd.models import QueueMemberRow, QueueRow
from acd.queue import AgentId, Queue, QueueKey
from crm.kernel.errors import MissingError
from crm.kernel.text import clean
from crm.sql.db import notify

FALLBACKS = range(1, 33)  # the numbers of Asterisk's static fallback queues


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """A queue's settings, its Chinese name, and whether it takes calls."""

    queue: Queue
    name_zh: str
    enabled: bool


def queue_settings(session: Session) -> list[QueueSettings]:
    """Give all queues by their names, the inactive ones too."""
    members = _members(session, None)
    query = select(QueueRow).order_by(func.lower(QueueRow.name), QueueRow.key)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return [_read(row, members.get(row.id, [])) for row in rows]


def queue_of(session: Session, key: str) -> QueueSettings:
    """Read a queue; MissingError if there is none with this key."""
    query = select(QueueRow).where(QueueRow.key == clean(key, 50))
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise MissingError("There is no queue “{queue}”.", queue=key[:50])
    return _read(row, _members(session, row.id).get(row.id, []))


def queue_to_change(session: Session, key: str) -> QueueSettings:
    """Read a queue and lock it until this transaction ends."""
    session.execute(select(QueueRow.id).where(QueueRow.key == clean(key, 50)).with_for_update())
    return queue_of(session, key)


def set_queue_enabled(session: Session, key: QueueKey, *, enabled: bool) -> None:
    """Activate a queue, or deactivate it: the engine then no longer knows it."""
    session.execute(update(QueueRow).where(QueueRow.key == key).values(enabled=enabled))
    notify(session, f"queues:{key}")


def free_key(session: Session, wanted: str) -> QueueKey:
    """Give a key that no queue has: the wanted one, or with the first free number behind it."""
    taken = set(session.scalars(select(QueueRow.key)))
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return QueueKey(key)


def free_fallback(session: Session) -> int:
    """Give the fallback queue that the fewest queues share, the lowest number first."""
    used = list(session.scalars(select(QueueRow.fallback)))
    return min(FALLBACKS, key=lambda number: (used.count(number), number))


def _members(session: Session, queue: int | None) -> dict[int, list[AgentId]]:
    query = select(QueueMemberRow.queue_id, QueueMemberRow.agent_id)
    if queue is not None:
        query = query.where(QueueMemberRow.queue_id == queue)
    found: dict[int, list[AgentId]] = {}
    for id_, agent in session.execute(query.order_by(QueueMemberRow.agent_id)):
        found.setdefault(id_, []).append(AgentId(agent))
    return found


def _read(row: QueueRow, members: Iterable[AgentId]) -> QueueSettings:
    queue = Queue(
        key=QueueKey(row.key),
        name=row.name,
        members=tuple(members),
        ring_seconds=row.ring_seconds,
        wrapup_seconds=row.wrapup_seconds,
        max_misses=row.max_misses,
        priority=row.priority,
        record=row.record,
        music=row.music,
        fallback=row.fallback,
    )
    return QueueSettings(queue, row.name_zh, row.enabled)
