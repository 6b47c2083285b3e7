"""Numbers and segments (号段) as people type them into a list."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber

from crm.kernel.errors import InvalidError
from crm.kernel.phone import beginnings, e164, is_internal, main_number
from crm.kernel.typed_phone import MOST_DIGITS, NO_NUMBER, is_whole, typed_numbers
from crm.number_lists.lists import Pattern

FEWEST_SEARCHED = 2  # digits
WITHHELD = Pattern("withheld", ("",))
"""Callers who hide their number: what counts for them is found by the empty number."""

_WITHHELD_TYPED = frozenset({"withheld", "withheld number", "anonymous", "匿名", "号码未显示"})
MOST_PATTERNS = 1000  # of one field
_BETWEEN = re.compile(r"[、,;|\n\r]+")
_RANGE = re.compile(r"([^-]+)-([^-]+)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−~〜～至到", "-"))  # noqa: RUF001 - what keyboards type
_SHORT_LENGTHS = (5, 6)  # digits of the short codes that a prefix is tried as: 95188, 123456


def typed_patterns(
    text: str, region: str, field: str = "", *, segment: bool = False
) -> tuple[Pattern, ...]:
    """Read all numbers and segments of a field; InvalidError names the field of what is none.

    `withheld` stands for callers who hide their number, `138*` is a prefix,
    `13800000000-13800009999` a range. With `segment` a number without `*` is a prefix too.
    """
    plain = unicodedata.normalize("NFKC", text)
    found: list[Pattern] = []
    for part in _BETWEEN.split(plain):
        if part.strip():
            found += _read(part.strip(), region, field, segment=segment)
        if len(found) > MOST_PATTERNS:
            raise InvalidError("Too many: at most {longest}.", field, longest=MOST_PATTERNS)
    return tuple(dict.fromkeys(found))


def is_withheld(text: str) -> bool:
    """Whether a text stands for callers who hide their number."""
    return unicodedata.normalize("NFKC", text).strip().lower() in _WITHHELD_TYPED


def exact(number: str) -> Pattern:
    """Make the pattern of one number, E.164 or a short code."""
    return Pattern(number, (number,))


def prefixes_between(low: str, high: str) -> tuple[str, ...]:
    """Give the fewest prefixes that cover the numbers of one length from `low` to `high`.

    Both are digits of the same length; none if `low` is greater.
    """
    found: list[str] = []
    first, last, width = int(low), int(high) + 1, len(low)
    while first < last:
        size = 1
        while first % (size * 10) == 0 and first + size * 10 <= last:
            size *= 10
        digits = f"{first:0{width}}"
        found.append(digits[: width - len(str(size)) + 1])
        first += size
    return tuple(found)


def searched(typed: str, region: str) -> tuple[str, tuple[str, ...]]:
    """Read what is typed into a search: the number it may be, and how patterns may begin with it.

    1380013 finds +86 138 0013 …, and so does 0086 138 0013. Nothing for fewer than two digits.
    """
    plain = unicodedata.normalize("NFKC", typed)
    digits = "".join(one for one in plain if one.isascii() and (one.isdecimal() or one == "+"))
    if len(digits.strip("+")) < FEWEST_SEARCHED:
        return "", ()
    number = main_number(e164(digits, region))
    code = phonenumbers.country_code_for_region(region)
    home = f"+{code}{digits}" if digits[0] not in "+0" and code else ""
    starts = dict.fromkeys((digits, number, home, *beginnings(digits, region)))
    return number, tuple(one for one in starts if one.strip("+"))


def _read(part: str, region: str, field: str, *, segment: bool) -> list[Pattern]:
    if is_withheld(part):
        return [WITHHELD]
    if part.endswith("*"):
        return [_prefix(part.rstrip("* "), region, field)]
    if range_ := _range(part, region, field):
        return [range_]
    if segment:
        return [_prefix(part, region, field)]
    return [exact(main_number(one)) for one in typed_numbers(part, region, field)]


def _range(part: str, region: str, field: str) -> Pattern | None:
    ends = _RANGE.fullmatch(part.translate(_DASHES))
    if ends is None or not all(_is_end(one, region) for one in ends.groups()):
        return None
    low, high = (e164(one, region) for one in ends.groups())
    if len(low) != len(high) or low.startswith("+") is not high.startswith("+") or low > high:
        raise InvalidError(
            "“{range}” is not a range: the first number must be the smaller one of two numbers of"
            " equal length.",
            field,
            range=part[:60],
        )
    sign = "+" if low.startswith("+") else ""
    keys = tuple(sign + one for one in prefixes_between(low[len(sign) :], high[len(sign) :]))
    return Pattern(f"{low}-{high}", keys, is_segment=True, length=len(low))


def _is_end(text: str, region: str) -> bool:
    """Whether a text is a whole number; 010-65529988 is a number, not a range."""
    number = e164(text, region)
    return is_whole(text, region) or (is_internal(number) and len(number) >= min(_SHORT_LENGTHS))


def _prefix(text: str, region: str, field: str) -> Pattern:
    digits = re.sub(r"[\s().-]", "", text)
    bare = digits.removeprefix("+")
    if not (bare.isascii() and bare.isdecimal()) or len(bare) > MOST_DIGITS or not bare.strip("0"):
        raise InvalidError(NO_NUMBER, field, number=text[:40])
    if digits.startswith("+"):
        return _segment(digits)
    if abroad := beginnings(digits, region):
        return _segment(abroad[0])
    code = phonenumbers.country_code_for_region(region)
    if _begins_short_code(bare, region):
        # 10* is for 10086, not for the landlines of Beijing, which are dialled with a 0.
        return _segment(bare)
    return _segment(f"+{code}{bare}" if code else bare)


def _segment(prefix: str) -> Pattern:
    return Pattern(f"{prefix}*", (prefix,), is_segment=True)


def _begins_short_code(digits: str, region: str) -> bool:
    """Whether short codes of a region begin with some digits, as 95188 does with 95."""
    if PhoneMetadata.metadata_for_region(region, None) is None:
        return False
    code = phonenumbers.country_code_for_region(region)
    return any(
        phonenumbers.is_valid_short_number_for_region(
            PhoneNumber(country_code=code, national_number=int(digits.ljust(length, fill))), region
        )
        for length in _SHORT_LENGTHS
        for fill in "0158"
        if len(digits) < length
    )
