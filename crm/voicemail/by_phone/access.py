"""A voicemail box by telephone: what is played there, and when wrong PINs lock it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm.voicemail.message import MessageId

MOST_FAILURES = 10
WITHIN = timedelta(hours=1)
LOCKED_FOR = timedelta(minutes=15)
"""The number of wrong PINs within an hour that locks a box for every caller, and how long."""

MOST_PLAYED = 100
"""The most messages of a box that are played in one call."""


@dataclass(frozen=True, slots=True)
class PlayedMessage:
    """A message as a telephone plays it."""

    id: MessageId
    file: str  # below Asterisk's recordings, without its ending
    caller: str
    seconds: float
    heard: bool = False


class Mark(StrEnum):
    """What is done to a message by telephone."""

    HEARD = "heard"
    DELETED = "deleted"


class BoxAnswer(StrEnum):
    """The answer to a question about a box."""

    DONE = "done"
    WRONG_PIN = "wrong pin"  # also where there is no such box, or it has no PIN
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"  # the database is slow or away


@dataclass(frozen=True, slots=True)
class NewMessages:
    """How many messages wait for an agent: not heard yet, and heard but not handled."""

    new: int = 0
    heard: int = 0


def locked_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """Until when a box is locked after these wrong PINs, the oldest first; None if it is not."""
    if len(failures) < MOST_FAILURES:
        return None
    last = failures[-1]
    until = last + LOCKED_FOR
    return until if last - failures[-MOST_FAILURES] <= WITHIN and now < until else None
