"""Lost calls: callers who reached no agent, one entry for a number and a day."""

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum

from crm.calls.record import CallId, CallResult
from crm.kernel.errors import InvalidError


class LostState(StrEnum):
    """How far the lost calls of a number are."""

    OPEN = "open"
    WORK = "work"  # someone cares for it
    DONE = "done"  # by hand; a later lost call of the day opens it again
    REACHED = "reached"  # an agent has talked with that number since


BY_HAND = (LostState.OPEN, LostState.WORK, LostState.DONE)
"""The states that a user can choose."""


@dataclass(frozen=True, slots=True)
class LostReach:
    """The lost calls that a user sees: of these queues, and those that these users own."""

    people: frozenset[int] | None = None  # None: all lost calls
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LostFilter:
    """Which lost calls are wanted; an empty field is any."""

    states: frozenset[LostState] = field(default_factory=frozenset)
    queue: str = ""
    owner: int | None = None
    number: str = ""  # a part of it
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LostQuestion:
    """What a list of lost calls is asked for: filter, reach, and the zone in which days begin."""

    wanted: LostFilter
    reach: LostReach
    zone: tzinfo
    oldest: datetime


@dataclass(frozen=True, slots=True)
class LostCall:
    """The lost calls of a number on a day."""

    id: CallId  # of the first of them
    number: str
    day: date
    customer: int | None
    queue: str | None  # the last one in which they waited
    result: CallResult  # of the last of them
    first_at: datetime
    last_at: datetime
    tries: int
    waited_seconds: float  # the longest of them
    called_back: int  # calls to that number since
    reached_at: datetime | None
    reached_by: int | None
    reached_call: CallId | None
    owner: int | None
    state: LostState
    note: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LostSums:
    """The sums of some lost calls."""

    count: int = 0
    tries: int = 0
    waited_mean: float = 0.0  # seconds, of the longest wait of each
    called_back: int = 0
    reached: int = 0


@dataclass(frozen=True, slots=True)
class LostCare:
    """What a user sets for lost calls: an owner, a state, a note."""

    owner: int | None
    state: LostState
    note: str


@dataclass(frozen=True, slots=True)
class LostCareTaken:
    """Who owns the lost calls of a number, and since when."""

    number: str
    owner: int | None
    state: LostState
    at: datetime


def checked_care(wanted: LostCare) -> LostCare:
    """Check what a user sets; InvalidError for a state that follows from the calls alone.

    What has an owner is in work at least.
    """
    if wanted.state not in BY_HAND:
        raise InvalidError("“{key}” is not among the choices.", field="state", key=wanted.state)
    state = wanted.state
    if state is LostState.OPEN and wanted.owner is not None:
        state = LostState.WORK
    return LostCare(wanted.owner, state, wanted.note.strip())


def care_of(known: LostCall) -> LostCare:
    """Give what was set of lost calls by hand; what was reached counts as done."""
    state = LostState.DONE if known.state is LostState.REACHED else known.state
    return LostCare(known.owner, state, known.note)
