"""When a failed job is tried again."""

import pytest

from crm.jobs.job import Schedule

SCHEDULE = Schedule((10.0, 100.0))


def test_a_job_waits_as_its_kind_says_and_is_then_given_up() -> None:
    waits = [SCHEDULE.wait_after(attempt, 0.5) for attempt in (1, 2, 3, 9)]

    assert waits == [10.0, 100.0, None, None]
    assert SCHEDULE.most_attempts == 3


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 8.0), (0.5, 10.0), (1.0, 12.0)])
def test_chance_moves_a_wait_by_a_fifth(chance: float, seconds: float) -> None:
    assert SCHEDULE.wait_after(1, chance) == pytest.approx(seconds)
