"""Phone numbers: one form for each, however it was typed or sent."""

# ruff: noqa: RUF001 - numbers are typed in full-width digits too.

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.kernel.phone import beginnings, dialled, e164, for_display, is_internal


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("13800138000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("sip:+8613800138000@10.0.0.1;user=phone", "+8613800138000"),
        ("tel:010-8888-0001", "+861088880001"),
        ("4008001234", "+864008001234"),
        ("+1 (312) 555-0104", "+13125550104"),
    ],
)
def test_a_public_number_has_one_spelling(raw: str, number: str) -> None:
    assert e164(raw, "CN") == number
    assert e164(number, "CN") == number


@pytest.mark.parametrize("raw", ["1001", "95188", "10086", "0", "*86", "#21#"])
def test_an_extension_or_a_service_code_stays_as_it_is(raw: str) -> None:
    assert e164(raw, "CN") == raw


@pytest.mark.parametrize("raw", ["+8695188", "008695188", "+86 95188", "95188"])
def test_a_service_number_loses_the_prefix_that_it_came_with(raw: str) -> None:
    assert e164(raw, "CN") == "95188"


@pytest.mark.parametrize("raw", ["+86110", "+8610086", "+8612345"])
def test_other_service_numbers_do_too(raw: str) -> None:
    assert e164(raw, "CN") == raw.removeprefix("+86")


def test_neither_extensions_nor_other_countries_numbers_are_service_numbers() -> None:
    assert e164("+861001", "CN") == "+861001"
    assert e164("+8695188", "US") == "+8695188"
    assert e164("+861065529988", "CN") == "+861065529988"


@pytest.mark.parametrize(
    "raw",
    [
        "sip:4008001234;npdi=yes@10.0.0.1",
        "sip:4008001234;npdi=yes;rn=+8613800000000@10.0.0.1;user=phone",
        "4008001234;npdi=yes",
        "4008001234;phone-context=+86",
        "4008001234;phone-context=example.com",
        "tel:4008001234",
        "<sip:4008001234@10.0.0.1>",
        '"Call, us <now>" <sip:4008001234;npdi=yes@10.0.0.1>;tag=7',
        "Hotline <tel:4008001234>",
        "tel:+86-400-800-1234;isub=12",
        "TEL:400-800-1234;phone-context=+86",
    ],
)
def test_the_parameters_of_an_address_are_no_part_of_its_number(raw: str) -> None:
    assert e164(raw, "CN") == dialled(raw, "CN") == "+864008001234"


def test_a_number_is_read_in_its_own_context() -> None:
    assert e164("3125550104;phone-context=+1", "CN") == "+13125550104"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("support", "support"),
        ("sip:support@example.com", "support"),
        ("400800,6", "400800,6"),
        ("4008001234,1)Dial(PJSIP/1001", "4008001234,1)Dial(PJSIP/1001"),
        ("a\r\nb\0", "ab"),
        ("anonymous", "anonymous"),
        ("x" * 300, "x" * 32),
        ("", ""),
    ],
)
def test_what_was_dialled_is_kept_if_it_is_no_number(raw: str, kept: str) -> None:
    assert dialled(raw, "CN") == kept


@given(st.text())
def test_whatever_was_dialled_is_one_printable_line(raw: str) -> None:
    assert dialled(raw, "CN").isprintable()


@pytest.mark.parametrize(
    ("digits", "region", "found"),
    [
        ("0216123", "CN", ("+86216123",)),
        ("0086216123", "CN", ("+86216123",)),
        ("021", "CN", ("+8621",)),
        ("216123", "CN", ()),
        ("020794", "GB", ("+4420794",)),
        ("0612", "IT", ()),
        ("00", "CN", ()),
        ("", "CN", ()),
        ("0216123", "nowhere", ()),
    ],
)
def test_a_part_with_a_prefix_may_begin_a_number(
    digits: str, region: str, found: tuple[str, ...]
) -> None:
    assert beginnings(digits, region) == found


@pytest.mark.parametrize(
    "raw", ["", "anonymous", "Restricted", "unknown 138", "+", "*", "私人号码", "\0", "\ud800"]
)
def test_a_withheld_number_is_empty(raw: str) -> None:
    assert e164(raw, "CN") == ""


@given(st.text() | st.text("0123456789+*#-() ;@:sipteltel٣²", max_size=40))
def test_any_text_is_accepted_and_the_result_can_be_dialled(raw: str) -> None:
    number = e164(raw, "CN")

    assert set(number) <= set("0123456789+*#")
    assert len(number) <= 33
    assert e164(number, "CN") == number
    assert for_display(number, "CN") or not number


@given(st.text())
def test_any_region_and_any_number_can_be_shown(text: str) -> None:
    assert isinstance(for_display(text, "CN"), str)
    assert isinstance(e164("13800138000", text), str)


def test_people_read_numbers_of_their_country_without_its_code() -> None:
    assert for_display("+8613800138000", "CN") == "138 0013 8000"
    assert for_display("+8613800138000", "US") == "+86 138 0013 8000"
    assert for_display("1001", "CN") == "1001"


def test_short_numbers_are_internal() -> None:
    assert [is_internal(number) for number in ("1001", "95188", "1234567", "+86", "", "²")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


@given(
    st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)),
    st.text("0123456789", max_size=15),
    st.sampled_from(["CN", "GB", "IT", "US", "RU"]),
)
@example(39, "0612345678", "IT")
@example(7, "88001234567", "RU")
@example(86, "13800138000", "CN")
@example(1, "12025550102", "US")
def test_a_number_is_shown_as_the_library_shows_it(code: int, digits: str, region: str) -> None:
    number = f"+{code}{digits}"
    wanted = number
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        pass
    else:
        at_home = region in phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
        styles = phonenumbers.PhoneNumberFormat
        style = styles.NATIONAL if at_home else styles.INTERNATIONAL
        wanted = phonenumbers.format_number(parsed, style)

    assert for_display(number, region) == wanted
