"""Patterns of routes as people type them: `021*`, `138 0013 8000`, `1380013800?`."""

import re
import unicodedata

from crm.kernel.errors import InvalidError
from crm.kernel.phone import e164
from crm.number_lists.typed import typed_patterns
from cti.routes.rule import ANY, BAD_PATTERN, read_pattern

_BETWEEN_DIGITS = re.compile(r"[\s().-]")


def typed_pattern(text: str, region: str, field: str) -> str:
    """Read a pattern into its stored form, which begins as E.164 numbers do.

    InvalidError names the field if it is none, or more than one.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in {"", "*"}:
        return ANY
    if "*" in plain.rstrip("*"):
        raise InvalidError(BAD_PATTERN, field)
    if "?" in plain:
        return read_pattern(_with_places(_BETWEEN_DIGITS.sub("", plain), region), field)
    found, *more = typed_patterns(plain, region, field) or [None]
    if found is None or more or found.length:
        raise InvalidError(BAD_PATTERN, field)
    return read_pattern(found.text, field)


def _with_places(pattern: str, region: str) -> str:
    """Put the country's code before a national number in which some digits are `?`."""
    if pattern.startswith("+"):
        return pattern
    typed = pattern.removesuffix("*")
    digits = typed.replace("?", "0")
    whole = e164(digits, region)
    tail = digits if whole.endswith(digits) else digits.removeprefix("0")
    if not (tail and whole.startswith("+") and whole.endswith(tail)):
        return pattern
    end = pattern[len(typed) - len(tail) :]
    return whole[: len(whole) - len(tail)] + end
