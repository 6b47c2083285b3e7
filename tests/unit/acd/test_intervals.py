"""The intervals of a period: local days and hours, also where the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.statistics.intervals import Period, TimeSlice, edges, last_days, period_before
from crm.kernel.errors import InvalidError

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
KATHMANDU, LORD_HOWE = ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")


def day(zone: ZoneInfo, *date: int) -> datetime:
    return datetime(*date, tzinfo=zone)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(("first", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_a_day_on_which_the_clocks_change_has_another_length(
    first: tuple[int, int, int], hours: int
) -> None:
    start = day(BERLIN, *first)
    period = Period(start, start + timedelta(days=1))

    assert edges(period, TimeSlice.DAY, BERLIN) == [period.since, period.until]
    assert len(edges(period, TimeSlice.HOUR, BERLIN)) == hours + 1
    assert len(edges(period, TimeSlice.HALF_HOUR, BERLIN)) == 2 * hours + 1


def test_hours_begin_with_the_hour_of_the_wall_clock() -> None:
    period = Period(datetime(2026, 11, 2, 0, 20, tzinfo=UTC), datetime(2026, 11, 2, 3, tzinfo=UTC))

    found = edges(period, TimeSlice.HOUR, KATHMANDU)

    assert [one.astimezone(KATHMANDU).minute for one in found] == [5, 0, 0, 45]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - zone follows
    st.integers(1, 30 * 24 * 60),
    st.sampled_from(list(TimeSlice)),
    st.sampled_from([UTC, BERLIN, SHANGHAI, KATHMANDU, LORD_HOWE]),
)
def test_intervals_fill_their_period_without_a_gap(
    start: datetime, minutes: int, interval: TimeSlice, zone: ZoneInfo
) -> None:
    since = start.replace(tzinfo=UTC)
    period = Period(since, since + timedelta(minutes=minutes))

    found = edges(period, interval, zone)

    assert (found[0], found[-1]) == (period.since, period.until)
    assert found == sorted(set(found))


def test_the_period_before_has_as_many_local_days() -> None:
    week = last_days(datetime(2026, 3, 31, 9, tzinfo=UTC), 7, BERLIN)

    before = period_before(week, BERLIN)

    assert (week.since, week.until) == (day(BERLIN, 2026, 3, 25), day(BERLIN, 2026, 4, 1))
    assert (before.since, before.until) == (day(BERLIN, 2026, 3, 18), week.since)


def test_the_period_before_some_hours_is_as_long() -> None:
    morning = Period(datetime(2026, 11, 2, 1, tzinfo=UTC), datetime(2026, 11, 2, 4, tzinfo=UTC))

    assert period_before(morning, SHANGHAI).since == datetime(2026, 11, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "interval", "field"),
    [(0, TimeSlice.DAY, "to"), (40, TimeSlice.HOUR, "from"), (2000, TimeSlice.WHOLE, "from")],
)
def test_a_period_that_is_empty_or_too_long_is_refused(
    days: int, interval: TimeSlice, field: str
) -> None:
    since = day(SHANGHAI, 2026, 1, 1)

    with pytest.raises(InvalidError) as refused:
        edges(Period(since, since + timedelta(days=days)), interval, SHANGHAI)

    assert refused.value.field == field
