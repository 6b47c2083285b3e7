"""Telephone numbers: one spelling for each inside the house, another for people to read."""

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
LONGEST = 32  # characters of what cannot be understood
FEWEST_NATIONAL, MOST_NATIONAL = 2, 17  # digits, as the library takes them
_NOT_DIALLED = re.compile(r"[^0-9*#+]")
_ADDRESS = re.compile(r"^\s*(?:sips?|tel):(?://)?([^@;?]*)", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def e164(raw: str, region: str) -> str:
    """Spell a number one way, `+8613800138000`, as seen from a region (`CN`).

    What is no public number (an extension, a service code such as 95188) stays as its digits.
    A withheld number, a name or rubbish is "". Never raises, whatever a trunk or a person sends.
    """
    text = unicodedata.normalize("NFKC", raw[:256])
    if address := _ADDRESS.match(text):
        text = address[1]
    if any(letter.isalpha() for letter in text):
        return ""  # "anonymous", "Unavailable": vanity numbers are not dialled to us
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
    """Write a number as people of the region read it: at home without the country's code."""
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
    """Read digits that `e164` wrote in half of parsing's time; None if that would take a doubt."""
    for length in (1, 2, 3):
        code = digits[:length]
        if code.isascii() and code.isdecimal() and int(code) in COUNTRY_CODE_TO_REGION_CODE:
            national = digits[length:]
            doubtful = not national.isascii() or not national.isdecimal() or national[0] == "0"
            if doubtful or not FEWEST_NATIONAL <= len(national) <= MOST_NATIONAL:
                return None
            if _prefixes(int(code)).match(national):
                return None  # the library might take it off
            return PhoneNumber(country_code=int(code), national_number=int(national))
    return None


@cache
def _prefixes(code: int) -> re.Pattern[str]:
    """Tell how a country's numbers begin when they are dialled with what is no part of them."""
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    prefix = metadata.national_prefix_for_parsing if metadata else None
    return re.compile(prefix or r"(?!)")


def is_internal(number: str) -> bool:
    """Say whether a number is an extension or a short code, which no country's plan explains."""
    return number.isascii() and number.isdigit() and len(number) <= LONGEST_INTERNAL


def _digits(text: str) -> str:
    """Keep what a telephone can dial, and of the plus signs only a leading one."""
    # NFKC makes ASCII of full-width digits; digits of other scripts go through their value.
    ascii_text = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in text
    )
    kept = _NOT_DIALLED.sub("", ascii_text)[:LONGEST]
    plain = kept.replace("+", "")
    if not any(letter.isdigit() for letter in plain):
        return ""
    return f"+{plain}" if kept.startswith("+") else plain
