"""Conditions and sums in flows: what they give, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kernel.errors import InvalidError
from ivr.expressions import LONGEST, evaluate, read_expression, spelt, variables_of
from ivr.templates import fill
from ivr.templates import variables_of as named_in

KNOWN = {"customer_level": "VIP", "tries": "3", "digits": "0012", "name": "王芳"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('customer_level == "VIP" and tries < 5', True),
        ("tries + 1", 4),
        ("tries * 2 - 1", 5),
        ("tries / 2", 1.5),
        ("-tries", -3),
        ('"Level: " + customer_level', "Level: VIP"),
        ('customer_level in "VIP,GOLD"', True),
        ('not missing or missing != ""', True),
        ("digits == 12", True),  # beside a number a text counts as one
        ('digits == "12"', False),
        ('starts(digits, "00") and length(digits) == 4', True),
        ('lower(customer_level) == "vip"', True),
        ('"y" if tries > 2 else "n"', "y"),
        ('name == "王芳"', True),
        ("tries / 0", None),
    ],
)
def test_an_expression_is_worked_out_over_the_variables(text, value):
    assert evaluate(text, KNOWN) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tries =",
        "9 ** 9 ** 9",
        "tries.real",
        "().__class__",
        "[1 for one in tries]",
        'f"{tries}"',
        '"%9999999d" % 1',
        '"{:>999999999}".format(1)',
        "lambda: 1",
        "open('x')",
        "number(1, 2)",
        "starts(tries)",
        "number(*tries)",
        "tries[0]",
        "(tries := 1)",
        "1 << 99",
        "b'x'",
        "1j",
        "(" * 100 + "1" + ")" * 100 + "+1" * 30,
        "1+" * LONGEST + "1",
    ],
)
def test_what_is_not_of_the_small_language_is_refused(text):
    with pytest.raises(InvalidError):
        read_expression(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text):
    try:
        read_expression(text)
    except InvalidError:
        return
    value = evaluate(text, KNOWN)
    assert value is None or len(spelt(value)) <= LONGEST


def test_the_variables_of_a_text_are_found():
    assert variables_of("number(tries) + digits") == {"tries", "digits"}
    assert named_in("Dear {name}, {digits}") == {"name", "digits"}
    assert named_in("=tries + 1") == {"tries"}


def test_a_text_is_filled_with_variables():
    assert fill("Dear {name} {missing}{", KNOWN) == "Dear 王芳 {"
    assert fill("=tries + 1", KNOWN) == "4"
    assert fill("=1/0", KNOWN) == ""
