"""How many agents may be not ready for one reason at once."""

import pytest

from acd.pause_limit import PauseLimit, places_left

TEAM = frozenset({1, 2, 3})


@pytest.mark.parametrize(
    ("limit", "team", "away", "left"),
    [
        (PauseLimit(0, by_group=True), TEAM, [2, 3], None),
        (PauseLimit(2, by_group=True), TEAM, [], 2),
        (PauseLimit(2, by_group=True), TEAM, [2, 3], 0),
        (PauseLimit(2, by_group=True), TEAM, [2, 3, 9], 0),
        (PauseLimit(2, by_group=True), TEAM, [2, 8, 9], 1),  # others do not count
        (PauseLimit(2, by_group=True), TEAM, [1, 2], 1),  # away already: no further place
        (PauseLimit(2, by_group=False), TEAM, [8, 9], 0),
        (PauseLimit(1, by_group=True), frozenset(), [8], 0),  # no group: the whole site
    ],
)
def test_a_reason_has_so_many_places(
    limit: PauseLimit, team: frozenset[int], away: list[int], left: int | None
) -> None:
    assert places_left(limit, 1, team, away) == left
