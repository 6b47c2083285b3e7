"""The key figures of seats: what they count, and what follows from them.

Times of state come from the agents' log, and add up to the time signed in. Calls, and the times of
talk and hold, come from the agents' legs: each counts where its leg began.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SeatFigures:
    """The figures of an agent, a group or a queue in one interval. Times are seconds."""

    ready: float = 0.0
    ringing: float = 0.0
    on_call: float = 0.0  # state "talking": dialing and hold too
    wrap_up: float = 0.0
    paused: Mapping[str, float] = field(default_factory=dict[str, float])  # by reason
    unpaid: float = 0.0  # of the time not ready
    first_in: datetime | None = None
    last_out: datetime | None = None  # None while the agent is still signed in
    offered: int = 0
    answered: int = 0
    missed: int = 0
    declined: int = 0
    withdrawn: int = 0  # it rang, but the caller left or another agent answered
    dialled: int = 0
    reached: int = 0  # of the dialled calls
    internal: int = 0
    transferred: int = 0
    consulted: int = 0
    handled: int = 0  # calls with a talk, of all directions
    talk: float = 0.0
    hold: float = 0.0
    longest: float = 0.0  # talk and hold of one call
    # Of a queue: callbacks that were asked for in the interval.
    callbacks: int = 0
    callbacks_reached: int = 0
    callbacks_failed: int = 0
    callbacks_canceled: int = 0
    callback_wait: float = 0.0  # of those reached together

    @property
    def not_ready(self) -> float:
        """The time not ready, for all reasons."""
        return sum(self.paused.values())

    @property
    def signed_in(self) -> float:
        """The time signed in: the sum of all states."""
        return self.ready + self.ringing + self.on_call + self.wrap_up + self.not_ready

    @property
    def paid(self) -> float:
        """The time signed in without unpaid breaks."""
        return self.signed_in - self.unpaid

    @property
    def occupancy(self) -> float | None:
        """The share of calls and wrap-up in the time that an agent was there for calls."""
        busy = self.on_call + self.wrap_up
        return _share(busy, busy + self.ready + self.ringing)

    @property
    def answer_rate(self) -> float | None:
        """The share of offered calls that the agent answered."""
        return _share(self.answered, self.offered)

    @property
    def handling(self) -> float | None:
        """The average handling time: talk, hold and wrap-up of a handled call."""
        return _share(self.talk + self.hold + self.wrap_up, self.handled)

    @property
    def talk_mean(self) -> float | None:
        """The average talk time of a handled call."""
        return _share(self.talk, self.handled)

    @property
    def callback_wait_mean(self) -> float | None:
        """The average wait of a customer until the callback, of those reached."""
        return _share(self.callback_wait, self.callbacks_reached)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (
            self.signed_in or self.offered or self.dialled or self.internal or self.callbacks
        )


def total(many: Iterable[SeatFigures]) -> SeatFigures:
    """Add figures up: of several agents, or of several intervals."""
    found = list(many)
    paused: dict[str, float] = {}
    for one in found:
        for reason, seconds in one.paused.items():
            paused[reason] = paused.get(reason, 0.0) + seconds
    began = [one.first_in for one in found if one.first_in]
    there = [one for one in found if one.signed_in]
    ended = [one.last_out for one in there if one.last_out]
    return SeatFigures(
        ready=sum(one.ready for one in found),
        ringing=sum(one.ringing for one in found),
        on_call=sum(one.on_call for one in found),
        wrap_up=sum(one.wrap_up for one in found),
        paused=paused,
        unpaid=sum(one.unpaid for one in found),
        first_in=min(began, default=None),
        last_out=max(ended) if ended and len(ended) == len(there) else None,
        offered=sum(one.offered for one in found),
        answered=sum(one.answered for one in found),
        missed=sum(one.missed for one in found),
        declined=sum(one.declined for one in found),
        withdrawn=sum(one.withdrawn for one in found),
        dialled=sum(one.dialled for one in found),
        reached=sum(one.reached for one in found),
        internal=sum(one.internal for one in found),
        transferred=sum(one.transferred for one in found),
        consulted=sum(one.consulted for one in found),
        handled=sum(one.handled for one in found),
        talk=sum(one.talk for one in found),
        hold=sum(one.hold for one in found),
        longest=max((one.longest for one in found), default=0.0),
        callbacks=sum(one.callbacks for one in found),
        callbacks_reached=sum(one.callbacks_reached for one in found),
        callbacks_failed=sum(one.callbacks_failed for one in found),
        callbacks_canceled=sum(one.callbacks_canceled for one in found),
        callback_wait=sum(one.callback_wait for one in found),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
