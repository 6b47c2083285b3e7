"""Patterns of routes: numbers and beginnings as people type them, stored as calls have them."""

import pytest

from crm.kernel.errors import InvalidError
from cti.routes.rule import matches
from cti.routes.typed import typed_pattern


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        (" * ", ""),
        ("400 800 1234", "+864008001234"),
        ("+86 400-800-1234", "+864008001234"),
        ("021*", "+8621*"),
        ("138*", "+86138*"),
        ("+4930*", "+4930*"),
        ("95188", "95188"),
        ("1380013800?", "+861380013800?"),
        ("021612345??", "+8621612345??"),
        ("+861380013????", "+861380013????"),
        ("138????*", "+86138????*"),
        ("１３８*", "+86138*"),  # noqa: RUF001 - a Chinese keyboard's
    ],
)
def test_a_pattern_is_stored_as_the_numbers_of_calls_are(typed: str, stored: str) -> None:
    assert typed_pattern(typed, "CN", "caller") == stored


@pytest.mark.parametrize(
    "typed", ["abc", "138*139", "138, 139", "+8613800000000-+8613800009999", "1*2?", "?" * 60, "、"]
)
def test_anything_else_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(InvalidError) as refused:
        typed_pattern(typed, "CN", "caller")

    assert refused.value.field == "caller"


def test_a_place_stands_for_one_digit() -> None:
    pattern = typed_pattern("1380013800?", "CN", "caller")

    assert matches(pattern, "+8613800138005")
    assert not matches(pattern, "+8613800138015")
