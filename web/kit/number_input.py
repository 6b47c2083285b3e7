"""Telephone numbers as people type them into a filter."""

from crm.kernel.phone import e164
from crm.kernel.typed_phone import is_whole
from crm.sql.grams import digits_of, plain

# Fewer digits are a part of a number: 8000 is looked for inside all numbers.
WHOLE_NUMBER_DIGITS = 10


def read_number(text: str, region: str) -> str:
    """Read a number or a part of one: E.164 if it is whole, else its digits."""
    digits = digits_of(plain(text))
    if _is_whole(text, digits, region):
        return e164(text, region)
    # A text without any digit finds no number, rather than all of them.
    return digits or text.strip()


def read_text(text: str, region: str) -> str:
    """Read a text or a number; a whole number, as `010 6255 0000`, becomes E.164."""
    typed = text.strip()
    if any(letter.isalpha() for letter in typed):
        return typed
    return e164(typed, region) if _is_whole(typed, digits_of(plain(typed)), region) else typed


def _is_whole(text: str, digits: str, region: str) -> bool:
    if len(digits) < WHOLE_NUMBER_DIGITS or not is_whole(text, region):
        return False
    return e164(text, region).startswith("+")
