"""The public holidays of countries, and the weekends on which people work instead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays

from crm.kernel.text import N_

WORKING_WEEKEND = N_("Working weekend")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The holidays of some years with their names, and the weekends that are working days."""

    holidays: Mapping[date, str]
    workdays: Mapping[date, str]


NO_HOLIDAYS = Calendar(MappingProxyType({}), MappingProxyType({}))


@lru_cache(maxsize=1)
def countries() -> Mapping[str, tuple[str, ...]]:
    """Give the known countries with their subdivisions, many with holidays of their own."""
    known = holidays.list_supported_countries(include_aliases=False)
    return MappingProxyType({code: tuple(parts) for code, parts in sorted(known.items())})


def is_known(country: str, subdivision: str = "") -> bool:
    """Whether the holidays of a country, or of a part of it, are known."""
    return country in countries() and (not subdivision or subdivision in countries()[country])


def calendar(country: str, subdivision: str, years: Iterable[int], language: str) -> Calendar:
    """Compute the holidays of a country, named in a language if the library can.

    None without a country, or for one that the library no longer knows.
    """
    if not country:
        return NO_HOLIDAYS
    return _computed(country, subdivision, tuple(years), language)


@lru_cache(maxsize=64)
def _computed(country: str, subdivision: str, years: tuple[int, ...], language: str) -> Calendar:
    try:
        found = holidays.country_holidays(
            country, subdiv=subdivision or None, years=years, language=language
        )
    except NotImplementedError:
        return NO_HOLIDAYS
    named = {day: name for day, name in sorted(found.items()) if day.year in years}
    working = {day: WORKING_WEEKEND for day in sorted(found.weekend_workdays) if day not in named}
    return Calendar(MappingProxyType(named), MappingProxyType(working))
