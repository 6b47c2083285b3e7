"""Words of the time groups' pages: weekdays, countries, and the state of a group at a moment."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from crm.hours.calendar import countries
from crm.hours.group import OpenRule, TimeGroup, next_change, why
from crm.kernel.names import sort_key
from crm.people.person import Language
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice
from web.time_groups.shapes import WEEKDAYS, TimeGroupState

RULES: Mapping[str, str] = {
    OpenRule.OWN_DAY: N_("Special day"),
    OpenRule.HOLIDAY: N_("Public holiday"),
    OpenRule.WORKDAY: N_("Working weekend"),
    OpenRule.WEEKLY: N_("Weekly hours"),
}
TONES: Mapping[str, str] = {
    OpenRule.OWN_DAY: "info",
    OpenRule.HOLIDAY: "danger",
    OpenRule.WORKDAY: "paused",
    OpenRule.WEEKLY: "out",
}
_WEEK_DAYS = 7


def holiday_language(reader: Reader) -> str:
    """Give the reader's language as the library of holidays names it."""
    return "zh_CN" if reader.language is Language.CHINESE else "en_US"


def weekday_choices(reader: Reader) -> list[Choice]:
    """Give the weekdays, Monday first, by their short names."""
    names = _locale(reader.language).days["stand-alone"]["abbreviated"]
    return [Choice(key=key, name=names[number]) for number, key in enumerate(WEEKDAYS)]


def country_name(code: str, reader: Reader) -> str:
    """Give the name of a country; the code itself if it has none, "" for no country."""
    return str(_locale(reader.language).territories.get(code, code)) if code else ""


def country_choices(reader: Reader) -> list[Choice]:
    """Give the countries whose holidays are known, by name."""
    return list(_countries(reader.language))


def subdivision_choices(country: str) -> list[Choice]:
    """Give the parts of a country that have holidays of their own."""
    return [Choice(key=one, name=one) for one in countries().get(country, ())]


def state_at(group: TimeGroup, at: datetime) -> TimeGroupState:
    """Say whether a group is open at a moment, why, and until when."""
    reason = why(group, at)
    return TimeGroupState(
        open=reason.open,
        rule=reason.rule,
        day=reason.day,
        name=reason.name,
        until=next_change(group, at),
    )


def state_sentence(state: TimeGroupState, zone: str, at: datetime, reader: Reader) -> str:
    """Say the state as people do: “Open until 18:00”, “Closed until Monday 9:00”."""
    if state.until is None:
        return reader.gettext(N_("Always open") if state.open else N_("Closed"))
    when = _when(state.until, at.astimezone(ZoneInfo(zone)), reader.language)
    if state.open:
        return reader.say(N_("Open until {when}"), when=when)
    return reader.say(N_("Closed until {when}"), when=when)


def reason_name(rule: OpenRule, name: str, reader: Reader) -> str:
    """Name the rule that counts, unless it is the usual week: “Public holiday: National Day”."""
    if rule is OpenRule.WEEKLY:
        return ""
    said = reader.gettext(RULES[rule])
    named = reader.gettext(name)
    if not named or named == said:
        return said
    return f"{said} · {named}"


def _when(until: datetime, now: datetime, language: Language) -> str:
    clock = format_time(until.time(), "short", locale=_locale(language))
    days = (until.date() - now.date()).days
    if days == 0:
        return clock
    pattern = "EEEE" if days < _WEEK_DAYS else "medium"
    return f"{format_date(until.date(), pattern, locale=_locale(language))} {clock}"


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(str(language))


@cache
def _countries(language: Language) -> tuple[Choice, ...]:
    names = _locale(language).territories
    known = [Choice(key=code, name=str(names.get(code, code))) for code in countries()]
    return tuple(sorted(known, key=lambda one: sort_key(one.name)))
