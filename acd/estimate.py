"""How long a caller will still wait in a queue: a range of time, or nothing when it is too vague.

The forecast is QLm of Ibrahim & Whitt (2009): with q callers ahead, N agents, service rate μ and
abandonment rate θ, the wait is a sum of q + 1 exponential times with the rates Nμ + iθ. Its
quantiles are read from the gamma distribution of the same mean and variance, and then multiplied
by what was usual lately: the ratio of the last 200 waits to their own forecasts (conformal
prediction; callers who hung up count as censored). The ratio also corrects what the formula does
not know, such as priorities and agents with several skills.

How it is used, with one `LineHistory` for each queue:

- a caller begins to wait: `guess = forecast(history, ahead, serving, now)`, kept with the caller;
- their wait ends: `history = history.with_wait(Wait(seconds, abandoned, guess))`; callers who were
  answered at once did not wait and are left out;
- an agent is free again after a call: `with_handling` on the history of *each* queue they serve;
- the wait is announced, at the start or later: `estimate(history, forecast(history, ahead, serving,
  now))`, which is the time from now on.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

_KNOWN_WAITS = 200
_LEAST_WAITS = 20  # below it nothing is said
_KNOWN_HANDLINGS = 200
_SHARE_MINUTES = 15
_WIDEST = 1.0  # of the middle
_MINUTE = 60.0
# The waits of callers in one queue resemble each other, so 200 waits tell less than 200 strangers
# would: P90 supposes more longer waits. Measured on simulated queues: see docs/figures.md.
_QUANTILES = ((0.1, 1), (0.5, 1), (0.9, 3))  # the level, and how many longer waits are supposed
_NORMAL = 1.2815515655446004  # the 90 % quantile of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Forecast:
    """The quantiles of a wait by the formula alone, in seconds."""

    low: float  # P10
    middle: float  # P50
    high: float  # P90


@dataclass(frozen=True, slots=True)
class Estimate:
    """The wait from now on, in seconds: one in ten is shorter than low, one in ten over high."""

    low: float  # P10
    middle: float  # P50
    high: float  # P90


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that has ended, with the forecast made at its start, if one could be made."""

    seconds: float
    abandoned: bool = False
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class Minute:
    """Seconds that the agents of a queue handled calls that ended within one minute."""

    number: int  # of the engine's clock, in minutes
    own: float  # calls of this queue
    every: float  # calls of all queues


