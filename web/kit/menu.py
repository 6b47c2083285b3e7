"""The main menu: the entries of all features, and which of them a user sees.

The menu only hides what a user may not open; each page checks the right again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import URL
from starlette.requests import Request

from crm.people.rights import Right


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the menu, shown to users who hold one of `rights`.

    Without `rights` it is shown to every user. `shown` decides instead where it is given, also for
    a visitor without a session.
    """

    url: str  # with a query, if it opens a part of another entry's page
    label: str  # to be translated
    icon: str  # a name among Tabler's icons
    rights: frozenset[Right] = frozenset()
    section: str = ""  # the heading above it, to be translated; "" for none
    shown: Callable[[Request], bool] | None = None


@dataclass(frozen=True, slots=True)
class MenuSection:
    """Entries that follow each other under one heading; "" for none."""

    heading: str
    entries: tuple[MenuEntry, ...]


def menu_for(
    entries: Iterable[MenuEntry], request: Request, rights: Iterable[Right] | None
) -> list[MenuSection]:
    """Give the sections that a user sees; `rights` is None for a visitor without a session."""
    held = None if rights is None else set(rights)
    sections: list[MenuSection] = []
    for entry in entries:
        if not _is_shown(entry, request, held):
            continue
        if sections and sections[-1].heading == entry.section:
            last = sections.pop()
            sections.append(MenuSection(last.heading, (*last.entries, entry)))
        else:
            sections.append(MenuSection(entry.section, (entry,)))
    return sections


def is_current(entry: MenuEntry, url: URL) -> bool:
    """Whether an entry leads to the page at an address, or to one below it."""
    path, _, query = entry.url.partition("?")
    if query:
        asked = parse_qsl(url.query)
        return url.path == path and all(one in asked for one in parse_qsl(query))
    return url.path == path or url.path.startswith(path + "/")


def _is_shown(entry: MenuEntry, request: Request, held: set[Right] | None) -> bool:
    if entry.shown is not None:
        return entry.shown(request)
    return held is not None and (not entry.rights or bool(entry.rights & held))
