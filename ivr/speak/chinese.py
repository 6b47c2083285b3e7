"""Simplified Chinese: 两百零五, 幺三八, 下午三点零五分, 两角."""

from datetime import date, time
from decimal import Decimal

from ivr.speak.speech import (
    LARGEST,
    Currency,
    Speech,
    Words,
    cents_of,
    fraction_of,
    parts_of,
)

_ZERO, _TWO = "digit-0", "number-two"
_PLACES = ((1000, "number-1000"), (100, "number-100"), (10, "number-10"), (1, ""))
_GROUPS = ((10**8, "number-100000000"), (10**4, "number-10000"), (1, ""))
_KEYS = {"*": "digit-star", "#": "digit-pound"}
_PERIODS = ((18, "evening"), (13, "afternoon"), (12, "noon"), (6, "morning"), (0, "night"))


def number(value: int | Decimal) -> Words:
    """Speak a number; ValueError for one that is too large.

    A two that leads a hundred or more is 两, as people say it; others are 二.
    """
    whole = abs(int(value))
    if whole > LARGEST:
        raise ValueError(value)
    behind = fraction_of(value)
    minus = ("number-minus",) if value < 0 else ()
    fraction = ("number-point", *digits(behind)) if behind else ()
    return (*minus, *_whole(whole), *fraction)


def _whole(value: int) -> Words:
    if value == 0:
        return (_ZERO,)
    said: list[str] = []
    rest = value
    for size, unit in _GROUPS:
        count, rest = divmod(rest, size)
        if not count:
            continue
        if said and count < 1000:  # noqa: PLR2004 - a place is empty in between
            said.append(_ZERO)
        said += [*_group(count, first=not said), *((unit,) if unit else ())]
    if said[0] == "digit-2" and len(said) > 1 and said[1] != "number-10":
        said[0] = _TWO
    return tuple(said)


def _group(value: int, *, first: bool) -> Words:
    """A number below ten thousand."""
    said: list[str] = []
    empty, rest = False, value
    for size, place in _PLACES:
        digit, rest = divmod(rest, size)
        if not digit:
            empty = bool(said)
            continue
        if empty:
            said.append(_ZERO)
            empty = False
        if not (first and not said and digit == 1 and size == 10):  # noqa: PLR2004 - 十, not 一十
            said.append(f"digit-{digit}")
        said += [place] if place else []
    return tuple(said)


def counted(value: int) -> Words:
    """A number before a measure word: 两分钟."""
    return (_TWO,) if value == 2 else number(value)  # noqa: PLR2004


def digits(text: str) -> Words:
    """Speak digit by digit; other signs are silent."""
    return tuple(
        _KEYS.get(one, f"digit-{one}") for one in text if one in _KEYS or one in "0123456789"
    )


def telephone(text: str) -> Words:
    """Speak a telephone number: one is 幺."""
    return tuple("digit-yao" if word == "digit-1" else word for word in digits(text))


def day(value: date) -> Words:
    """Speak a date: 二零二六年十一月三十日星期一."""
    return (
        *(digits(f"{value.year:04}") if value.year > 999 else number(value.year)),  # noqa: PLR2004
        "date-year",
        *number(value.month),
        "date-month",
        *number(value.day),
        "date-day",
        f"weekday-{value.isoweekday()}",
    )


def moment(value: time) -> Words:
    """Speak a time of day, to the minute."""
    period = next(name for since, name in _PERIODS if value.hour >= since)
    hour = value.hour - 12 if value.hour > 12 else value.hour  # noqa: PLR2004
    said = (f"time-{period}", *counted(hour), "time-hour")
    if not value.minute:
        return (*said, "time-whole")
    zero = (_ZERO,) if value.minute < 10 else ()  # noqa: PLR2004
    return (*said, *zero, *number(value.minute), "time-minute")


def money(amount: Decimal, currency: Currency) -> Words:
    """Speak an amount: 一百零五元两角."""
    whole, cents = cents_of(amount)
    minus = ("number-minus",) if amount < 0 and (whole or cents) else ()
    unit = f"money-{currency.lower()}"
    said = (*counted(whole), unit) if whole or not cents else ()
    coins = _jiao_and_fen if currency is Currency.CNY else _cents
    return (*minus, *said, *(coins(unit, cents, bool(whole)) if cents else ()))


def _jiao_and_fen(_: str, cents: int, behind: bool) -> Words:  # noqa: FBT001 - after whole units
    jiao, fen = divmod(cents, 10)
    said: Words = (*counted(jiao), "money-jiao") if jiao else ()
    if not fen:
        return said
    zero = (_ZERO,) if behind and not jiao else ()
    alone = not jiao and not behind
    return (*said, *zero, *(counted(fen) if alone else number(fen)), "money-fen")


def _cents(unit: str, cents: int, _: bool) -> Words:  # noqa: FBT001
    return (*counted(cents), f"{unit}-cent")


def duration(seconds: int) -> Words:
    """Speak a duration: 一小时两分钟五秒钟."""
    names = ("day", "hour", "minute", "second")
    said: list[str] = []
    for count, name in zip(parts_of(seconds), names, strict=True):
        if count:
            said += [*counted(count), f"unit-{name}"]
    return tuple(said) or (_ZERO, "unit-second")


def minutes(low: int, high: int) -> Words:
    """Speak a range of whole minutes."""
    if low <= 0:
        return ("range-less", *counted(high), "unit-minute")
    if low >= high:
        return ("range-about", *counted(high), "unit-minute")
    return ("range-about", *counted(low), "range-to", *counted(high), "unit-minute")


def ahead(count: int) -> Words:
    """Speak how many callers are ahead."""
    if count <= 0:
        return ("queue-next",)
    return ("queue-before", *counted(count), "queue-ahead")


def waited(seconds: int) -> Words:
    """Speak how long a caller has been waiting, in whole minutes."""
    whole = seconds // 60
    return ("queue-waited", *(duration(whole * 60) if whole > 0 else minutes(0, 1)))


def estimate(low: int, high: int) -> Words:
    """Speak how long a caller will still wait."""
    return ("queue-estimate", *minutes(low, high))


CHINESE = Speech(
    number,
    digits,
    telephone,
    day,
    moment,
    money,
    duration,
    minutes,
    ahead,
    waited,
    estimate,
)
