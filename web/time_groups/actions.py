"""Actions on time groups that pages and API share: show, add, change, remove."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.hours import store
from crm.hours.calendar import is_known
from crm.hours.group import DayRule, Interval, TimeGroupId, WeeklyHours
from crm.hours.settings import (
    MOST_INTERVALS,
    TimeGroupSettings,
    by_weekdays,
    read_intervals,
    write_interval,
)
from crm.hours.store import StoredTimeGroup
from crm.kernel.errors import InvalidError
from crm.kernel.text import one_line
from crm.people.person import SignedIn
from ivr.fields import FieldKind
from web.destinations.usage import check_no_flow
from web.kit.audit import note
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice
from web.kit.zones import zones
from web.time_groups.shapes import (
    WEEKDAYS,
    DayBody,
    TimeGroupBody,
    TimeGroupChange,
    TimeGroupLine,
    TimeGroupShape,
    WeeklyBody,
)
from web.time_groups.words import holiday_language, state_at


def show_time_groups(session: Session, reader: Reader, at: datetime) -> list[TimeGroupLine]:
    """Show all time groups with their states at a moment."""
    found = store.stored_time_groups(session, language=holiday_language(reader))
    return [TimeGroupLine(**dict(_show(one)), now=state_at(one.group, at)) for one in found]


def show_time_group(session: Session, group: int) -> TimeGroupShape:
    """Show the settings of one time group."""
    return _show(store.time_group(session, group))


def make_time_group(
    session: Session, request: Request, who: SignedIn, body: TimeGroupBody
) -> TimeGroupId:
    """Add a time group."""
    settings = _checked(_settings(body))
    made = store.add_time_group(session, settings)
    after = _noted(store.time_group(session, made).settings)
    note(session, request, who, "time_group.added", "time_groups", made, {}, after)
    return made


def write_time_group(
    session: Session, request: Request, who: SignedIn, group: int, body: TimeGroupChange
) -> None:
    """Change the given fields of a time group; a country that it leaves takes its region along."""
    known = store.time_group_to_change(session, group).settings
    given: dict[str, Any] = {
        name: value
        for name in ("name", "zone", "country", "subdivision")
        if (value := getattr(body, name)) is not None
    }
    if given.get("country", known.country) != known.country and "subdivision" not in given:
        given["subdivision"] = ""
    if body.weekly is not None:
        given["weekly"] = _weekly(body.weekly)
    if body.days is not None:
        given["days"] = _days(body.days)
    store.change_time_group(session, group, _checked(replace(known, **given)))
    before, after = _noted(known), _noted(store.time_group(session, group).settings)
    if before != after:
        note(session, request, who, "time_group.changed", "time_groups", group, before, after)


def remove_time_group(session: Session, request: Request, who: SignedIn, group: int) -> None:
    """Remove a time group that nothing refers to."""
    before = _noted(store.time_group_to_change(session, group).settings)
    check_no_flow(session, FieldKind.TIME_GROUP, group)
    store.remove_time_group(session, group)
    note(session, request, who, "time_group.removed", "time_groups", group, before, {})


def time_group_choices(session: Session) -> list[Choice]:
    """Give all time groups as choices, by name."""
    return [Choice(key=str(one.id), name=one.name) for one in store.time_groups(session)]


def _settings(body: TimeGroupBody) -> TimeGroupSettings:
    return TimeGroupSettings(
        name=body.name,
        zone=body.zone,
        weekly=_weekly(body.weekly),
        country=body.country,
        subdivision=body.subdivision,
        days=_days(body.days),
    )


def _checked(settings: TimeGroupSettings) -> TimeGroupSettings:
    rows = [("weekly", intervals) for _, intervals in by_weekdays(settings.weekly)]
    rows += [("days", day.intervals) for day in settings.days]
    for field, intervals in rows:
        if len(intervals) > MOST_INTERVALS:
            raise InvalidError(N_("Too many: at most {longest}."), field, longest=MOST_INTERVALS)
    if settings.zone not in zones():
        raise InvalidError(
            N_("“{zone}” is not a time zone."), field="zone", zone=settings.zone[:50]
        )
    for field, country, part in (
        ("country", settings.country, ""),
        ("subdivision", settings.country, settings.subdivision),
    ):
        wrong = part or country
        if wrong and not is_known(country, part):
            raise InvalidError(N_("“{key}” is not one of the options."), field, key=wrong[:50])
    return settings


def _weekly(rows: Iterable[WeeklyBody]) -> tuple[WeeklyHours, ...]:
    found = [
        WeeklyHours(frozenset(map(WEEKDAYS.index, row.weekdays)), interval)
        for row in rows
        for interval in _intervals(row.hours, "weekly")
    ]
    return tuple(dict.fromkeys(found))


def _days(rows: Iterable[DayBody]) -> tuple[DayRule, ...]:
    found: dict[Any, DayRule] = {}
    for row in rows:
        if row.date in found:
            raise InvalidError(N_("{day} is listed twice."), field="days", day=row.date.isoformat())
        hours = tuple(_intervals(row.hours, "days"))
        found[row.date] = DayRule(row.date, hours, one_line(row.name, 100))
    return tuple(found[day] for day in sorted(found))


def _intervals(texts: Iterable[str], field: str) -> list[Interval]:
    return [interval for text in texts for interval in read_intervals(text, field)]


def _show(one: StoredTimeGroup) -> TimeGroupShape:
    settings = one.settings
    return TimeGroupShape(
        id=one.group.id,
        name=settings.name,
        zone=settings.zone,
        country=settings.country,
        subdivision=settings.subdivision,
        weekly=[
            WeeklyBody(
                weekdays=[WEEKDAYS[day] for day in sorted(days)],
                hours=[write_interval(part) for part in intervals],
            )
            for days, intervals in by_weekdays(settings.weekly)
        ],
        days=[
            DayBody(date=day.date, name=day.name, hours=[write_interval(i) for i in day.intervals])
            for day in settings.days
        ],
    )


def _noted(settings: TimeGroupSettings) -> dict[str, Any]:
    weekly = [
        f"{' '.join(WEEKDAYS[day] for day in sorted(days))}: "
        f"{', '.join(map(write_interval, intervals))}"
        for days, intervals in by_weekdays(settings.weekly)
    ]
    days = [
        f"{day.date.isoformat()} {day.name} {', '.join(map(write_interval, day.intervals)) or '-'}"
        for day in settings.days
    ]
    return {
        "name": settings.name,
        "zone": settings.zone,
        "country": settings.country,
        "subdivision": settings.subdivision,
        "weekly": weekly,
        "days": days,
    }
