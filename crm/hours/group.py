"""Time groups: whether a line is open at a moment, by which rule, and when that changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

TimeGroupId = NewType("TimeGroupId", int)

DAY_MINUTES = 1440
DAYS_AHEAD = 400  # days that are searched for the next change: more than a year
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class OpenRule(StrEnum):
    """The rules of a day, the stronger ones first."""

    OWN_DAY = "own-day"
    HOLIDAY = "holiday"
    WORKDAY = "workday"  # a weekend on which people work, as China names some each year
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Interval:
    """Minutes of the local day, 0 to 1440; `end <= start` ends on the next day."""

    start: int
    end: int

    @property
    def crosses_midnight(self) -> bool:
        """Whether the interval ends on the next day."""
        return self.end <= self.start


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """An interval of some weekdays; 0 is Monday."""

    weekdays: frozenset[int]
    interval: Interval


@dataclass(frozen=True, slots=True)
class DayRule:
    """A day with hours of its own; without intervals it is closed all day."""

    date: date
    intervals: tuple[Interval, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class TimeGroup:
    """Opening hours in a time zone, with holidays and days of their own."""

    id: TimeGroupId
    name: str
    zone: str  # "Asia/Shanghai"
    weekly: tuple[WeeklyHours, ...] = ()
    holidays: Mapping[date, str] = field(default_factory=dict)  # with their names
    workdays: Mapping[date, str] = field(default_factory=dict)  # working weekends
    days: Mapping[date, DayRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenReason:
    """Open or closed, and by which rule of which day; holidays and own days have a name."""

    open: bool
    rule: OpenRule
    day: date
    name: str = ""


def is_open(group: TimeGroup, at: datetime) -> bool:
    """Whether a group is open at a moment, by the clock on the wall of its zone."""
    return why(group, at).open


def why(group: TimeGroup, at: datetime) -> OpenReason:
    """Say whether a group is open, and by which rule.

    Own days beat holidays, holidays beat weekly hours. An interval that began yesterday counts by
    yesterday's rule, also if today is a holiday.
    """
    local = at.astimezone(ZoneInfo(group.zone))
    today, minute = local.date(), local.hour * 60 + local.minute
    if any(_covers(one, minute) for one in hours_of(group, today)):
        return _reason(group, today, is_open=True)
    yesterday = today - _DAY
    if any(one.crosses_midnight and minute < one.end for one in hours_of(group, yesterday)):
        return _reason(group, yesterday, is_open=True)
    return _reason(group, today, is_open=False)


def next_change(group: TimeGroup, at: datetime) -> datetime | None:
    """Give the next moment after `at` at which the group opens or closes, in its zone.

    None if nothing changes within `DAYS_AHEAD` days.
    """
    zone = ZoneInfo(group.zone)
    now, first = is_open(group, at), at.astimezone(zone).date()
    for number in range(DAYS_AHEAD):
        for moment in sorted(set(_boundaries(group, first + number * _DAY, zone))):
            if moment > at and is_open(group, moment) is not now:
                return moment.astimezone(zone)
    return None


def rule_of(group: TimeGroup, day: date) -> OpenRule:
    """Say which rule counts on a day."""
    if day in group.days:
        return OpenRule.OWN_DAY
    if day in group.holidays:
        return OpenRule.HOLIDAY
    return OpenRule.WORKDAY if day in group.workdays else OpenRule.WEEKLY


def name_of(group: TimeGroup, day: date) -> str:
    """Give the name of an own day, a holiday or a working weekend; "" for any other day."""
    match rule_of(group, day):
        case OpenRule.OWN_DAY:
            return group.days[day].name
        case OpenRule.HOLIDAY:
            return group.holidays[day]
        case OpenRule.WORKDAY:
            return group.workdays[day]
        case OpenRule.WEEKLY:
            return ""


def hours_of(group: TimeGroup, day: date) -> tuple[Interval, ...]:
    """Give the intervals that begin on a day, earliest first; none if it is closed."""
    match rule_of(group, day):
        case OpenRule.OWN_DAY:
            found = list(group.days[day].intervals)
        case OpenRule.HOLIDAY:
            found = []
        case OpenRule.WORKDAY:
            found = _weekly(group, 0)  # a working weekend has Monday's hours
        case OpenRule.WEEKLY:
            found = _weekly(group, day.weekday())
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def _weekly(group: TimeGroup, weekday: int) -> list[Interval]:
    return [one.interval for one in group.weekly if weekday in one.weekdays]


def _covers(interval: Interval, minute: int) -> bool:
    return interval.start <= minute and (minute < interval.end or interval.crosses_midnight)


def _reason(group: TimeGroup, day: date, *, is_open: bool) -> OpenReason:
    return OpenReason(is_open, rule_of(group, day), day, name_of(group, day))


def _boundaries(group: TimeGroup, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Give the moments of a local day at which the group may open or close, in UTC.

    When clocks go back, a time of day comes twice; when they go forward, one is left out and the
    moment of the step counts.
    """
    minutes = {0, *(end for one in hours_of(group, day) for end in (one.start, one.end))}
    minutes |= {one.end for one in hours_of(group, day - _DAY) if one.crosses_midnight}
    for minute in minutes:
        local = datetime.combine(day, time()) + timedelta(minutes=minute)
        for fold in (0, 1):
            yield local.replace(fold=fold, tzinfo=zone).astimezone(UTC)
    begin, end = (
        datetime.combine(one, time(), tzinfo=zone).astimezone(UTC) for one in (day, day + _DAY)
    )
    if begin.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
        yield _clock_step(begin, end, zone)


def _clock_step(begin: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """Find the second between two moments at which the zone's offset from UTC changes."""
    before = begin.astimezone(zone).utcoffset()
    while end - begin > _SECOND:
        middle = begin + timedelta(seconds=(end - begin) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == before:
            begin = middle
        else:
            end = middle
    return end
