"""The guard of calls out: limits of a day's cost, and stops after too many expensive calls.

What is spent and what is stopped comes from the database with the settings. What the engine has
seen since then is given beside it; of two sums of one day the larger one counts, so that nothing
is counted twice and nothing is lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from crm.charges.rate import UNIT, RateTable, cost
from cti.outbound.refusals import OVER_PERSON, OVER_SITE, STOPPED

DAY = 86_400.0
UNITS = int(1 / UNIT)
"""The engine counts costs as whole numbers: this many make one unit of the currency."""

SITE = "site"


class StopReason(StrEnum):
    """Why outbound calls were stopped."""

    CALLS = "calls"  # too many international or premium-rate calls in a short time
    COST = "cost"  # the cost of the day


@dataclass(frozen=True, slots=True)
class Stop:
    """The last stop of a person or trunk; times are seconds since the epoch."""

    since: float
    released: float | None = None  # None: it is in force


@dataclass(frozen=True, slots=True)
class FraudLimits:
    """When calls out are stopped; 0 is never."""

    calls: int = 0  # to expensive numbers, by one person or over one trunk …
    minutes: int = 10  # … within this many minutes
    day_cost: int = 0  # of one person or trunk


@dataclass(frozen=True, slots=True)
class DayCosts:
    """What was spent on one day, in `UNITS`, by `agent:3`, `rule:1`, `trunk:2` and `site`."""

    began: float = 0.0  # local midnight, seconds since the epoch
    spent: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spent:
    """What the engine has counted on a day."""

    day: float
    units: int


@dataclass(frozen=True, slots=True)
class GuardCounts:
    """What the engine has counted by itself: sums of a day, and its own stops since when."""

    spent: Mapping[str, Spent] = field(default_factory=dict)
    stops: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guard:
    """All settings of the guard; 0 means no limit. Limits are in the currency's unit."""

    rates: RateTable = field(default_factory=RateTable)
    currency: str = ""
    person_limit: int = 0
    site_limit: int = 0
    fraud: FraudLimits = field(default_factory=FraudLimits)
    stops: Mapping[str, Stop] = field(default_factory=dict)  # by `agent:3`, `trunk:2`
    costs: DayCosts = field(default_factory=DayCosts)

    def day(self, now: float) -> float:
        """When the present day began."""
        return self.costs.began + (now - self.costs.began) // DAY * DAY

    def spent(self, key: str, now: float, own: Spent | None = None) -> int:
        """What was spent today, in `UNITS`; `own` is what the engine has counted."""
        day = self.day(now)
        stored = self.costs.spent.get(key, 0) if day == self.costs.began else 0
        return max(stored, own.units if own is not None and own.day == day else 0)

    def stopped(self, key: str, own_since: float | None = None) -> bool:
        """Whether a person or trunk is stopped; `own_since` is the engine's own last stop.

        A stop of the engine's own holds until the database has it, and from then on as it says.
        """
        known = self.stops.get(key)
        if known is not None and (own_since is None or own_since <= known.since + SAME):
            return known.released is None
        return own_since is not None

    def reached(self, key: str, limit: int, now: float, counts: GuardCounts) -> str:
        """The limit with its currency, if what was spent today has reached it; else ""."""
        if not reaches(self.spent(key, now, counts.spent.get(key)), limit):
            return ""
        return f"{limit} {self.currency}".strip()

    def refusal(self, agent: int | None, now: float, counts: GuardCounts) -> tuple[str, str]:
        """Why a person may call nothing outside: a sentence and the limit in it; "" if they may."""
        if agent is not None:
            key = agent_key(agent)
            if self.stopped(key, counts.stops.get(key)):
                return STOPPED, ""
            if limit := self.reached(key, self.person_limit, now, counts):
                return OVER_PERSON, limit
        limit = self.reached(SITE, self.site_limit, now, counts)
        return (OVER_SITE, limit) if limit else ("", "")

    def released_at(self, key: str) -> float:
        """When the last stop was released: earlier calls count no more."""
        known = self.stops.get(key)
        return known.released or 0.0 if known is not None else 0.0

    def cost_of(self, number: str, number_class: str, trunk: int, seconds: float) -> int:
        """What a talk costs, in `UNITS`; nothing without a rate."""
        rate = self.rates.find(number, number_class, trunk)
        return 0 if rate is None else in_units(cost(rate, seconds))


SAME = 0.001
"""Times that differ by less seconds are the same: the database rounds them."""


def in_units(amount: Decimal) -> int:
    """Give an amount of money in `UNITS`."""
    return int(amount / UNIT)


def reaches(units: int, limit: int) -> bool:
    """Whether a sum has reached a limit in the currency's unit; 0 means no limit."""
    return limit > 0 and units >= limit * UNITS


def too_many(times: Iterable[float], since: float, most: int) -> bool:
    """Whether a limit on the number of events since a time is reached; 0 means no limit."""
    return 0 < most <= sum(1 for at in times if at > since)


def agent_key(agent: int) -> str:
    """The key of a person."""
    return f"agent:{agent}"


def trunk_key(trunk: int) -> str:
    """The key of a trunk."""
    return f"trunk:{trunk}"


def rule_key(rule: int) -> str:
    """The key of an outbound rule."""
    return f"rule:{rule}"


def midnight(now: datetime, zone: tzinfo) -> datetime:
    """When the present day began in a zone."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
