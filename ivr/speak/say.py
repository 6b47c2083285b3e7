"""A text as it is spoken: a number, digits, a date and so on, read from what stands in a flow."""

import re
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from ivr.speak.languages import speech_in
from ivr.speak.speech import Currency, Words

_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
_DIGITS = re.compile(r"[0-9*#+() -]{1,64}")
_DATE = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:?[0-9]{2}")


class SayAs(StrEnum):
    """How a text is spoken; the values stand in flows."""

    NUMBER = "number"
    DIGITS = "digits"
    TELEPHONE = "telephone"
    DATE = "date"  # YYYY-MM-DD or YYYYMMDD
    TIME = "time"  # HH:MM or HHMM
    MONEY = "money"


def words_of(text: str, as_: SayAs, language: str, currency: Currency = Currency.CNY) -> Words:
    """Speak a text; ValueError if it is not of the given kind."""
    text, speech = text.strip(), speech_in(language)
    match as_:
        case SayAs.NUMBER:
            return speech.number(_number(text))
        case SayAs.MONEY:
            return speech.money(_number(text), currency)
        case SayAs.DIGITS:
            return _some(speech.digits(_fitting(_DIGITS, text)))
        case SayAs.TELEPHONE:
            return _some(speech.telephone(_fitting(_DIGITS, text)))
        case SayAs.DATE:
            return speech.day(date.fromisoformat(_fitting(_DATE, text)))
        case SayAs.TIME:
            return speech.moment(time.fromisoformat(_fitting(_TIME, text)))


def _number(text: str) -> Decimal:
    return Decimal(_fitting(_NUMBER, text))


def _fitting(pattern: re.Pattern[str], text: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _some(words: Words) -> Words:
    if not words:
        raise ValueError(words)
    return words
