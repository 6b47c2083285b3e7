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

from crm.kernel.text import clean

LONGEST_INTERNAL = 6  # digits; extensions and short codes such as 95188 or 10086
LONGEST = 32  # characters of a number that cannot be parsed
FEWEST_NATIONAL, MOST_NATIONAL = 2, 17  # digits, as the library accepts them
_NOT_DIALLED = re.compile(r"[^0-9*#+]")
# The number in an address, `sip:4008001234;npdi=yes@host`, or in its user part alone; a header's
# address has brackets and perhaps a name. Its parameters (RFC 3966, RFC 4694) are no digits.
_ADDRESS = re.compile(
    r"^\s*(?:(?:\"[^\"]*\"\s*|[^<\"]*)<)?(?:(?:sips?|tel):(?://)?)?([^@;?>]*)", re.IGNORECASE
)
_CONTEXT = re.compile(r";phone-context=(\+[0-9().-]+)", re.IGNORECASE)
_WRITTEN = re.compile(r"[\d+*#().\-\s]*")  # digits, and what people write between them
EXTENSION = ";ext="  # between a number and its extension: +861065529988;ext=8001 (RFC 3966)


@lru_cache(maxsize=20_000)
def e164(raw: str, region: str) -> str:
    """Normalise a number to E.164, `+8613800138000`, as seen from a region (`CN`).

    An extension or a service number such as 95188 stays as its digits, also if it came with the
    region's country code. A withheld number, a name or anything else becomes "". Never raises,
    whatever a trunk or a person sends.
    """
    text = unicodedata.normalize("NFKC", raw[:256])
    number = user_part(text)
    if any(letter.isalpha() for letter in number):
        return ""  # "anonymous", "Unavailable"; vanity numbers do not occur
    digits = _digits(number)
    if is_internal(digits):
        return digits
    if (context := _CONTEXT.search(text)) and not digits.startswith("+"):
        whole = _parsed(_digits(context[1]) + digits, region)
        if whole is not None and phonenumbers.is_valid_number(whole):
            return phonenumbers.format_number(whole, PhoneNumberFormat.E164)
    parsed = _parsed(digits, region)
    if parsed is None:
        return digits
    return service_number(parsed, region) or _if_possible(parsed) or digits


def dialled(raw: str, region: str) -> str:
    """Read the number that was called: E.164 if it is one, else what was dialled, cut and cleaned.

    Unlike a caller's number it is never withheld, so that what cannot be read is kept. A number
    with other characters in it, as 400800,6, is not another number without them.
    """
    text = clean(user_part(unicodedata.normalize("NFKC", raw[:256])))
    printable = "".join(letter for letter in text if letter.isprintable()).strip()
    number = e164(raw, region) if _WRITTEN.fullmatch(text) else ""
    return number or printable[:LONGEST]


def user_part(address: str) -> str:
    """Give the number or name in a SIP or telephone address, without parameters and host."""
    found = _ADDRESS.match(address)
    return found[1] if found else address


def service_number(number: PhoneNumber, region: str) -> str:
    """Give the digits of a service number of the region, such as 95188 or 110; "" if it is none."""
    code = phonenumbers.country_code_for_region(region)
    if number.country_code != code or number.italian_leading_zero:
        return ""
    digits = str(number.national_number)
    short = is_internal(digits) and phonenumbers.is_valid_short_number_for_region(number, region)
    return digits if short else ""


def main_number(number: str) -> str:
    """Give a number without its extension."""
    return number.partition(EXTENSION)[0]


def extension_of(number: str) -> str:
    """Give the extension that is dialled after a number; "" if it has none."""
    return number.partition(EXTENSION)[2]


def beginnings(digits: str, region: str) -> tuple[str, ...]:
    """Give the E.164 beginnings that some digits may stand for, as typed in a region.

    In China 021 6123 begins +86 21 6123, and so does 0086 21 6123. Empty if the digits have no
    prefix of the kind; they may still be a part of any number.
    """
    home = PhoneMetadata.metadata_for_region(region, None)
    if home is None:
        return ()
    abroad, trunk = home.international_prefix, home.national_prefix
    if abroad and (prefix := re.match(abroad, digits)):
        rest = digits[prefix.end() :]
        return (f"+{rest}",) if rest else ()
    if trunk and digits.startswith(trunk) and len(digits) > len(trunk):
        return (f"+{home.country_code}{digits.removeprefix(trunk)}",)
    return ()


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


def _parsed(digits: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None


def _if_possible(number: PhoneNumber) -> str:
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


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
    """Give the pattern of the dialling prefixes that do not belong to a country's numbers."""
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
