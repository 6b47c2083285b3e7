"""Digits that a caller types: how many, when they are complete, and what they must look like.

Pure: it takes what was typed so far and a key, or that the time is over, and says how far it is.
The calling code plays the prompts and waits `wait_seconds` for each next key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import cycle

DIGITS = "0123456789"
KEYS = f"{DIGITS}*#"
MOST_DIGITS = 32
LONGEST_WAIT_SECONDS = 60


class DigitProgress(StrEnum):
    """How far the typing is."""

    MORE = "more"  # wait for the next key
    DONE = "done"
    NOTHING = "nothing"  # no digit was typed in time
    SHORT = "short"  # fewer digits than needed
    WRONG = "wrong"  # enough digits, but they do not pass the check


class DigitCheck(StrEnum):
    """What digits must look like; the values stand in flows."""

    ANY = "any"
    MOBILE = "mobile"  # a mobile number of mainland China
    DATE = "date"  # YYYYMMDD
    TIME = "time"  # HHMM, 0000 to 2359
    LUHN = "luhn"  # a number with a check digit, as on bank cards


@dataclass(frozen=True, slots=True)
class DigitRules:
    """Which digits are taken."""

    least: int = 1
    most: int = MOST_DIGITS  # complete with so many, without a terminator
    terminator: str = "#"  # completes the digits, not one of them itself; "": there is none
    clear: str = "*"  # forgets what was typed; "": no key does
    first_seconds: float = 6.0
    next_seconds: float = 4.0
    check: DigitCheck = DigitCheck.ANY

    def wait_seconds(self, typed: str) -> float:
        """How long the next key is waited for."""
        return self.next_seconds if typed else self.first_seconds


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed so far, and how far that is."""

    digits: str = ""
    progress: DigitProgress = DigitProgress.MORE


def press(rules: DigitRules, typed: str, key: str) -> Typed:
    """Take a key; one that is neither a digit nor has a meaning changes nothing."""
    if key == rules.terminator:
        return _complete(rules, typed)
    if key == rules.clear:
        return Typed()
    if key not in DIGITS:
        return Typed(typed)
    typed = typed + key
    return _complete(rules, typed) if len(typed) >= rules.most else Typed(typed)


def time_over(rules: DigitRules, typed: str) -> Typed:
    """No further key came in time: what was typed is all."""
    return _complete(rules, typed)


def _complete(rules: DigitRules, typed: str) -> Typed:
    if not typed and rules.least:
        return Typed(typed, DigitProgress.NOTHING)
    if len(typed) < rules.least:
        return Typed(typed, DigitProgress.SHORT)
    return Typed(typed, DigitProgress.DONE if passes(rules.check, typed) else DigitProgress.WRONG)


def passes(check: DigitCheck, digits: str) -> bool:
    """Whether digits look as they must."""
    return CHECKS[check](digits)


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789"  # noqa: PLR2004


def _is_date(digits: str) -> bool:
    if len(digits) != 8:  # noqa: PLR2004
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _is_time(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] < "24" and digits[2:] < "60"  # noqa: PLR2004


def _is_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * times for digit, times in zip(digits[::-1], cycle((1, 2))))
    return len(digits) > 1 and sum(sum(divmod(one, 10)) for one in doubled) % 10 == 0


CHECKS: Mapping[DigitCheck, Callable[[str], bool]] = {
    DigitCheck.ANY: lambda _: True,
    DigitCheck.MOBILE: _is_mobile,
    DigitCheck.DATE: _is_date,
    DigitCheck.TIME: _is_time,
    DigitCheck.LUHN: _is_luhn,
}
