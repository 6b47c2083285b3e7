"""Texts for users: in their language, their time zone and their way of writing numbers."""

import io
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal
from babel import Locale, negotiate_locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from crm.kernel.errors import HotlineError
from crm.kernel.phone import extension_of, for_display, main_number
from crm.kernel.text import N_ as N_  # noqa: PLC0414 - pages take it from here
from crm.people.person import Language
from web.kit.isolation import isolate_value, isolated

LOCALES = Path(__file__).parent.parent / "locale"
COOKIE = "hotline_language"
GUEST = re.compile(r"guest-?0*(\d+)")  # the Try it page's callers: they have no number
# Each language is named in itself, for people who cannot read the current page.
NAMES: Mapping[Language, str] = {Language.CHINESE: "简体中文", Language.ENGLISH: "English"}
_ZONES: Mapping[str, str] = {"CN": "Asia/Shanghai"}  # one zone for the whole country


@cache
def catalogue(language: Language) -> NullTranslations:
    """Read a language's catalogues from their `.po` files, so that no compiled copy is outdated."""
    folder = LOCALES / language / "LC_MESSAGES"
    whole = Catalog(locale=language)
    found = False
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                whole[message.id] = message
                found = True
    if not found:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def choose_language(
    known: Language | None,
    cookie: str | None,
    accepted: str,
    otherwise: Language = Language.ENGLISH,
) -> Language:
    """Choose the user's own language, else the cookie's, else the browser's, else the site's."""
    if known is not None:
        return known
    if cookie in {str(language) for language in Language}:
        return Language(cookie)
    wanted = negotiate_locale(
        _by_weight(accepted), ["en", "zh_CN", "zh"], aliases={"zh": "zh_CN"}, sep="_"
    )
    if wanted is None:
        return otherwise
    return Language.CHINESE if wanted.startswith("zh") else Language.ENGLISH


def _by_weight(accepted: str) -> list[str]:
    """Read `zh-CN,zh;q=0.9,en;q=0.8` into names of locales, the preferred first."""
    weighed: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), name.replace("-", "_")))
        except ValueError:
            continue
    return [name for _, name in sorted(weighed, key=lambda pair: pair[0]) if name]


@cache
def site_zone(region: str, chosen: str = "") -> tzinfo:
    """Give the zone of users who chose none: the site's, else the country's, else the machine's."""
    if chosen:
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(chosen)
    return ZoneInfo(_ZONES[region]) if region in _ZONES else tzlocal.get_localzone()


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader's language, time zone, and the country whose numbers are written short."""

    language: Language
    zone: tzinfo
    region: str

    def gettext(self, sentence: str) -> str:
        """Translate a sentence; an unknown one stays as it is."""
        return catalogue(self.language).gettext(sentence) if sentence else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Translate a sentence that counts something."""
        return catalogue(self.language).ngettext(one, many, count)

    def say(self, sentence: str, **values: object) -> str:
        """Translate a sentence with `{places}` and fill them.

        A reason among the values, `{why}`, is translated too, its places filled from all values.
        """
        why = values.get("why")
        filled = values | {"why": self._fill(why, values)} if isinstance(why, str) else values
        return self._fill(sentence, filled)

    def error(self, error: HotlineError) -> str:
        """Give the sentence of an error."""
        return self.say(error.sentence, **error.values)

    def _fill(self, sentence: str, values: Mapping[str, object]) -> str:
        try:
            filled = {name: isolate_value(value) for name, value in values.items()}
            return self.gettext(sentence).format(**filled)
        except (KeyError, IndexError, ValueError):
            return self.gettext(sentence)

    def local(self, at: datetime) -> datetime:
        """Convert a time to the reader's own zone.

        A time at an end of the calendar, which has no local one, stays in its own zone.
        """
        try:
            return at.astimezone(self.zone)
        except (OverflowError, ValueError):
            return at

    def date(self, at: datetime | None) -> str:
        """Show a day."""
        return _day(self.language, self.local(at).date()) if at else ""

    def time(self, at: datetime | None) -> str:
        """Show a time of day with its seconds."""
        return _clock(self.language, self.local(at).time()) if at else ""

    def moment(self, at: datetime | None) -> str:
        """Show a day and a time with its seconds."""
        if at is None:
            return ""
        local = self.local(at)
        day, clock = _day(self.language, local.date()), _clock(self.language, local.time())
        return _day_and_clock(self.language).format(clock, day)

    def number(self, value: float | None) -> str:
        """Show a number with the language's marks."""
        return format_decimal(value, locale=self._locale) if value is not None else ""

    def percent(self, share: float) -> str:
        """Show a share, 0..1, in hundredths."""
        return format_percent(share, locale=self._locale)

    def joined(self, names: Iterable[str]) -> str:
        """Write names one after another, with the language's own mark between them."""
        between = "、" if self.language is Language.CHINESE else ", "
        return between.join(map(isolated, names))

    def phone(self, number: str | None) -> str:
        """Show a telephone number; "" is one that was withheld."""
        if number is None:
            return ""
        if guest := GUEST.fullmatch(number):
            return self.gettext("Trial caller {number}").format(number=guest[1])
        if not number:
            return self.gettext("Withheld number")
        shown = for_display(main_number(number), self.region)
        if extension := extension_of(number):
            return self.say(N_("{number} ext. {extension}"), number=shown, extension=extension)
        return shown

    def instant(self, text: str) -> datetime | None:
        """Read a local `YYYY-MM-DD[THH:MM]` or an ISO time with its zone into UTC; None if bad."""
        try:
            read = datetime.fromisoformat(text)
            return (read if read.tzinfo else read.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    @property
    def _locale(self) -> Locale:
        return _locale(self.language)


def reader(language: Language, zone: str, site_zone: tzinfo, region: str) -> Reader:
    """Make a reader; an unknown time zone is replaced by the site's."""
    try:
        return Reader(language, ZoneInfo(zone) if zone else site_zone, region)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Reader(language, site_zone, region)


def duration(seconds: float | None) -> str:
    """Show a duration: `1:05`, `1:02:03`."""
    if seconds is None:
        return ""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def named(reader: Reader, names: Mapping[str, str]) -> dict[str, str]:
    """Translate a table of key → sentence."""
    return {key: reader.gettext(name) for key, name in names.items()}


def options(names: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Pairs of key and shown name as a template wants them."""
    return [{"key": key, "name": name} for key, name in names]


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(str(language))


# A list shows the same days, and often the same seconds, again and again, and Babel takes 50 µs for
# each. The cached values depend on the language only.
@lru_cache(maxsize=4_000)
def _day(language: Language, day: date) -> str:
    return format_date(day, "medium", locale=_locale(language))


def _clock(language: Language, at: time) -> str:
    return _whole_second(language, at.replace(microsecond=0, tzinfo=None))


@lru_cache(maxsize=20_000)
def _whole_second(language: Language, at: time) -> str:
    return format_time(at, "medium", locale=_locale(language))


@cache
def _day_and_clock(language: Language) -> str:
    """Give the language's pattern of both: `{1}, {0}`."""
    return str(get_datetime_format("medium", locale=_locale(language))).replace("'", "")
