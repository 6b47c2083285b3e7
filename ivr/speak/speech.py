"""What can be said in each language: a number, digits, a date and so on, as names of prompts.

The grammar of a language is a module of its own; `ivr/speak/languages.py` lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

Words = tuple[str, ...]
"""Names of prompts, played one after the other."""

LARGEST = 999_999_999_999
"""The largest number that is spoken."""

MINUTE, HOUR, DAY = 60, 3600, 86400


class Currency(StrEnum):
    """The currencies that are spoken; ISO 4217."""

    CNY = "CNY"
    USD = "USD"
    EUR = "EUR"
    GBP = "GBP"


@dataclass(frozen=True, slots=True)
class Speech:
    """The grammar of one language. Amounts are rounded to cents; times are those of the caller."""

    number: Callable[[int | Decimal], Words]
    digits: Callable[[str], Words]
    telephone: Callable[[str], Words]
    day: Callable[[date], Words]
    moment: Callable[[time], Words]
    money: Callable[[Decimal, Currency], Words]
    duration: Callable[[int], Words]  # seconds
    minutes: Callable[[int, int], Words]  # "about 2 to 4 minutes"; from 0: "less than 4 minutes"
    ahead: Callable[[int], Words]  # "3 callers are ahead of you."
    waited: Callable[[int], Words]  # seconds
    estimate: Callable[[int, int], Words]  # whole minutes, as `minutes`


def parts_of(seconds: int) -> tuple[int, int, int, int]:
    """Days, hours, minutes and seconds of a duration."""
    days, rest = divmod(max(0, seconds), DAY)
    hours, rest = divmod(rest, HOUR)
    return days, hours, *divmod(rest, MINUTE)


def cents_of(amount: Decimal) -> tuple[int, int]:
    """Whole units and cents of an amount without its sign."""
    return divmod(round(abs(amount) * 100), 100)


def fraction_of(value: int | Decimal) -> str:
    """The digits behind the point, without zeros at their end."""
    if isinstance(value, int):
        return ""
    return f"{abs(value):f}".partition(".")[2].rstrip("0")
