"""What a list of callbacks is asked for."""

from dataclasses import dataclass, field
from datetime import datetime

from acd.callback import CallbackState
from crm.calls.record import CallId


@dataclass(frozen=True, slots=True)
class CallbackReach:
    """The callbacks that a user sees: of these queues, and those that these users called."""

    people: frozenset[int] | None = None  # None: all callbacks
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CallbackFilter:
    """Which callbacks are wanted; an empty field is any."""

    states: frozenset[CallbackState] = field(default_factory=frozenset)
    queue: str = ""
    number: str = ""  # a part of it
    customer: str = ""  # a part of the name
    since: datetime | None = None  # asked at or after
    until: datetime | None = None  # asked before


@dataclass(frozen=True, slots=True)
class CallbackQuestion:
    """What a list of callbacks is asked for: the filter, how far the asker sees, the order."""

    wanted: CallbackFilter = field(default_factory=CallbackFilter)
    reach: CallbackReach = field(default_factory=CallbackReach)
    open_first: bool = False  # those that wait or are called before those that are over


@dataclass(frozen=True, slots=True)
class CallbackSums:
    """The sums of some callbacks."""

    count: int = 0
    open: int = 0
    done: int = 0
    failed: int = 0
    calls: int = 0  # tries, to those that did not answer too


@dataclass(frozen=True, slots=True)
class CallbackCount:
    """The callbacks of a queue that were asked for in one interval."""

    queue: str
    place: int  # of the interval, from 0
    asked: int
    reached: int
    failed: int
    canceled: int
    wait_seconds: float  # of those reached together, from the place in line to the talk


def asked_by(call: str) -> CallId | None:
    """Give the callback for which a call is made, by the call's id; None for any other call."""
    begin, dash, id_ = call.partition("-")
    number = begin.removeprefix("cb")
    made = bool(dash and id_) and begin.startswith("cb") and number.isascii() and number.isdecimal()
    return CallId(id_) if made else None
