"""English: “a hundred and five”, “twenty-one”, “three oh five P M”."""

from datetime import date, time
from decimal import Decimal
from itertools import chain

from ivr.speak.speech import (
    LARGEST,
    Currency,
    Speech,
    Words,
    cents_of,
    fraction_of,
    parts_of,
)

_POWERS = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_KEYS = {"*": "digit-star", "#": "digit-pound"}
_COINS = {
    Currency.CNY: ("money-fen", "money-fen"),
    Currency.USD: ("money-cent", "money-cents"),
    Currency.EUR: ("money-cent", "money-cents"),
    Currency.GBP: ("money-penny", "money-pence"),
}
_AND = "number-and"
_NOON = 12


def number(value: int | Decimal) -> Words:
    """Speak a number; ValueError for one that is too large."""
    whole = abs(int(value))
    if whole > LARGEST:
        raise ValueError(value)
    behind = fraction_of(value)
    minus = ("number-minus",) if value < 0 else ()
    fraction = ("number-point", *digits(behind)) if behind else ()
    return (*minus, *_whole(whole), *fraction)


def _whole(value: int) -> Words:
    if value < 100:  # noqa: PLR2004
        return _below_hundred(value)
    for power, name in _POWERS:
        if value >= power:
            count, rest = divmod(value, power)
            # “A thousand and five”, but “one thousand one hundred”.
            article = count == 1 and rest < 100  # noqa: PLR2004
            said = (f"number-a-{name}",) if article else (*_whole_many(count), f"number-{name}")
            return (*said, *_rest(rest))
    count, rest = divmod(value, 100)
    if count == 1:
        return ("number-a-hundred", *_rest(rest))
    return (f"digit-{count}", "number-hundred", *_rest(rest))


def _whole_many(value: int) -> Words:
    """A number inside a longer one: “one hundred”, never “a hundred”."""
    if value < 100:  # noqa: PLR2004
        return _below_hundred(value)
    for power, name in _POWERS:
        if value >= power:
            count, rest = divmod(value, power)
            return (*_whole_many(count), f"number-{name}", *_rest(rest))
    count, rest = divmod(value, 100)
    return (f"digit-{count}", "number-hundred", *_rest(rest))


def _rest(value: int) -> Words:
    if not value:
        return ()
    return _whole_many(value) if value >= 100 else (_AND, *_below_hundred(value))  # noqa: PLR2004


def _below_hundred(value: int) -> Words:
    if value < 10:  # noqa: PLR2004
        return (f"digit-{value}",)
    if value < 20 or value % 10 == 0:  # noqa: PLR2004
        return (f"number-{value}",)
    return (f"number-{value // 10 * 10}", f"digit-{value % 10}")


def digits(text: str) -> Words:
    """Speak digit by digit; other signs are silent."""
    return tuple(
        _KEYS.get(one, f"digit-{one}") for one in text if one in _KEYS or one in "0123456789"
    )


def day(value: date) -> Words:
    """Speak a date: “Monday, November thirtieth, twenty twenty-six”."""
    of_month = value.day
    ordinal: Words = (f"day-{of_month}",)
    if of_month in range(21, 30) or of_month > 30:  # noqa: PLR2004
        ordinal = (f"number-{of_month // 10 * 10}", f"day-{of_month % 10}")
    weekday, month = f"weekday-{value.isoweekday()}", f"month-{value.month}"
    return (weekday, month, *ordinal, *_year(value.year))


def _year(year: int) -> Words:
    century, rest = divmod(year, 100)
    if century % 10 == 0 and rest < 10:  # noqa: PLR2004 - two thousand and five
        return number(year)
    if rest == 0:
        return (*_below_hundred(century), "number-hundred")
    oh = ("number-oh",) if rest < 10 else ()  # noqa: PLR2004
    return (*_below_hundred(century), *oh, *_below_hundred(rest)) if century else number(year)


def moment(value: time) -> Words:
    """Speak a time of day, to the minute."""
    hour = value.hour % 12 or 12
    if value.minute == 0 and hour == _NOON:
        return ("number-12", "time-noon" if value.hour else "time-midnight")
    oh = ("number-oh",) if 0 < value.minute < 10 else ()  # noqa: PLR2004
    minute = (*oh, *_below_hundred(value.minute)) if value.minute else ()
    return (*_below_hundred(hour), *minute, "time-pm" if value.hour >= _NOON else "time-am")


def money(amount: Decimal, currency: Currency) -> Words:
    """Speak an amount: “a hundred and five dollars and twenty cents”."""
    whole, cents = cents_of(amount)
    unit, coins = f"money-{currency.lower()}", _COINS[currency]
    plural = "" if currency is Currency.CNY or whole == 1 else "s"
    said: list[Words] = []
    if whole or not cents:
        said.append((*number(whole), f"{unit}{plural}"))
    if cents:
        said.append((*number(cents), coins[cents != 1]))
    minus = ("number-minus",) if amount < 0 and (whole or cents) else ()
    return (*minus, *_listed(said))


def duration(seconds: int) -> Words:
    """Speak a duration: “one hour, two minutes and five seconds”."""
    names = ("day", "hour", "minute", "second")
    said = [
        _counted(count, name) for count, name in zip(parts_of(seconds), names, strict=True) if count
    ]
    return _listed(said or [_counted(0, "second")])


def _listed(said: list[Words]) -> Words:
    before, last = said[:-1], said[-1]
    return (*chain.from_iterable(before), *((_AND,) if before else ()), *last)


def _counted(count: int, unit: str) -> Words:
    return (*number(count), f"unit-{unit}" if count == 1 else f"unit-{unit}s")


def minutes(low: int, high: int) -> Words:
    """Speak a range of whole minutes."""
    if low <= 0:
        return ("range-less", *_counted(high, "minute"))
    if low >= high:
        return ("range-about", *_counted(high, "minute"))
    return ("range-about", *number(low), "range-to", *_counted(high, "minute"))


def ahead(count: int) -> Words:
    """Speak how many callers are ahead."""
    if count <= 0:
        return ("queue-next",)
    return (*number(count), "queue-ahead-one" if count == 1 else "queue-ahead")


def waited(seconds: int) -> Words:
    """Speak how long a caller has been waiting, in whole minutes."""
    whole = seconds // 60
    how_long = duration(whole * 60) if whole > 0 else minutes(0, 1)
    return ("queue-waited", *how_long)


def estimate(low: int, high: int) -> Words:
    """Speak how long a caller will still wait."""
    return ("queue-estimate", *minutes(low, high))


ENGLISH = Speech(
    number,
    digits,
    digits,
    day,
    moment,
    money,
    duration,
    minutes,
    ahead,
    waited,
    estimate,
)
