"""Which callback a call is made for, by the call's id."""

import pytest

from acd.callbacks.question import asked_by


@pytest.mark.parametrize(
    ("call", "callback"),
    [
        ("cb1-hotline-1-1763775000.3", "hotline-1-1763775000.3"),
        ("cb12-x", "x"),
        ("hotline-1-1763775000.3", None),
        ("cb-x", None),
        ("cbx-1", None),
        ("cb1-", None),
        ("cb1", None),
        ("", None),
    ],
)
def test_the_call_of_a_callback_names_it(call: str, callback: str | None) -> None:
    assert asked_by(call) == callback
