"""Time zones by continent, named in the reader's language."""

import zoneinfo
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from crm.people.person import Language
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice

AREAS: Mapping[str, str] = {
    "Asia": N_("Asia"),
    "Africa": N_("Africa"),
    "America": N_("America"),
    "Antarctica": N_("Antarctica"),
    "Atlantic": N_("Atlantic"),
    "Australia": N_("Australia"),
    "Europe": N_("Europe"),
    "Indian": N_("Indian Ocean"),
    "Pacific": N_("Pacific"),
}


@cache
def zones() -> frozenset[str]:
    """Give the names of all zones that a user may choose."""
    known = zoneinfo.available_timezones()
    return frozenset(name for name in known if name.partition("/")[0] in AREAS) | {"UTC"}


def grouped_zones(reader: Reader, at: datetime, chosen: str = "") -> list[tuple[str, list[Choice]]]:
    """Give continents and their zones, each with its offset from UTC at a time.

    Zones with another zone's clock since 1970 are left out, unless one is `chosen` already.
    """
    groups: list[tuple[str, list[Choice]]] = [("UTC", [Choice(key="UTC", name="UTC")])]
    for area, name in AREAS.items():
        inside = [
            Choice(key=key, name=f"{town} · {key} ({_distance(key, at)})")
            for key, town in _towns(reader.language).items()
            if key.startswith(area + "/") and (key in _distinct() or key == chosen)
        ]
        groups.append((reader.gettext(name), inside))
    return groups


@cache
def _distinct() -> frozenset[str]:
    """Give the zones whose clocks differ since 1970; all where the system has no list of them."""
    for folder in zoneinfo.TZPATH:
        with suppress(OSError):
            lines = (Path(folder) / "zone1970.tab").read_text(encoding="utf-8").splitlines()
            return frozenset(line.split("\t")[2] for line in lines if line[:1] not in {"", "#"})
    return zones()


@cache
def _towns(language: Language) -> dict[str, str]:
    def town(key: str) -> str:
        return get_timezone_location(key, locale=str(language), return_city=True)

    return {key: town(key) for key in sorted(zones()) if "/" in key}


def _distance(key: str, at: datetime) -> str:
    return "UTC" + at.astimezone(_zone(key)).isoformat()[-6:]


@cache
def _zone(key: str) -> ZoneInfo:
    """Cache a zone: the library itself caches only eight of them."""
    return ZoneInfo(key)
