"""The settings of a time group: what can be typed, what is stored, and what is refused."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.hours.group import DAY_MINUTES, DayRule, Interval, WeeklyHours
from crm.kernel.errors import InvalidError

MOST_INTERVALS = 10  # of one day
HOUR_MINUTES = 60
_BETWEEN_INTERVALS = re.compile(r"[,;、\n\r]+")
_INTERVAL = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?:-|to|至|到)(\d{1,2})(?:[:.h](\d{2}))?")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−~〜～", "-"))  # noqa: RUF001 - what keyboards type


@dataclass(frozen=True, slots=True)
class TimeGroupSettings:
    """What can be set of a time group; holidays are those of the country, "" for none."""

    name: str
    zone: str
    weekly: tuple[WeeklyHours, ...] = ()
    country: str = ""  # ISO 3166-1: "CN"
    subdivision: str = ""  # of the country, as the library of holidays names it
    days: tuple[DayRule, ...] = ()


def read_intervals(text: str, field: str = "") -> tuple[Interval, ...]:
    """Read `9:00-12:00, 13:30-18:00`; none from an empty text, InvalidError names the field.

    24:00 is the end of the day. An interval that ends at or before its start ends on the next day.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).casefold()
    parts = [re.sub(r"\s", "", one) for one in _BETWEEN_INTERVALS.split(plain)]
    found = [_interval(one, field) for one in parts if one]
    if len(found) > MOST_INTERVALS:
        raise InvalidError("Too many: at most {longest}.", field, longest=MOST_INTERVALS)
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def write_intervals(intervals: Iterable[Interval]) -> str:
    """Write intervals as `read_intervals` reads them."""
    return ", ".join(map(write_interval, intervals))


def write_interval(interval: Interval) -> str:
    """Write one interval: `09:00-18:00`."""
    return f"{_clock(interval.start)}-{_clock(interval.end)}"


def by_weekdays(
    weekly: Iterable[WeeklyHours],
) -> list[tuple[frozenset[int], tuple[Interval, ...]]]:
    """Put together the intervals of the same weekdays, in the order of the week."""
    found: dict[frozenset[int], list[Interval]] = {}
    for one in weekly:
        found.setdefault(one.weekdays, []).append(one.interval)
    in_order = sorted(found, key=sorted)
    return [(days, tuple(sorted(found[days], key=lambda i: (i.start, i.end)))) for days in in_order]


def check_opens(settings: TimeGroupSettings) -> None:
    """Refuse settings by which the line would never be open."""
    if not settings.weekly and not any(day.intervals for day in settings.days):
        raise InvalidError(
            "Enter at least one opening interval, or it is closed always.", field="hours_1"
        )


def write_document(settings: TimeGroupSettings) -> dict[str, Any]:
    """Give weekly hours and own days as they are stored."""
    return {
        "weekly": [
            {"weekdays": sorted(one.weekdays), "start": one.interval.start, "end": one.interval.end}
            for one in settings.weekly
        ],
        "days": [
            {
                "date": one.date.isoformat(),
                "name": one.name,
                "intervals": [[part.start, part.end] for part in one.intervals],
            }
            for one in settings.days
        ],
    }


def read_document(
    document: Mapping[str, Any],
) -> tuple[tuple[WeeklyHours, ...], tuple[DayRule, ...]]:
    """Read what was stored; what is not readable is left out."""
    weekly = [_stored_hours(one) for one in _list(document, "weekly")]
    days = [_stored_day(one) for one in _list(document, "days")]
    return (
        tuple(one for one in weekly if one is not None),
        tuple(one for one in days if one is not None),
    )


def _interval(text: str, field: str) -> Interval:
    read = _INTERVAL.fullmatch(text)
    if read is None:
        raise _not_hours(text, field)
    start, end = _minutes(read[1], read[2]), _minutes(read[3], read[4])
    if start is None or end is None or start == DAY_MINUTES:
        raise _not_hours(text, field)
    return Interval(start, end)


def _not_hours(text: str, field: str) -> InvalidError:
    return InvalidError(
        "“{text}” is not a time span. Enter it as 9:00-12:00.", field, text=text[:40]
    )


def _minutes(hours: str, minutes: str | None) -> int | None:
    """Give the minute of the day; None if there is no such time."""
    if int(minutes or 0) >= HOUR_MINUTES:
        return None
    found = int(hours) * HOUR_MINUTES + int(minutes or 0)
    return found if found <= DAY_MINUTES else None


def _clock(minute: int) -> str:
    return f"{minute // HOUR_MINUTES:02}:{minute % HOUR_MINUTES:02}"


def _list(document: object, name: str) -> list[Any]:
    found = document.get(name) if isinstance(document, Mapping) else None
    return found if isinstance(found, list) else []


def _stored_hours(stored: object) -> WeeklyHours | None:
    weekdays = [one for one in _list(stored, "weekdays") if one in range(7)]
    if not isinstance(stored, Mapping) or not weekdays:
        return None
    interval = _stored_interval([stored.get("start"), stored.get("end")])
    return None if interval is None else WeeklyHours(frozenset(weekdays), interval)


def _stored_day(stored: object) -> DayRule | None:
    if not isinstance(stored, Mapping):
        return None
    try:
        day = date.fromisoformat(str(stored.get("date")))
    except ValueError:
        return None
    intervals = [_stored_interval(one) for one in _list(stored, "intervals")]
    kept = tuple(one for one in intervals if one is not None)
    return DayRule(day, kept, str(stored.get("name", "")))


def _stored_interval(stored: object) -> Interval | None:
    match stored:
        case [int(start), int(end)] if 0 <= start < DAY_MINUTES and 0 <= end <= DAY_MINUTES:
            return Interval(start, end)
        case _:
            return None
