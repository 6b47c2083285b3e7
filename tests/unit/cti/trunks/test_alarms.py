"""Which alarms of trunks should be open."""

import pytest

from cti.trunks.alarms import DOWN, FULL, is_over, wanted


def trunk(state, **more):
    return {"id": 3, "name": "Carrier", "state": state, "max_channels": 30, **more}


@pytest.mark.parametrize("state", ["unreachable", "rejected", "invalid"])
def test_a_fault_of_half_a_minute_is_an_alarm(state):
    assert list(wanted([trunk(state)], {"trunk:3": 29.0})) == []
    (found,) = wanted([trunk(state)], {"trunk:3": 30.0})
    assert (found.kind, found.key, found.url) == (DOWN, "trunk:3", "/trunks/3")


def test_a_trunk_with_all_channels_in_use_is_an_alarm_at_once():
    (found,) = wanted([trunk("busy")], {})
    assert (found.kind, found.values["count"]) == (FULL, 30)


@pytest.mark.parametrize("state", ["off", "unknown", "available", "registered", "registering"])
def test_other_states_of_a_trunk_raise_no_alarm(state):
    assert list(wanted([trunk(state)], {"trunk:3": 99.0})) == []


@pytest.mark.parametrize(
    ("state", "down", "full"),
    [
        ("available", True, True), ("registered", True, True), ("off", True, True),
        ("unknown", False, True), ("registering", False, True), ("unreachable", False, True),
        ("busy", True, False),
    ],
)  # fmt: skip
def test_an_alarm_is_over_when_the_trunk_is_known_to_work(state, down, full):
    assert is_over(DOWN, trunk(state)) is down
    assert is_over(FULL, trunk(state)) is full
    assert is_over(DOWN, None)
