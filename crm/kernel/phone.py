"""Telephone numbers: one normal form inside the system, another for display."""

import re
import unicodedata
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
)

LONGEST_INTERNAL = 6  # digits; extensions and short codes such as 95188 or 10086
LONGEST = 32  # characters of a number that cannot be parsed
FEWEST_NATIONAL, MOST_NATIONAL = 2, 17  # digits, as the library accepts them
_NOT_DIALLED = re.compile(r"[^0-9*#+]")
_ADDRESS = re.compile(r"^\s*(?:sips?|tel):(?://)?([^@;?]*)", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def e164(raw: str, region: str) -> str:
    """Normalise a number to E.164, `+8613800138000`, as seen from a region (`CN`).

    An extension or a service code such as 95188 stays as its digits. A withheld number, a name or
    anything else becomes "". Never raises, whatever a trunk or a person sends.
    """
    text = unicodedata.normalize("NFKC", raw[:256])
    if address := _ADDRESS.match(text):
        text = address[1]
    if any(letter.isalpha() for letter in text):
        return ""  # "anonymous", "Unavailable"; vanity numbers do not occur
    digits = _digits(text)
    if is_internal(digits):
        return digits
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number):
        return digits
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@lru_cache(maxsize=20_000)
def for_display(number: str, region: str) -> str:
    """Format a number for people in a region: without the country code within the country."""
    if not number.startswith("+"):
        return number
    try:
        parsed = _taken_apart(number[1:]) or phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    at_home = region in phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def _taken_apart(digits: str) -> PhoneNumber | None:
    """Split digits that `e164` wrote, in half the time of parsing; None if that is ambiguous."""
    for length in (1, 2, 3):
        code = digits[:length]
        if code.isascii() and code.isdecimal() and int(code) in COUNTRY_CODE_TO_REGION_CODE:
            national = digits[length:]
            doubtful = not national.isascii() or not national.isdecimal() or national[0] == "0"
            if doubtful or not FEWEST_NATIONAL <= len(national) <= MOST_NATIONAL:
                return None
            if _prefixes(int(code)).match(national):
                return None  # the library might remove it
            return PhoneNumber(country_code=int(code), national_number=int(national))
    return None


@cache
def _prefixes(code: int) -> re.Pattern[str]:
    """Give the pattern of the dialling prefixes that are no part of a country's numbers."""
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    prefix = metadata.national_prefix_for_parsing if metadata else None
    return re.compile(prefix or r"(?!)")


def is_internal(number: str) -> bool:
    """Say whether a number is an extension or a short code, outside the national numbering plan."""
    return number.isascii() and number.isdigit() and len(number) <= LONGEST_INTERNAL


def _digits(text: str) -> str:
    """Keep what a telephone can dial, and only a leading plus sign."""
    # NFKC turns full-width digits into ASCII; digits of other scripts are converted by value.
    ascii_text = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in text
    )
    kept = _NOT_DIALLED.sub("", ascii_text)[:LONGEST]
    plain = kept.replace("+", "")
    if not any(letter.isdigit() for letter in plain):
        return ""
    return f"+{plain}" if kept.startswith("+") else plain
