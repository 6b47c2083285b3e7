"""The intervals of a period: the edges between them, in the local time of the reader."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from crm.kernel.errors import InvalidError

MIDNIGHT = time(0)
LONGEST_DAYS = 31
"""The longest period by hour or half hour; a year of half hours is too much to read."""
LONGEST_YEARS_DAYS = 1100


class TimeSlice(StrEnum):
    """How a period is divided."""

    WHOLE = "whole"
    DAY = "day"
    HOUR = "hour"
    HALF_HOUR = "half hour"


STEPS = {TimeSlice.HOUR: timedelta(hours=1), TimeSlice.HALF_HOUR: timedelta(minutes=30)}


@dataclass(frozen=True, slots=True)
class Period:
    """A period of time, aware; the end is not part of it."""

    since: datetime
    until: datetime


def edges(period: Period, interval: TimeSlice, zone: tzinfo) -> list[datetime]:
    """Give the edges of the intervals: UTC, ascending, from `since` to `until`.

    Days begin at local midnight, so one has 23 or 25 hours where the clocks change. Hours begin
    with a local hour. InvalidError for an empty period and for one with too many intervals.
    """
    since, until = period.since.astimezone(UTC), period.until.astimezone(UTC)
    if since >= until:
        raise InvalidError("The end is before the beginning.", "to")
    longest = LONGEST_DAYS if interval in STEPS else LONGEST_YEARS_DAYS
    # One day more: the days of a period may be longer than 24 hours.
    if until - since > timedelta(days=longest + 1):
        raise InvalidError("Choose at most {days} days for this interval.", "from", days=longest)
    found = [since]
    if interval is TimeSlice.WHOLE:
        return [since, until]
    while found[-1] < until:
        found.append(min(_next(found[-1], interval, zone), until))
    return found


def _next(at: datetime, interval: TimeSlice, zone: tzinfo) -> datetime:
    local = at.astimezone(zone)
    step = STEPS.get(interval)
    if step is None:
        day = local.date() + timedelta(days=1)
        following = datetime.combine(day, MIDNIGHT, zone).astimezone(UTC)
        return max(following, at + timedelta(hours=1))
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return at + step - into % step


def period_before(period: Period, zone: tzinfo) -> Period:
    """Give the period of the same length before: as many local days before whole days."""
    since, until = period.since.astimezone(zone), period.until.astimezone(zone)
    if since.time() == until.time() == MIDNIGHT:
        day = since.date() - (until.date() - since.date())
        return Period(datetime.combine(day, MIDNIGHT, zone), period.since)
    return Period(period.since - (until.astimezone(UTC) - since.astimezone(UTC)), period.since)


def last_days(now: datetime, days: int, zone: tzinfo) -> Period:
    """Give today and the days before it, so many in all."""
    today = now.astimezone(zone).date()
    first, after = today - timedelta(days=days - 1), today + timedelta(days=1)
    return Period(datetime.combine(first, MIDNIGHT, zone), datetime.combine(after, MIDNIGHT, zone))
