"""Left-overs and growth, as a soak test counts them."""

from types import SimpleNamespace

import pytest
from load import left_over

AGENT = {"name": "Li Wei", "reason": "", "call": None}


class Floor:
    """A floor with some agents and one call."""

    def __init__(self, *states):
        self._agents = [AGENT | {"state": state} for state in states]

    def of(self, kind):
        return self._agents if kind == "agent" else [{"id": "c1"}]

    def tallies(self):
        return {
            ("hotline_drift_repairs_total", '{kind="lost"}'): 2,
            ("hotline_commands_failed_total", '{kind="Play"}'): 1,
            ("hotline_events_total", '{kind="a"}'): 3,
            ("hotline_events_total", '{kind="b"}'): 4,
        }


def test_agents_still_in_a_call_are_left_over_and_paused_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(left_over, "_compared", lambda _made, _placed: {})
    made = SimpleNamespace(installation=SimpleNamespace(ari=lambda _path: []))

    left = left_over.left_over(made, Floor("ready", "talking", "paused"), 0)

    assert left["busy agents"] == ["Li Wei talking"]
    assert left["calls on the floor"] == ["c1"]
    assert left["channels"] == []


def test_repairs_and_failures_are_told_by_kind_and_events_in_sum():
    assert left_over.tallies(Floor()) == {"drift: lost": 2, "failed: Play": 1, "events": 7}


def test_growth_is_the_slope_of_the_line_that_lies_closest():
    assert left_over.slope([(0, 1), (1, 3), (2, 5)]) == 2
    assert left_over.slope([(1, 7)]) == 0
