"""Numbers as people type and paste them: several in a field, with an extension, or none at all."""

# ruff: noqa: RUF001 - Chinese has commas of its own.

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kernel.errors import InvalidError
from crm.kernel.phone import extension_of, main_number
from crm.kernel.typed_phone import typed_number, typed_numbers

TWO = ("+8613800001111", "+8613900002222")


@pytest.mark.parametrize("between", ["/", " ", "、", ",", ";", "，", "；", " / ", ", ", "\n", "　"])
def test_several_numbers_in_one_field_are_told_apart(between: str) -> None:
    assert typed_numbers(f"13800001111{between}13900002222", "CN") == TWO


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("138 0000 1111 139 0000 2222", TWO),
        ("138-0000-1111 139-0000-2222", TWO),
        ("+86 138 0000 1111 0086 139 0000 2222", TWO),
        ("13800001111 13800001111", TWO[:1]),
        ("021 6123 9876、95188", ("+862161239876", "95188")),
        ("010 6552 9988 +1 (312) 555-0104", ("+861065529988", "+13125550104")),
        ("138 0000 1111", TWO[:1]),
        ("1001", ("1001",)),
        (" ; ", ()),
        ("", ()),
    ],
)
def test_blanks_part_numbers_only_where_each_part_is_whole(
    typed: str, numbers: tuple[str, ...]
) -> None:
    assert typed_numbers(typed, "CN") == numbers


@pytest.mark.parametrize(
    "typed",
    [
        "010-65529988-8001",
        "(010)65529988-8001",
        "010 6552 9988 - 8001",
        "010-65529988转8001",
        "010-65529988 转 8001",
        "010-65529988 分机 8001",
        "010-65529988 ext. 8001",
        "010-65529988 x8001",
        "010-65529988#8001",
        "+861065529988;ext=8001",
        "+861065529988；ext=8001",
    ],
)
def test_an_extension_is_kept_beside_its_main_number(typed: str) -> None:
    (number,) = typed_numbers(typed, "CN")

    assert (main_number(number), extension_of(number)) == ("+861065529988", "8001")
    assert typed_numbers(number, "CN") == (number,)


def test_hyphens_within_a_number_are_no_extension() -> None:
    assert typed_numbers("138-0000-1111", "CN") == TWO[:1]
    assert typed_numbers("021-6123-9876", "CN") == ("+862161239876",)
    assert typed_numbers("400-800-1234", "CN") == ("+864008001234",)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1380000111113900002222", "15 digits"),
        ("12345678901234567", "15 digits"),
        ("+86", "not a phone number"),
        ("+86 12", "not a phone number"),
        ("0", "not a phone number"),
        ("00", "not a phone number"),
        ("1", "not a phone number"),
        ("转8001", "not a phone number"),
        ("none", "not a phone number"),
        ("13800001111, none", "not a phone number"),
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidError) as refused:
        typed_numbers(typed, "CN", "phones")

    assert refused.value.field == "phones"
    assert sentence in str(refused.value)


def test_a_field_of_one_number_takes_no_second() -> None:
    assert typed_number("4008001234", "CN") == "+864008001234"
    assert typed_number(" ", "CN") == ""
    with pytest.raises(InvalidError):
        typed_number("13800001111/13900002222", "CN")


@given(st.text() | st.text("0123456789+*#-() ;,/x转ext=", max_size=60))
def test_any_text_is_read_or_refused_and_reading_again_changes_nothing(text: str) -> None:
    try:
        found = typed_numbers(text, "CN")
    except InvalidError:
        return
    for number in found:
        assert set(main_number(number)) <= set("0123456789+*#")
        assert typed_numbers(number, "CN") == (number,)
