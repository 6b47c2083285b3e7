"""A typed text as a voice is to speak it: figures become the words that callers expect.

Voices read dates, times, amounts and telephone numbers in their own ways, most of them wrong. What
looks like one of these is spelt out by the grammar of `ivr.speak`; all else is left as it stands.
"""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal

from ivr.speak.languages import speech_in
from ivr.speak.speech import LARGEST, Currency, Speech, Words

_AMOUNT = r"(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,12}(?:\.\d{1,2})?)"
_CURRENCIES: Mapping[str, Currency] = {
    "$": Currency.USD,
    "USD": Currency.USD,
    "€": Currency.EUR,
    "EUR": Currency.EUR,
    "£": Currency.GBP,
    "GBP": Currency.GBP,
    "¥": Currency.CNY,
    "￥": Currency.CNY,
    "CNY": Currency.CNY,
    "RMB": Currency.CNY,
}
_FREE, _END = r"(?<![A-Za-z\d.:/-])", r"(?![A-Za-z\d]|\.\d)"
_FIGURES = re.compile(
    rf"{_FREE}(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){_END}"
    rf"|(?<!\d)(?P<zyear>\d{{4}})年(?P<zmonth>\d{{1,2}})月(?P<zday>\d{{1,2}})[日号]"
    rf"|(?<!\d)(?P<only_year>\d{{4}})(?=年)"
    rf"|{_FREE}(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::\d{{2}})?(?!\d)"
    rf"|(?P<currency>[$€£¥￥]|\b(?:USD|EUR|GBP|CNY|RMB)) ?{_AMOUNT}{_END}"
    rf"|{_FREE}(?P<telephone>\+?\d[\d -]{{5,18}}\d){_END}"
    rf"|{_FREE}(?P<share>\d{{1,3}}(?:\.\d{{1,2}})?) ?[%％]"
    rf"|{_FREE}(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,6}})?|\d{{1,12}}(?:\.\d{{1,6}})?){_END}"
)
_FEWEST_DIGITS = 7  # of a telephone number without a leading zero
_COUNTED = re.compile(r"[个位次名条天周年月台件份家人项分小点]")
"""What is counted with 两 in Chinese, not with 二."""

_PERIOD = re.compile(r"(?:凌晨|早上|上午|中午|下午|晚上) ?$")
_PERIODS = frozenset(f"time-{one}" for one in ("night", "morning", "noon", "afternoon", "evening"))
_CAPITAL = ("month-", "weekday-", "time-")

SpokenWords = Mapping[str, Mapping[str, str]]
"""Language, name of a word that `ivr.speak` uses, how it is written."""


def spoken_text(text: str, language: str, words: SpokenWords) -> str:
    """Write a text with its figures in words; what cannot be spoken stays as it is."""
    chinese, speech = language.startswith("zh"), speech_in(language)
    written = words.get(language, {})

    def spell(found: re.Match[str]) -> str:
        try:
            said = _percent if found["share"] else _spell
            names = said(found, speech, chinese=chinese)
        except ValueError:
            return found[0]
        before = text[: found.start()]
        if _PERIOD.search(before):
            names = tuple(one for one in names if one not in _PERIODS)
        spelt = _written(names, written, chinese=chinese)
        if found["share"] and not chinese:
            spelt = f"{spelt} percent"
        if found["share"] and chinese:
            spelt = f"百分之{spelt}"
        counted = _COUNTED.match(text[found.end() :]) and not before.endswith("第")
        if chinese and spelt == "二" and counted:
            return "两"
        return spelt

    return _FIGURES.sub(spell, text)


def _percent(found: re.Match[str], speech: Speech, *, chinese: bool) -> Words:
    del chinese
    return speech.number(Decimal(found["share"]))


def _spell(found: re.Match[str], speech: Speech, *, chinese: bool) -> Words:  # noqa: PLR0911
    if found["year"] or found["zyear"]:
        parts = [found[name] or found[f"z{name}"] for name in ("year", "month", "day")]
        spoken = speech.day(date(*map(int, parts)))
        return tuple(one for one in spoken if not one.startswith("weekday-"))
    if found["only_year"]:
        return speech.digits(found["only_year"])
    if found["hour"]:
        return speech.moment(time(int(found["hour"]), int(found["minute"])))
    if found["currency"]:
        return speech.money(_decimal(found["amount"]), _CURRENCIES[found["currency"]])
    typed = found["telephone"] or found["number"]
    digits = re.sub(r"\D", "", typed)
    plain = typed.isdigit()
    if found["telephone"] and len(digits) >= _FEWEST_DIGITS:
        return speech.telephone(typed)
    if plain and len(digits) > 1 and digits.startswith("0"):
        return speech.telephone(digits) if chinese else speech.digits(digits)
    if found["telephone"] and not plain:
        return speech.telephone(typed)
    value = _decimal(typed)
    if value > LARGEST:
        return speech.digits(digits)
    return speech.number(value)


def _decimal(typed: str) -> Decimal:
    return Decimal(typed.replace(",", ""))


def _written(names: Words, written: Mapping[str, str], *, chinese: bool) -> str:
    spelt: list[str] = []
    for name in names:
        if name not in written:
            raise ValueError(name)
        word = written[name].rstrip("。，.,")
        spelt.append(word if chinese or name.startswith(_CAPITAL) else word.lower())
    return ("" if chinese else " ").join(spelt)
