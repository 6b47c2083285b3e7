"""Digits that callers type: complete, short, wrong, forgotten and typed again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.digits import (
    DIGITS,
    KEYS,
    DigitCheck,
    DigitProgress,
    DigitRules,
    Typed,
    passes,
    press,
    time_over,
)

FOUR = DigitRules(least=4, most=4)
UP_TO_SIX = DigitRules(least=2, most=6)


def typed(rules: DigitRules, keys: str) -> Typed:
    said = Typed()
    for key in keys:
        assert said.progress is DigitProgress.MORE
        said = press(rules, said.digits, key)
    return said


@pytest.mark.parametrize(
    ("rules", "keys", "expected"),
    [
        (FOUR, "123", Typed("123")),
        (FOUR, "1234", Typed("1234", DigitProgress.DONE)),
        (FOUR, "12#", Typed("12", DigitProgress.SHORT)),
        (FOUR, "#", Typed("", DigitProgress.NOTHING)),
        (FOUR, "12*9876", Typed("9876", DigitProgress.DONE)),
        (UP_TO_SIX, "12#", Typed("12", DigitProgress.DONE)),
        (UP_TO_SIX, "123456", Typed("123456", DigitProgress.DONE)),
        (DigitRules(least=0), "#", Typed("", DigitProgress.DONE)),
        (DigitRules(terminator="*", clear="#"), "12#7*", Typed("7", DigitProgress.DONE)),
        (DigitRules(terminator="", clear=""), "1#2*", Typed("12")),
        (DigitRules(check=DigitCheck.DATE), "20260230#", Typed("20260230", DigitProgress.WRONG)),
    ],
)
def test_keys_complete_the_digits_or_wait_for_more(rules, keys, expected):
    assert typed(rules, keys) == expected


@pytest.mark.parametrize(
    ("rules", "digits", "progress"),
    [
        (FOUR, "", DigitProgress.NOTHING),
        (FOUR, "12", DigitProgress.SHORT),
        (UP_TO_SIX, "12", DigitProgress.DONE),
        (DigitRules(check=DigitCheck.MOBILE), "12", DigitProgress.WRONG),
    ],
)
def test_without_a_further_key_what_was_typed_is_all(rules, digits, progress):
    assert time_over(rules, digits) == Typed(digits, progress)


def test_the_first_key_is_waited_for_longer_than_the_next():
    assert FOUR.wait_seconds("") == 6
    assert FOUR.wait_seconds("1") == 4


@pytest.mark.parametrize(
    ("check", "digits", "right"),
    [
        (DigitCheck.ANY, "", True),
        (DigitCheck.MOBILE, "13800138000", True),
        (DigitCheck.MOBILE, "12800138000", False),
        (DigitCheck.MOBILE, "1380013800", False),
        (DigitCheck.DATE, "20240229", True),
        (DigitCheck.DATE, "20230229", False),
        (DigitCheck.DATE, "00000101", False),
        (DigitCheck.DATE, "2024022", False),
        (DigitCheck.TIME, "0000", True),
        (DigitCheck.TIME, "2359", True),
        (DigitCheck.TIME, "2400", False),
        (DigitCheck.TIME, "1260", False),
        (DigitCheck.LUHN, "4539578763621486", True),
        (DigitCheck.LUHN, "4539578763621487", False),
        (DigitCheck.LUHN, "0", False),
    ],
)
def test_digits_are_checked(check, digits, right):
    assert passes(check, digits) is right


@given(
    st.text(KEYS, max_size=60),
    st.integers(0, 8),
    st.integers(1, 8),
    st.sampled_from(["", "#", "*"]),
)
def test_whatever_is_pressed_ends_within_the_bounds(keys, least, more, terminator):
    rules = DigitRules(least=least, most=least + more, terminator=terminator, clear="")
    said = Typed()
    for key in keys:
        said = press(rules, said.digits, key)
        if said.progress is not DigitProgress.MORE:
            break
    else:
        said = time_over(rules, said.digits)
    assert set(said.digits) <= set(DIGITS)
    assert len(said.digits) <= rules.most
    assert (said.progress is DigitProgress.DONE) == (len(said.digits) >= least)
