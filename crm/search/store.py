"""Conditions that find rows by a part of a name or of a number, by an index.

They use the pieces of `crm.sql.grams`, in tables with the columns `grams` and `haystack`: customers
and contacts.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from crm.kernel.errors import InvalidError
from crm.kernel.names import comparable, spellings
from crm.kernel.phone import beginnings
from crm.kernel.text import clean
from crm.sql.grams import digits_of, grams, number_grams, plain, wanted

LONGEST = 100  # characters that are searched for
FEWEST_DIGITS = 3  # fewer digits are in nearly every number
Haystack = InstrumentedAttribute[str]
Grams = InstrumentedAttribute[Any]


def searched(names: Sequence[str], numbers: Sequence[str]) -> dict[str, object]:
    """Give the two columns by which a row with these names and numbers is found.

    An extension stands behind its number's digits, as it is typed.
    """
    digits = " ".join(digits_of(number) for number in numbers)
    found = [spelling for name in names for spelling in spellings(name)]
    return {
        "haystack": "\n".join((*found, digits)),
        "grams": sorted(grams(*found) | number_grams(*numbers)),
    }


def of_text(
    haystack: Haystack, pieces: Grams, typed: str, region: str
) -> list[ColumnElement[bool]]:
    """Give the conditions for a part of a name, or of a number if it has no letters."""
    if not typed.strip():
        return []
    text = comparable(clean(typed, LONGEST))
    if not text:
        return [false()]  # nothing but marks: no name has them
    if not any(letter.isalpha() for letter in text) and len(digits_of(text)) >= FEWEST_DIGITS:
        return of_phone(haystack, pieces, typed, region)
    # The pieces have no order, so the words themselves are compared too.
    words = [haystack.contains(word, autoescape=True) for word in text.split()]
    return [pieces.contains(sorted(wanted(text))), *words]


def of_phone(
    haystack: Haystack, pieces: Grams, typed: str, region: str
) -> list[ColumnElement[bool]]:
    """Give the condition for a part of a number; InvalidError if it is too short."""
    text = clean(typed.strip(), LONGEST)
    if not text:
        return []
    digits = digits_of(plain(text))
    if len(digits) < FEWEST_DIGITS:
        raise InvalidError("Type three digits at least.", field="phone")
    # 021 6123 is a part of a number, or begins one of Shanghai's, which are kept as +86 21 6123.
    parts = (digits, *map(digits_of, beginnings(digits, region)))
    return [
        or_(
            *(
                and_(pieces.contains(sorted(number_grams(part))), haystack.contains(part))
                for part in parts
            )
        )
    ]