@dataclass(frozen=True, slots=True)
class LineHistory:
    """What is remembered of one queue: at most 200 waits, 200 handling times and 15 minutes."""

    waits: tuple[Wait, ...] = ()
    handled: tuple[float, ...] = ()  # seconds from the offer until the agent is free again
    minutes: tuple[Minute, ...] = ()

    def with_wait(self, wait: Wait) -> "LineHistory":
        """Add a wait that has ended in an answer or an abandonment."""
        return replace(self, waits=(*self.waits[-_KNOWN_WAITS + 1 :], wait))

    def with_handling(self, seconds: float, at: float, *, own: bool) -> "LineHistory":
        """Add a call handled by an agent who serves this queue; own: it was this queue's.

        `seconds` is the agent's whole time with it (ring, talk, hold, wrap-up), `at` its end on
        the engine's clock.
        """
        number = int(at // _MINUTE)
        minutes = [row for row in self.minutes if number - _SHARE_MINUTES < row.number]
        before = Minute(number, 0.0, 0.0)
        if minutes and minutes[-1].number >= number:
            before = minutes.pop()
        now = Minute(before.number, before.own + seconds * own, before.every + seconds)
        handled = (*self.handled[-_KNOWN_HANDLINGS + 1 :], seconds) if own else self.handled
        return replace(self, handled=handled, minutes=(*minutes, now))

    def share(self, now: float) -> float:
        """How much of its agents' work in the last 15 minutes was this queue's, in 0..1.

        One more call of this queue is added, so that a queue whose turn is still to come is not 0.
        """
        since = int(now // _MINUTE) - _SHARE_MINUTES
        recent = [row for row in self.minutes if row.number > since]
        one = _mean(self.handled)
        every = one + sum(row.every for row in recent)
        return (one + sum(row.own for row in recent)) / every if every else 1.0

    def abandonment_rate(self) -> float:
        """Abandonments for each second waited; answered waits are censored patience."""
        waited = sum(wait.seconds for wait in self.waits)
        return sum(wait.abandoned for wait in self.waits) / waited if waited else 0.0


def forecast(history: LineHistory, ahead: int, serving: int, now: float) -> Forecast | None:
    """Give the wait by the formula for a caller with `ahead` callers before them.

    `serving` counts the agents who are signed in, not on a break, and may serve this caller (with
    their skills, now); how many of them this queue really has follows from its share. Nothing is
    known without such agents or before the queue's first handled call.
    """
    handling = _mean(history.handled)
    if serving <= 0 or handling <= 0:
        return None
    rate = serving * history.share(now) / handling
    leaving = history.abandonment_rate()
    steps = [1 / (rate + place * leaving) for place in range(ahead + 1)]
    return Forecast(*gamma_quantiles(sum(steps), sum(step * step for step in steps)))


def estimate(
    history: LineHistory, guess: Forecast | None, *, widest: float = _WIDEST
) -> Estimate | None:
    """Correct a forecast by the last waits; None when it would not help the caller.

    That is so with fewer than 20 known waits, or when P90 - P10 is more than `widest` times the
    middle. A gamma forecast alone is narrow enough from about seven callers ahead.
    """
    if guess is None:
        return None
    known = [wait for wait in history.waits if wait.forecast is not None]
    if len(known) < _LEAST_WAITS:
        return None
    low, middle, high = (
        of_now * quantile(_ratios(known, place), level, unseen)
        for place, (of_now, (level, unseen)) in enumerate(
            zip(_values(guess), _QUANTILES, strict=True)
        )
    )
    said = Estimate(min(low, middle), middle, max(middle, high))
    return said if said.high - said.low <= widest * said.middle else None


def as_range(said: Estimate) -> tuple[int, int]:
    """Give whole minutes to announce, "2 to 4"; a range from 0 is "less than" its end."""
    return int(said.low // _MINUTE), max(1, math.ceil(said.high / _MINUTE))


def gamma_quantiles(mean: float, variance: float) -> tuple[float, float, float]:
    """Give P10, P50 and P90 of the gamma distribution of this mean and variance.

    By Wilson & Hilferty's cube root, whose error from shape 1 on is under 1.5 % of the middle and
    of P90, and under 7 % of P10.
    """
    spread = variance / (9 * mean * mean)  # 1 / 9k, k the shape
    return (
        mean * max(0.0, 1 - spread - _NORMAL * math.sqrt(spread)) ** 3,
        mean * (1 - spread) ** 3,
        mean * (1 - spread + _NORMAL * math.sqrt(spread)) ** 3,
    )


def quantile(times: Iterable[tuple[float, bool]], level: float, unseen: int = 1) -> float:
    """Give the quantile of (value, censored) by Kaplan & Meier; the greatest value if censored.

    As conformal prediction demands, values that are still to come count as greater than all.
    """
    rows = sorted(times)
    surviving = 1.0
    for place, (value, censored) in enumerate(rows):
        if not censored:
            surviving *= 1 - 1 / (len(rows) + unseen - place)
            if 1 - surviving >= level:
                return value
    return rows[-1][0] if rows else 0.0


def _ratios(waits: list[Wait], place: int) -> list[tuple[float, bool]]:
    return [
        (wait.seconds / _values(wait.forecast)[place], wait.abandoned)
        for wait in waits
        if wait.forecast is not None
    ]


def _values(guess: Forecast) -> tuple[float, float, float]:
    return guess.low, guess.middle, guess.high


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values) if values else 0.0
