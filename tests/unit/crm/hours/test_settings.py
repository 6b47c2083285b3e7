"""What can be typed as opening hours, and what is stored."""

# ruff: noqa: RUF001 - Chinese keyboards type letters of full width.

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.hours.calendar import calendar, countries, is_known
from crm.hours.group import DayRule, Interval, WeeklyHours
from crm.hours.settings import (
    TimeGroupSettings,
    by_weekdays,
    check_opens,
    read_document,
    read_intervals,
    write_document,
    write_intervals,
)
from crm.kernel.errors import InvalidError


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("9:00-12:00, 13:30-18:00", "09:00-12:00, 13:30-18:00"),
        ("９：００－１２：００，１３：３０－１８：００", "09:00-12:00, 13:30-18:00"),
        ("13-18、9-12", "09:00-12:00, 13:00-18:00"),
        ("9:00 – 18:00", "09:00-18:00"),
        ("9.30至18.30", "09:30-18:30"),
        ("22:00-6:00", "22:00-06:00"),
        ("0:00-24:00", "00:00-24:00"),
        ("", ""),
    ],
)
def test_hours_are_read_as_people_type_them(typed, shown):
    assert write_intervals(read_intervals(typed)) == shown


@pytest.mark.parametrize(
    "typed", ["9", "9:00", "9:60-12:00", "9-25", "24:00-6:00", "x-y", "9-12-15"]
)
def test_what_is_no_time_span_is_refused_with_its_field(typed):
    with pytest.raises(InvalidError) as refused:
        read_intervals(typed, "hours_1")

    assert refused.value.field == "hours_1"


def test_a_group_that_would_never_open_is_refused():
    day = date(2026, 12, 31)
    with pytest.raises(InvalidError):
        check_opens(TimeGroupSettings("x", "UTC", days=(DayRule(day),)))
    check_opens(TimeGroupSettings("x", "UTC", days=(DayRule(day, (Interval(0, 60),)),)))


def test_the_intervals_of_the_same_weekdays_are_shown_together():
    week = frozenset(range(5))
    morning, evening = Interval(540, 720), Interval(810, 1080)
    saturday = WeeklyHours(frozenset({5}), morning)

    assert by_weekdays([saturday, WeeklyHours(week, evening), WeeklyHours(week, morning)]) == [
        (week, (morning, evening)),
        (frozenset({5}), (morning,)),
    ]


intervals = st.builds(Interval, st.integers(0, 1439), st.integers(0, 1440))
stored = st.builds(
    TimeGroupSettings,
    st.just("x"),
    st.just("UTC"),
    st.lists(st.builds(WeeklyHours, st.frozensets(st.integers(0, 6), min_size=1), intervals)).map(
        tuple
    ),
    days=st.lists(st.builds(DayRule, st.dates(), st.lists(intervals).map(tuple), st.text())).map(
        tuple
    ),
)


@given(stored)
def test_what_is_stored_is_read_again(settings):
    assert read_document(write_document(settings)) == (settings.weekly, settings.days)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.sampled_from(["weekly", "days", "x"]), json_values))
def test_a_document_that_is_not_readable_gives_no_hours(document):
    weekly, days = read_document(document)

    assert isinstance(weekly, tuple)
    assert isinstance(days, tuple)


def test_china_has_holidays_and_working_weekends_named_in_the_readers_language():
    english = calendar("CN", "", range(2025, 2029), "en_US")
    chinese = calendar("CN", "", range(2025, 2029), "zh_CN")

    assert english.holidays[date(2026, 10, 1)] == "National Day"
    assert chinese.holidays[date(2026, 10, 1)] == "国庆节"
    assert date(2026, 10, 10) in english.workdays
    assert all(day.weekday() > 4 for day in english.workdays)
    assert {day.year for day in english.holidays} == {2025, 2026, 2027, 2028}


def test_a_country_or_a_part_of_it_that_is_not_known_has_no_holidays():
    assert "BY" in countries()["DE"]
    assert is_known("DE", "BY")
    assert not is_known("XX")
    assert not is_known("DE", "XX")
    assert not calendar("XX", "", [2026], "en_US").holidays
    assert not calendar("DE", "XX", [2026], "en_US").holidays
