"""Times that people type into the filters of a list, and the end of a day in their zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.kernel.errors import InvalidError
from crm.people.person import Language
from web.kit.date_input import until_end, when
from web.kit.i18n import Reader


def reader(zone: str = "Europe/Berlin") -> Reader:
    return Reader(Language.ENGLISH, ZoneInfo(zone), "DE")


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-28", 24),
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-03-30", 24),
        ("Europe/Berlin", "2026-10-24", 24),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Europe/Berlin", "20261025", 25),
        ("Asia/Shanghai", "2026-10-25", 24),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Asia/Beirut", "2026-03-29", 23),  # there is no midnight at its beginning
        ("America/Havana", "2026-11-01", 25),
    ],
)
def test_to_a_day_reaches_the_next_local_midnight(zone: str, day: str, hours: float) -> None:
    since, until = when(day, reader(zone), "from"), until_end(day, reader(zone), "to")

    assert since is not None
    assert until == since + timedelta(hours=hours)
    assert until == when((until.astimezone(ZoneInfo(zone))).isoformat(), reader(zone), "from")


def test_one_day_is_the_whole_day_and_no_minute_of_the_next() -> None:
    berlin = reader()

    assert until_end("2026-10-25", berlin, "to") == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert until_end("2026-03-29", berlin, "to") == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["2026-10-25T02:30", "2026-10-25T00:30:00Z"])
def test_a_time_ends_a_period_at_that_time(typed: str) -> None:
    assert until_end(typed, reader(), "to") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_nothing_typed_is_no_end() -> None:
    assert until_end("  ", reader(), "to") is None


@pytest.mark.parametrize("typed", ["2026-02-30", "yesterday"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        until_end(typed, reader(), "to")

    assert refused.value.field == "to"
