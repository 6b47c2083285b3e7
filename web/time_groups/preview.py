"""The coming weeks of a time group as a calendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from crm.hours.group import OpenRule, TimeGroup, hours_of, name_of, rule_of
from crm.hours.settings import write_interval
from web.kit.i18n import Reader
from web.time_groups.words import TONES, reason_name

WEEKS = 6


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """A day of the calendar, in the reader's language."""

    day: date
    label: str  # "Nov 30"
    hours: tuple[str, ...]  # none: closed
    reason: str = ""  # "Public holiday: National Day"
    tone: str = "out"
    today: bool = False
    past: bool = False


def preview(group: TimeGroup, at: datetime, reader: Reader) -> list[list[PreviewDay]]:
    """Give the week of a moment and the weeks after it, each from Monday to Sunday."""
    today = at.astimezone(ZoneInfo(group.zone)).date()
    monday = today - timedelta(days=today.weekday())
    return [
        [_day(group, monday + timedelta(weeks=week, days=day), today, reader) for day in range(7)]
        for week in range(WEEKS)
    ]


def _day(group: TimeGroup, day: date, today: date, reader: Reader) -> PreviewDay:
    rule: OpenRule = rule_of(group, day)
    return PreviewDay(
        day=day,
        label=format_skeleton("MMMd", _noon(day), locale=str(reader.language)),
        hours=tuple(map(write_interval, hours_of(group, day))),
        reason=reason_name(rule, name_of(group, day), reader),
        tone=TONES[rule],
        today=day == today,
        past=day < today,
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12))
