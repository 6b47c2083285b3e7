"""An agent's queues, changed for today: what was added and taken away, and how it is taken back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class QueuesForToday:
    """The queues that an agent has more, and has less, until a time."""

    agent: int
    added: frozenset[str]
    removed: frozenset[str]
    reason: str
    by: int | None
    at: datetime
    until: datetime


def usual(now: Collection[str], change: QueuesForToday | None) -> frozenset[str]:
    """Give an agent's usual queues.

    A queue that was added and taken away by someone else in the meantime stays as it is.
    """
    if change is None:
        return frozenset(now)
    return (frozenset(now) - change.added) | change.removed


def next_midnight(at: datetime, zone: tzinfo) -> datetime:
    """Give the end of the day in a zone."""
    day = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, time(), zone).astimezone(at.tzinfo)
