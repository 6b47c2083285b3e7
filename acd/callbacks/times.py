"""The times that a caller may choose for a callback, and when a queue is open for one."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.hours.group import TimeGroup, hours_of, is_open, next_change

HOURS: Mapping[str, int] = {"2": 1, "3": 3}
"""The keys of the times that are some hours away."""

TOMORROW = "4"
HOUR = 3600.0
_MINUTE = timedelta(minutes=1)


def times_to_choose(group: TimeGroup | None, now: float) -> Mapping[str, float]:
    """Give the times that may be chosen now by their keys: those at which the group is open.

    A group that does not open tomorrow, or is open all night, has no “tomorrow when we open”.
    """
    later = {key: now + hours * HOUR for key, hours in HOURS.items()}
    found = {key: at for key, at in later.items() if opens(group, at)}
    morning = _tomorrow(group, now) if group is not None else None
    return found if morning is None else {**found, TOMORROW: morning}


def opens(group: TimeGroup | None, at: float) -> bool:
    """Whether a time is within the opening hours; None is always open."""
    return group is None or is_open(group, _utc(at))


def first_open(group: TimeGroup | None, at: float) -> float:
    """Give the time itself if it is within the opening hours, else the next opening."""
    if group is None or opens(group, at):
        return at
    opening = next_change(group, _utc(at))
    return at if opening is None else opening.timestamp()


def _tomorrow(group: TimeGroup, now: float) -> float | None:
    zone = ZoneInfo(group.zone)
    day = _utc(now).astimezone(zone).date() + timedelta(days=1)
    for one in hours_of(group, day):
        opening = datetime.combine(day, time(), tzinfo=zone) + timedelta(minutes=one.start)
        if is_open(group, opening) and not is_open(group, opening - _MINUTE):
            return opening.timestamp()
    return None


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
