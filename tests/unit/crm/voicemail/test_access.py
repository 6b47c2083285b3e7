"""Wrong PINs lock a box."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.voicemail.by_phone.access import LOCKED_FOR, MOST_FAILURES, locked_until

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def failures(count, every):
    return [NOW - every * back for back in reversed(range(count))]


@pytest.mark.parametrize(
    ("count", "every", "locked"),
    [
        (0, timedelta(minutes=1), False),
        (MOST_FAILURES - 1, timedelta(minutes=1), False),
        (MOST_FAILURES, timedelta(minutes=1), True),
        (MOST_FAILURES + 5, timedelta(minutes=1), True),
        (MOST_FAILURES, timedelta(minutes=7), False),  # in more than an hour
    ],
)
def test_ten_wrong_pins_in_an_hour_lock_a_box(count, every, locked):
    until = locked_until(failures(count, every), NOW)
    assert until == (NOW + LOCKED_FOR if locked else None)


def test_a_box_is_locked_for_fifteen_minutes_after_the_last_wrong_pin():
    many = failures(MOST_FAILURES, timedelta(seconds=1))
    assert locked_until(many, NOW + LOCKED_FOR - timedelta(seconds=1))
    assert locked_until(many, NOW + LOCKED_FOR) is None
