"""Rates of calls: which one applies to a number, and what a call of some seconds costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_

RateId = NewType("RateId", int)

UNIT = Decimal("0.0001")
"""Costs are exact to this part of the currency's unit."""

LONGEST_BEGINNING = 16  # a + and fifteen digits: no E.164 number is longer
MOST_STEP = 3600  # seconds
MOST_PRICE = Decimal(10_000)
MINUTE_MS, SECOND_MS = 60_000, 1000
DIGITS = frozenset("0123456789")
CLASSES = ("local", "national", "mobile", "international", "premium", "emergency")
"""The classes of numbers that a rate can be for; see `cti.outbound.numbers.NumberClass`."""

NO_BEGINNING = N_("Enter the beginning of numbers, such as +86138, or choose a kind of numbers.")
BAD_PRICE = N_("Enter a price from 0 to {most}.")
BAD_STEP = N_("Enter a number of seconds from 1 to {most}.")


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of calls to numbers with one beginning, or to a class of numbers.

    The first step is charged whole, then each further step that has begun.
    """

    begins: str  # E.164, such as "+8613"; or one of CLASSES
    name: str
    per_minute: Decimal
    connection_fee: Decimal = Decimal(0)
    first_seconds: int = 60
    step_seconds: int = 60
    trunk: int | None = None  # None: every trunk

    @property
    def is_class(self) -> bool:
        """Whether the rate is for a class of numbers."""
        return self.begins in CLASSES


@dataclass(frozen=True, slots=True)
class StoredRate:
    """A rate with its id."""

    id: RateId
    rate: Rate


def cost(rate: Rate, seconds: float) -> Decimal:
    """What a talk of the given seconds costs, in the currency's unit, rounded to `UNIT`.

    A longer talk never costs less. Without a talk nothing is charged.
    """
    spent = round(seconds * SECOND_MS)
    if spent <= 0:
        return Decimal(0)
    charged = first = rate.first_seconds * SECOND_MS
    if spent > first:
        step = rate.step_seconds * SECOND_MS
        charged = first + -(-(spent - first) // step) * step
    amount = rate.connection_fee + rate.per_minute * charged / MINUTE_MS
    return amount.quantize(UNIT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class RateTable:
    """All rates, by their beginnings; made by `rate_table`."""

    by_beginning: Mapping[str, tuple[Rate, ...]] = field(default_factory=dict)

    def find(self, number: str, number_class: str, trunk: int | None) -> Rate | None:
        """The rate for a number: that of the longest beginning, else that of its class.

        Of two rates alike the one of the trunk counts.
        """
        for length in range(min(len(number), LONGEST_BEGINNING), 0, -1):
            found = self._of(number[:length], trunk)
            if found is not None:
                return found
        return self._of(number_class, trunk) if number_class in CLASSES else None

    def _of(self, begins: str, trunk: int | None) -> Rate | None:
        known = self.by_beginning.get(begins, ())
        own = (one for one in known if one.trunk is not None and one.trunk == trunk)
        every = (one for one in known if one.trunk is None)
        return next(own, None) or next(every, None)


def rate_table(rates: Iterable[Rate]) -> RateTable:
    """Make the table of some rates."""
    found: dict[str, tuple[Rate, ...]] = {}
    for rate in rates:
        found[rate.begins] = (*found.get(rate.begins, ()), rate)
    return RateTable(found)


def checked_rate(rate: Rate) -> Rate:
    """Give a rate that can be stored; InvalidError names the field that is wrong."""
    begins = rate.begins.strip().replace(" ", "")
    digits = begins.removeprefix("+")
    typed = digits and not set(digits) - DIGITS and len(begins) <= LONGEST_BEGINNING
    if not (typed or begins in CLASSES):
        raise InvalidError(NO_BEGINNING, "begins")
    for name in ("per_minute", "connection_fee"):
        price: Decimal = getattr(rate, name)
        if not (price.is_finite() and 0 <= price <= MOST_PRICE):
            raise InvalidError(BAD_PRICE, name, most=str(MOST_PRICE))
    for name in ("first_seconds", "step_seconds"):
        if not 1 <= getattr(rate, name) <= MOST_STEP:
            raise InvalidError(BAD_STEP, name, most=MOST_STEP)
    return Rate(
        begins,
        rate.name,
        rate.per_minute.quantize(UNIT, ROUND_HALF_UP),
        rate.connection_fee.quantize(UNIT, ROUND_HALF_UP),
        rate.first_seconds,
        rate.step_seconds,
        rate.trunk,
    )


def read_price(text: str) -> Decimal | None:
    """Read a price as people write it; None for a text that is none."""
    plain = text.strip().replace(",", ".").lstrip("¥￥$€£").strip()
    parts = plain.partition(".")
    whole, _, part = parts
    if not (whole or part) or set(whole) - DIGITS or set(part) - DIGITS or len(plain) > 20:  # noqa: PLR2004
        return None
    return Decimal(f"{whole or '0'}.{part or '0'}")


def amount_of(amount: Decimal) -> str:
    """Write an amount: two digits behind the point, or more where they count."""
    whole, _, part = f"{amount:.4f}".partition(".")
    return f"{whole}.{part[:2]}{part[2:].rstrip('0')}"
