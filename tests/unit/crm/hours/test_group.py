"""Opening hours by the clock on the wall: nights, holidays, own days, clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.hours.group import (
    DayRule,
    Interval,
    OpenRule,
    TimeGroup,
    TimeGroupId,
    WeeklyHours,
    hours_of,
    is_open,
    next_change,
    why,
)

WEEKDAYS = frozenset(range(5))
SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
OFFICE = WeeklyHours(WEEKDAYS, Interval(9 * 60, 18 * 60))
NIGHT = WeeklyHours(frozenset({4}), Interval(22 * 60, 2 * 60))  # Friday 22:00 to Saturday 2:00
DAY = 24 * 60


def group(*weekly: WeeklyHours, zone: str = SHANGHAI, **more) -> TimeGroup:
    return TimeGroup(TimeGroupId(1), "Office", zone, weekly, **more)


def local(text: str, zone: str = SHANGHAI, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("at", "opened"),
    [
        ("2026-11-30 08:59:59", False),  # a Monday
        ("2026-11-30 09:00", True),
        ("2026-11-30 17:59:59", True),
        ("2026-11-30 18:00", False),
        ("2026-11-28 12:00", False),  # a Saturday
    ],
)
def test_weekly_hours_begin_and_end_to_the_second(at, opened):
    assert is_open(group(OFFICE), local(at)) is opened


def test_the_zone_of_the_group_counts_not_that_of_the_moment():
    assert is_open(group(OFFICE), datetime(2026, 11, 30, 1, tzinfo=UTC))  # 9:00 in Shanghai
    assert not is_open(group(OFFICE), datetime(2026, 11, 30, 10, tzinfo=UTC))


def test_hours_across_midnight_belong_to_the_day_they_began_on():
    night = group(NIGHT)
    assert is_open(night, local("2026-11-28 01:59"))
    assert not is_open(night, local("2026-11-28 02:00"))
    assert not is_open(night, local("2026-11-27 01:00"))  # Thursday has no such night
    assert next_change(night, local("2026-11-27 23:00")) == local("2026-11-28 02:00")


def test_a_night_that_began_before_a_holiday_goes_on_into_it():
    holiday = date(2026, 11, 28)
    night = group(NIGHT, holidays={holiday: "Festival"})
    assert why(night, local("2026-11-28 01:00")) == (
        why(night, local("2026-11-27 23:00"))  # Friday's weekly hours
    )
    closed = why(night, local("2026-11-28 02:00"))
    assert (closed.open, closed.rule, closed.name) == (False, OpenRule.HOLIDAY, "Festival")


def test_a_holiday_closes_and_an_own_day_beats_it():
    festival = date(2026, 10, 1)
    on_holiday = group(OFFICE, holidays={festival: "National Day"})
    assert not is_open(on_holiday, local("2026-10-01 10:00"))
    own = DayRule(festival, (Interval(10 * 60, 12 * 60),), "Emergency service")
    staffed = group(OFFICE, holidays={festival: "National Day"}, days={festival: own})
    reason = why(staffed, local("2026-10-01 10:00"))
    assert (reason.open, reason.rule, reason.name) == (True, OpenRule.OWN_DAY, "Emergency service")
    assert not is_open(staffed, local("2026-10-01 13:00"))


def test_an_own_day_without_hours_is_closed_all_day():
    party = date(2026, 11, 30)
    closed = group(OFFICE, days={party: DayRule(party, (), "Works outing")})
    assert not is_open(closed, local("2026-11-30 10:00"))
    assert next_change(closed, local("2026-11-30 10:00")) == local("2026-12-01 09:00")


def test_a_working_weekend_has_the_hours_of_monday():
    saturday = date(2026, 10, 10)
    working = group(
        WeeklyHours(frozenset({0}), Interval(8 * 60, 16 * 60)),
        WeeklyHours(frozenset({5}), Interval(10 * 60, 12 * 60)),
        workdays={saturday: "Working weekend"},
    )
    assert hours_of(working, saturday) == (Interval(8 * 60, 16 * 60),)
    assert why(working, local("2026-10-10 08:00")).rule is OpenRule.WORKDAY


def test_a_whole_day_is_written_with_its_end_or_with_its_start():
    for whole in (Interval(0, DAY), Interval(0, 0)):
        always = group(WeeklyHours(frozenset(range(7)), whole))
        assert is_open(always, local("2026-11-30 00:00"))
        assert is_open(always, local("2026-11-30 23:59:59"))
        assert next_change(always, local("2026-11-30 12:00")) is None


def test_intervals_that_touch_are_one():
    halves = group(
        WeeklyHours(WEEKDAYS, Interval(9 * 60, 12 * 60)),
        WeeklyHours(WEEKDAYS, Interval(12 * 60, 18 * 60)),
    )
    assert next_change(halves, local("2026-11-30 10:00")) == local("2026-11-30 18:00")


def test_on_friday_evening_the_next_change_is_monday_morning():
    assert next_change(group(OFFICE), local("2026-11-27 19:00")) == local("2026-11-30 09:00")


def test_hours_that_the_clock_steps_over_begin_when_it_has_stepped():
    early = group(WeeklyHours(frozenset({6}), Interval(150, 300)), zone=BERLIN)  # 2:30 to 5:00
    before = local("2027-03-28 01:59", BERLIN)  # at 2:00 it becomes 3:00
    assert next_change(early, before) == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert is_open(early, local("2027-03-28 03:00", BERLIN))


def test_an_hour_that_comes_twice_is_open_twice():
    early = group(WeeklyHours(frozenset({6}), Interval(60, 150)), zone=BERLIN)  # 1:00 to 2:30
    first, second = (local("2026-10-25 02:15", BERLIN, fold=fold) for fold in (0, 1))
    assert is_open(early, first)
    assert is_open(early, second)
    assert next_change(early, first) == local("2026-10-25 02:30", BERLIN)
    assert next_change(early, second) == local("2026-10-25 02:30", BERLIN, fold=1)


intervals = st.builds(Interval, st.integers(0, DAY - 1), st.integers(0, DAY))
weekly_hours = st.builds(
    WeeklyHours, st.frozensets(st.integers(0, 6), min_size=1, max_size=7), intervals
)
# Clocks change on some of these days: in Berlin at 2:00 and 3:00, in Havana and Asuncion at
# midnight, on Lord Howe Island by half an hour.
days = st.sampled_from(
    [date(2026, 10, 24), date(2026, 3, 28), date(2026, 11, 1), date(2026, 3, 7), date(2026, 4, 4)]
)
zones = st.sampled_from([SHANGHAI, BERLIN, "America/Havana", "Australia/Lord_Howe"])


@settings(max_examples=60, deadline=None)
@given(st.lists(weekly_hours, max_size=3), zones, days, st.integers(0, DAY), st.data())
def test_the_next_change_is_the_first_minute_that_differs(weekly, zone, day, minute, data):
    own = data.draw(st.lists(intervals, max_size=2))
    found = group(
        *weekly,
        zone=zone,
        holidays={day + timedelta(days=1): "Festival"},
        days={day + timedelta(days=2): DayRule(day + timedelta(days=2), tuple(own))},
    )
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    now, change = is_open(found, at), next_change(found, at)
    end = at + timedelta(days=2)
    step = at + timedelta(minutes=1)
    while step < end and is_open(found, step) is now:
        step += timedelta(minutes=1)
    if step < end:
        # Python holds an hour that comes twice for unequal to the same moment in another zone.
        assert change is not None
        assert change.astimezone(UTC) == step
    else:
        assert change is None or change >= end
