"""The estimated wait of a caller against the actual one: a fold of the facts of a call."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from acd.estimate import Estimate, Forecast
from acd.queue import QueueKey
from crm.calls.record import CallEvent, CallId, FactId, Kind, in_order


class WaitEnd(StrEnum):
    """How a wait ended; the values are stored."""

    WAITING = "waiting"  # goes on
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    LEFT = "left"  # sent elsewhere, called back, or ended by a fault


ENDS = frozenset(
    {
        Kind.CONNECTED,
        Kind.ENDED,
        Kind.MOVED,
        Kind.QUEUED,
        Kind.DIRECTED,
        Kind.RING_GROUP,
        Kind.CALLBACK_ASKED,
        Kind.FALLBACK,
        Kind.PICKED_UP,
    }
)
"""The facts with which a wait in a queue is over."""


@dataclass(frozen=True, slots=True)
class WaitEstimate:
    """One wait in a queue. Times are aware UTC."""

    fact: FactId
    call: CallId
    queue: QueueKey
    entered_at: datetime
    forecast: Forecast  # by the formula alone
    said: Estimate | None  # what could be said; None: it was too vague
    state: WaitEnd = WaitEnd.WAITING
    seconds: float | None = None  # of a wait that is over

    @property
    def within(self) -> bool | None:
        """Whether an answered wait was within what could be said; None where nothing is known."""
        if self.said is None or self.seconds is None or self.state is not WaitEnd.ANSWERED:
            return None
        return self.said.low <= self.seconds <= self.said.high


def fold_waits(timeline: Iterable[CallEvent]) -> list[WaitEstimate]:
    """The waits of a call's timeline that have an estimate."""
    done: list[WaitEstimate] = []
    going: WaitEstimate | None = None
    for event in in_order(timeline):
        # A new engine estimates the same wait anew.
        if going is not None and (event.kind in ENDS or event.kind is Kind.ESTIMATED):
            done.append(_over(going, event))
            going = None
        if event.kind is Kind.ESTIMATED:
            going = _begun(event)
    return [*done, going] if going is not None else done


def _begun(event: CallEvent) -> WaitEstimate:
    detail = event.detail
    f10, f50, f90 = (float(detail[f"f{number}"]) for number in (10, 50, 90))
    said = None
    if "p50" in detail:
        said = Estimate(*(float(detail[f"p{number}"]) for number in (10, 50, 90)))
    queue = QueueKey(str(detail["queue"]))
    forecast = Forecast(f10, f50, f90)
    return WaitEstimate(event.fact, event.call, queue, event.at, forecast, said)


def _over(wait: WaitEstimate, event: CallEvent) -> WaitEstimate:
    seconds = max(0.0, (event.at - wait.entered_at).total_seconds())
    if event.kind in {Kind.CONNECTED, Kind.PICKED_UP}:
        state = WaitEnd.ANSWERED
    elif event.kind is Kind.ENDED and event.detail.get("by") == "caller":
        state = WaitEnd.ABANDONED
    else:
        state = WaitEnd.LEFT
    return replace(wait, state=state, seconds=seconds)
