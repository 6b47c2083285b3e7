"""The main menu: what there is, and who sees it. A page's right is checked again by its door."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.people.rights import Right
from web.kit.i18n import N_


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; any one of the rights shows it, no right at all shows it to everybody."""

    url: str
    label: str
    icon: str  # a name among Tabler's icons
    rights: frozenset[Right] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the menu under a heading; "" has none."""

    heading: str
    entries: tuple[Entry, ...]


def _entry(url: str, label: str, icon: str, *rights: Right) -> Entry:
    return Entry(url, label, icon, frozenset(rights))


MENU: tuple[Section, ...] = (
    Section(
        "",
        (
            _entry("/desk", N_("Desk"), "headset", Right.DESK),
            _entry("/floor", N_("Live floor"), "layout-dashboard", Right.FLOOR_SEE),
            _entry("/calls", N_("Calls"), "phone", Right.CALLS_SEE),
            _entry("/customers", N_("Customers"), "address-book", Right.CUSTOMERS_SEE),
        ),
    ),
    Section(
        N_("People and rights"),
        (
            _entry("/users", N_("Users"), "users", Right.PEOPLE_MANAGE),
            _entry("/roles", N_("Roles"), "shield-check", Right.ROLES_MANAGE),
            _entry("/groups", N_("Groups"), "sitemap", Right.PEOPLE_MANAGE),
            _entry("/logins", N_("Login log"), "login", Right.LOGINS_SEE),
            _entry("/audit", N_("Audit log"), "list-search", Right.AUDIT_SEE),
        ),
    ),
    Section(
        N_("Settings"),
        (
            _entry("/dictionaries", N_("Dictionaries"), "book", Right.DICTIONARIES_EDIT),
            _entry("/parameters", N_("Parameters"), "settings", Right.PARAMETERS_EDIT),
            _entry("/webhooks", N_("Webhooks"), "webhook", Right.WEBHOOKS_MANAGE),
            _entry("/mail", N_("Mail"), "mail", Right.PARAMETERS_EDIT),
            _entry("/status", N_("Status"), "heartbeat", Right.STATUS_SEE),
        ),
    ),
)


def menu_for(rights: Iterable[Right]) -> tuple[Section, ...]:
    """Give what somebody with these rights sees; sections without an entry are left out."""
    held = set(rights)
    sections = (
        Section(one.heading, tuple(e for e in one.entries if not e.rights or e.rights & held))
        for one in MENU
    )
    return tuple(one for one in sections if one.entries)
