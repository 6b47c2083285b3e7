"""What calls cost: steps, fees, the longest beginning, and that longer never costs less."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.charges.rate import (
    UNIT,
    Rate,
    amount_of,
    checked_rate,
    cost,
    rate_table,
    read_price,
)
from crm.kernel.errors import InvalidError

MINUTE = Rate("+86", "China", Decimal("0.15"))
SIX = Rate("+44", "UK", Decimal("0.60"), Decimal("0.05"), first_seconds=30, step_seconds=6)

prices = st.decimals(0, 10_000, places=4)
steps = st.integers(1, 3600)
rates = st.builds(Rate, st.just("+1"), st.just("x"), prices, prices, steps, steps)
seconds = st.floats(0, 200_000)


@pytest.mark.parametrize(
    ("rate", "length", "wanted"),
    [
        (MINUTE, 0, "0"), (MINUTE, 0.4, "0.15"), (MINUTE, 60, "0.15"), (MINUTE, 60.001, "0.30"),
        (MINUTE, 61, "0.30"), (SIX, 1, "0.35"), (SIX, 30, "0.35"), (SIX, 31, "0.41"),
        (SIX, 36, "0.41"), (SIX, 37, "0.47"), (MINUTE, -5, "0"),
    ],
)  # fmt: skip
def test_each_step_that_has_begun_is_charged(rate, length, wanted):
    assert cost(rate, length) == Decimal(wanted)


@given(rates, seconds, seconds)
def test_a_longer_talk_never_costs_less(rate, one, other):
    short, long = sorted((one, other))
    assert cost(rate, short) <= cost(rate, long)


@given(rates, seconds)
def test_a_cost_is_exact_to_its_unit_and_covers_the_time(rate, length):
    found = cost(rate, length)
    assert found == found.quantize(UNIT)
    if round(length * 1000) > 0:
        assert found >= (rate.connection_fee + rate.per_minute * Decimal(length) / 60) - UNIT


def test_the_longest_beginning_wins_then_the_trunk_then_the_class():
    mobile = Rate("+8613", "Mobile", Decimal(1))
    ours = Rate("+8613", "Mobile over 2", Decimal(2), trunk=2)
    other = Rate("mobile", "Any mobile", Decimal(3))
    table = rate_table([MINUTE, mobile, ours, other])

    def found(number, trunk=1, kind="mobile"):
        rate = table.find(number, kind, trunk)
        return rate.name if rate else ""

    assert found("+8613800138000") == "Mobile"
    assert found("+8613800138000", 2) == "Mobile over 2"
    assert found("+862161230000") == "China"
    assert found("+442079460000") == "Any mobile"
    assert found("+442079460000", kind="international") == ""
    assert found("", kind="internal") == ""


@given(st.text(st.sampled_from("+0123456789"), max_size=18), st.lists(rates, max_size=3))
def test_a_rate_that_is_found_fits_the_number(number, known):
    found = rate_table(known).find(number, "", None)
    assert found is None or number.startswith(found.begins)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("0.15", "0.15"), ("0,15", "0.15"), ("￥1", "1"), (" 12. ", "12"), (".5", "0.5")],
)
def test_prices_are_read_as_people_write_them(text, wanted):
    assert read_price(text) == Decimal(wanted)


@pytest.mark.parametrize("text", ["", "-1", "1e3", "a", "1.2.3", ".", "NaN", "٣", "9" * 30])
def test_what_is_no_price_is_none(text):
    assert read_price(text) is None


@pytest.mark.parametrize("begins", ["", "+", "86x", "everything", "+12345678901234567", "0044*"])
def test_a_beginning_has_digits_or_is_a_class(begins):
    with pytest.raises(InvalidError):
        checked_rate(Rate(begins, "x", Decimal(1)))


def test_amounts_have_two_digits_or_more_where_they_count():
    shown = [amount_of(Decimal(one)) for one in ("0", "0.15", "0.125", "12.3456", "7.1000")]
    assert shown == ["0.00", "0.15", "0.125", "12.3456", "7.10"]
