"""Telephone numbers as people type them into a filter."""

from crm.kernel.phone import e164
from crm.sql.grams import digits_of

# Fewer digits are a part of a number: 8000 is looked for inside all numbers.
WHOLE_NUMBER_DIGITS = 10


def read_number(text: str, region: str) -> str:
    """Read a number or a part of one: E.164 if it is whole, else its digits."""
    number = e164(text, region)
    digits = "".join(letter for letter in text if letter.isdecimal())
    if number.startswith("+") and len(digits) >= WHOLE_NUMBER_DIGITS:
        return number
    # A text without any digit finds no number, rather than all of them.
    return digits or text.strip()


def read_text(text: str, region: str) -> str:
    """Read a text or a number; a whole number, as `010 6255 0000`, becomes E.164."""
    typed = text.strip()
    if any(letter.isalpha() for letter in typed) or len(digits_of(typed)) < WHOLE_NUMBER_DIGITS:
        return typed
    number = e164(typed, region)
    return number if number.startswith("+") else typed
