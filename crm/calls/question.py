"""What may be asked about calls."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm.calls.record import Result


class CallOrder(StrEnum):
    """What a list of calls may be sorted by."""

    BEGAN = "began"
    WAITED = "waited"
    TALKED = "talked"


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What a list of calls is narrowed to; what is empty narrows nothing."""

    caller: str = ""  # E.164 is compared whole, anything else as a part of the number
    called: str = ""
    result: Result | None = None
    agent: int | None = None  # anybody who talked, not only the last
    queue: str = ""
    customer: int | None = None
    direction: str = ""  # "in", "out", "internal"
    since: datetime | None = None
    until: datetime | None = None  # not included
    talk_from_seconds: float | None = None
    talk_to_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CallCounts:
    """How many calls came since a time, and what became of them so far."""

    calls: int
    answered: int
    abandoned: int
    live: int
