"""Telephone numbers as people type and paste them: several in one field, or with an extension."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import phonenumbers

from crm.kernel.errors import InvalidError
from crm.kernel.phone import EXTENSION, e164, service_number
from crm.kernel.text import N_

MOST_DIGITS = 15  # ITU-T E.164
FEWEST_DIGITS = 2
MOST_TOKENS = 20  # blanks of one field that are tried as separators
NO_NUMBER = N_("“{number}” is not a phone number.")
TOO_LONG = N_(
    "“{number}” has more than 15 digits, which no phone number has. Put a comma between several"
    " numbers."
)
_SEPARATORS = re.compile(r"[、,;/|\n\r]+")
_BEFORE_EXTENSION = r"\s*(?:转|轉|分机|分機|extension|ext\.?|x|#)\s*:?\s*"
_WITH_WORD = re.compile(
    rf"(?P<main>.*\d.*?){_BEFORE_EXTENSION}(?P<extension>\d{{1,7}})", re.IGNORECASE
)
_WITH_HYPHEN = re.compile(r"(?P<main>.*\d)\s*-\s*(?P<extension>\d{1,6})")


def typed_numbers(text: str, region: str, field: str = "") -> tuple[str, ...]:
    """Read all numbers of a field: each as E.164, an extension behind it as `;ext=8001`.

    Numbers stand between 、 , ; / or, if each part is a whole number, between blanks. InvalidError
    names the `field` if a part is no number.
    """
    plain = unicodedata.normalize("NFKC", text).replace(EXTENSION, "#")
    found: list[str] = []
    for part in _SEPARATORS.split(plain):
        if part.strip():
            found += _read(part.strip(), region, field)
    return tuple(dict.fromkeys(found))


def typed_number(text: str, region: str, field: str = "") -> str:
    """Read the one number of a field; "" if nothing is typed, InvalidError for several."""
    found = typed_numbers(text, region, field)
    if len(found) > 1:
        raise InvalidError(NO_NUMBER, field, number=text[:40])
    return found[0] if found else ""


def is_whole(text: str, region: str) -> bool:
    """Say whether a text is one number of a country's plan, or a service number of the region."""
    number = e164(text, region)
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) or bool(service_number(parsed, region))


def _read(part: str, region: str, field: str) -> Sequence[str]:
    if (number := _with_extension(_WITH_WORD, part, region)) is not None:
        return [number]
    if is_whole(part, region):
        return [e164(part, region)]
    if (number := _with_extension(_WITH_HYPHEN, part, region)) is not None:
        return [number]
    tokens = part.split()
    if 1 < len(tokens) <= MOST_TOKENS and (several := _split(tuple(tokens), region)):
        return several
    digits = "".join(letter for letter in part if letter.isdigit())
    if len(digits.removeprefix("00")) > MOST_DIGITS:
        raise InvalidError(TOO_LONG, field, number=part[:40])
    number = e164(part, region)
    if len(digits) < FEWEST_DIGITS or not digits.strip("0") or not number or _is_cut_off(number):
        raise InvalidError(NO_NUMBER, field, number=part[:40])
    return [number]


def _with_extension(pattern: re.Pattern[str], part: str, region: str) -> str | None:
    """Read a whole number and what is dialled after it."""
    found = pattern.fullmatch(part)
    if not found or not is_whole(found["main"], region):
        return None
    return f"{e164(found['main'], region)}{EXTENSION}{found['extension']}"


def _split(tokens: tuple[str, ...], region: str) -> list[str]:
    """Group the parts between blanks into whole numbers; empty if that is not possible."""

    @cache
    def from_place(start: int) -> tuple[str, ...] | None:
        if start == len(tokens):
            return ()
        for end in range(start + 1, len(tokens) + 1):
            group = " ".join(tokens[start:end])
            if is_whole(group, region) and (rest := from_place(end)) is not None:
                return (e164(group, region), *rest)
        return None

    return list(from_place(0) or ())


def _is_cut_off(number: str) -> bool:
    """Whether an international number is only a country code, or is too short for its country."""
    if not number.startswith("+"):
        return False
    try:
        return not phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return True
