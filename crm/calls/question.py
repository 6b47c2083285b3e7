"""Filters, orders and counts of the list of calls."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm.calls.record import CallResult


class CallOrder(StrEnum):
    """The orders of a list of calls."""

    BEGAN = "began"
    WAITED = "waited"
    TALKED = "talked"


@dataclass(frozen=True, slots=True)
class StepChange:
    """A caller went from a step of a flow to the next one that was noted."""

    step: str
    to: str
    keys: frozenset[str] | None = None  # pressed at that moment, "" is no key; None: any or none


@dataclass(frozen=True, slots=True)
class CallFilter:
    """The filter of a list of calls; an empty field matches all."""

    caller: str = ""  # E.164 must match whole, anything else a part of the number
    region: str = ""  # parts of numbers are typed as in this country, e.g. CN
    called: str = ""
    result: CallResult | None = None
    agent: int | None = None  # any agent who talked or who made it, not only the last
    queue: str = ""
    customer: int | None = None
    direction: str = ""  # "in", "out", "internal"
    own_number: str = ""  # E.164: the number of ours that was called, or was shown
    trunk: str = ""  # the endpoint of a trunk that one of its legs went over
    since: datetime | None = None
    until: datetime | None = None  # not included
    talk_from_seconds: float | None = None
    talk_to_seconds: float | None = None
    flow: int | None = None  # a flow that the caller came to
    version: int | None = None  # of the flow, on which the caller came to it
    step: str = ""  # a step of it, or of any flow
    changes: tuple[StepChange, ...] | None = None  # one of these was made; () matches no call
    bad_sound: bool = False  # one direction of one leg sounded poor or bad
    low_score: bool = False  # the caller gave a score of 2 or less after the talk


@dataclass(frozen=True, slots=True)
class CallCounts:
    """The number of calls since a time, by their results so far."""

    calls: int
    answered: int
    abandoned: int
    live: int
