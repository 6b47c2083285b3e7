"""Free extensions: the next ones, of the same length, never one that is taken."""

import pytest

from acd.extensions import free_from
from crm.kernel.errors import InvalidError


def test_taken_extensions_are_passed_over():
    assert free_from("1001", 3, {"1002", "1003", "2001"}) == ["1001", "1004", "1005"]


def test_leading_zeros_stay():
    assert free_from("008", 3, {"009"}) == ["008", "010", "011"]


def test_extensions_do_not_grow_longer():
    with pytest.raises(InvalidError) as refused:
        free_from("98", 3, set())
    assert refused.value.values == {"start": "98", "count": 2}


@pytest.mark.parametrize("start", ["", "1", "1234567", "10a1", "１００１"])  # noqa: RUF001
def test_only_two_to_six_digits_are_a_start(start):
    with pytest.raises(InvalidError):
        free_from(start, 1, set())
