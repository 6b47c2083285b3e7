"""An agent's part in a call: how a leg of an agent is counted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PartKind(StrEnum):
    """What an agent's leg was; each leg is exactly one of these."""

    ANSWERED = "answered"  # offered, and the agent had the call
    MISSED = "missed"  # offered: not picked up, or the phone was not reached
    DECLINED = "declined"  # offered, and the agent declined
    WITHDRAWN = "withdrawn"  # offered: the caller left, or another agent answered
    REACHED = "reached"  # the agent dialed, and the other party answered
    UNREACHED = "unreached"  # the agent dialed, and nobody answered
    INTERNAL = "internal"  # with a colleague
    RINGING = "ringing"  # offered just now


OFFERED = (
    PartKind.ANSWERED,
    PartKind.MISSED,
    PartKind.DECLINED,
    PartKind.WITHDRAWN,
    PartKind.RINGING,
)
DIALLED = (PartKind.REACHED, PartKind.UNREACHED)


@dataclass(frozen=True, slots=True)
class CallPart:
    """An agent's part in a call."""

    call: str
    leg: str
    agent: int
    began_at: datetime
    kind: PartKind
    direction: str
    number: str  # the other party's
    queue: str
    ring_seconds: float
    talk_seconds: float
    hold_seconds: float


@dataclass(frozen=True, slots=True)
class PartFilter:
    """Which parts are wanted."""

    since: datetime
    until: datetime
    kinds: frozenset[PartKind] = frozenset()  # all if empty
    handled: bool = False  # only those with a talk
    queue: str = ""
