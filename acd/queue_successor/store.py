"""A queue's successor: what leads to a queue is made to lead to another one, then it is removed."""

from collections.abc import Mapping

from sqlalchemy import Select, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from acd.models import (
    ExtensionForwardRow,
    QueueRow,
    QueueStepRow,
    QueueSuccessorRow,
    RingGroupRow,
)
from acd.queue import QueueKey
from acd.queues.store import notify_queue
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ConflictError, MissingError
from crm.sql.db import notify

DESTINATIONS = ("timed_out", "full_to", "closed_to", "empty_to")


def queues_using(session: Session, key: QueueKey) -> list[QueueKey]:
    """Give the other queues that lead to a queue, or that add its members in a step."""
    query = select(QueueRow.key).where(QueueRow.id.in_(_users(key)), QueueRow.key != key)
    return list(map(QueueKey, session.scalars(query.order_by(QueueRow.key))))


def lead_to_successor(session: Session, old: QueueKey, new: QueueKey) -> None:
    """Let queues, ring groups and forwarded extensions use the successor in place of a queue.

    ConflictError if the successor itself leads to the queue: it would lead to itself.
    """
    successor = session.scalars(select(QueueRow.id).where(QueueRow.key == new)).one_or_none()
    if successor is None:
        raise MissingError("There is no queue “{queue}”.", queue=new)
    changed = queues_using(session, old)
    if new in changed:
        raise ConflictError("The successor leads to this queue itself. Change it first.")
    for before, after in zip(_texts(old), _texts(new), strict=True):
        _lead(session, before, after)
    theirs = select(QueueRow.id).where(QueueRow.key == old).scalar_subquery()
    added = update(QueueStepRow).where(QueueStepRow.backup_id == theirs)
    session.execute(added.values(backup_id=successor))
    for one in changed:
        notify_queue(session, one)


def _lead(session: Session, before: str, after: str) -> None:
    for name in DESTINATIONS:
        column = getattr(QueueRow, name)
        session.execute(update(QueueRow).where(column == before).values({name: after}))
    sent = update(QueueStepRow).where(QueueStepRow.destination == before)
    session.execute(sent.values(destination=after))
    groups = update(RingGroupRow).where(RingGroupRow.destination == before)
    for group in session.scalars(groups.values(destination=after).returning(RingGroupRow.id)):
        notify(session, f"ring_groups:{group}")
    forward = ExtensionForwardRow
    forwarded = update(forward).where(forward.destination == before).values(destination=after)
    for agent in set(session.scalars(forwarded.returning(forward.agent_id))):
        notify(session, f"forwards:{agent}")


def successors(session: Session) -> Mapping[QueueKey, QueueKey]:
    """Give the successors of deleted queues."""
    row = QueueSuccessorRow
    found = session.execute(select(row.key, row.successor))
    return {QueueKey(key): QueueKey(successor) for key, successor in found}


def remove_queue(session: Session, key: QueueKey, successor: QueueKey | None = None) -> None:
    """Remove a queue that no other one uses; who waits in it waits on in the successor.

    The engine then no longer knows it.
    """
    if queues_using(session, key):
        raise ConflictError("Other queues use this queue. Change them first.")
    session.execute(delete(QueueSuccessorRow).where(QueueSuccessorRow.key == key))
    if successor is not None:
        session.execute(insert(QueueSuccessorRow).values(key=key, successor=successor))
    notify(session, f"queue_successors:{key}")
    session.execute(delete(QueueRow).where(QueueRow.key == key))
    notify(session, f"queues:{key}")


def _texts(key: QueueKey) -> tuple[str, ...]:
    """The destinations of a queue: itself, and a callback from it."""
    kinds = (DestinationKind.QUEUE, DestinationKind.CALLBACK)
    return tuple(str(Destination(kind, key)) for kind in kinds)


def _users(key: QueueKey) -> Select[tuple[int]]:
    """The ids of the queues that use a queue, itself too if it leads to itself."""
    theirs = select(QueueRow.id).where(QueueRow.key == key).scalar_subquery()
    columns = (getattr(QueueRow, name) for name in DESTINATIONS)
    leading = select(QueueRow.id).where(or_(*(column.in_(_texts(key)) for column in columns)))
    step = QueueStepRow
    stepping = select(step.queue_id).where(
        or_(step.destination.in_(_texts(key)), step.backup_id == theirs)
    )
    both = leading.union(stepping).subquery()
    return select(both.c[0])
