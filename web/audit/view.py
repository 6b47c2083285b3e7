"""Entries of the audit log for people: names in place of ids, words in place of keys."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import structlog
from sqlalchemy.orm import Session

from acd.store import queue_names
from crm.audit.entry import AuditEntry
from crm.customers.store import customer_names
from crm.hours.store import time_groups
from crm.people.groups.store import groups
from crm.people.person import Language
from crm.people.roles.store import roles
from crm.people.store import names
from cti.outbound.store import rules
from cti.routes.store import routes
from cti.trunks.store import trunks
from web.audit.shapes import EntryShape
from web.audit.words import action_names, field_names, thing_names, thing_pages
from web.destinations.actions import name_of
from web.destinations.targets import targets_of
from web.groups.words import GROUP_KINDS
from web.kit.i18n import N_, NAMES, Reader
from web.kit.shapes import Named
from web.listings import listings
from web.outbound.words import CHOICES, CLASSES
from web.people.words import OUTBOUND
from web.roles.words import EXTENTS, right_names

log = structlog.get_logger()

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")
# The fields whose values are moments. Elsewhere a text that looks like one was typed by a user.
_MOMENT_FIELDS = frozenset({"expires_at", "from", "to", "until", "outbound_until"})
_IDS_OF: Mapping[str, str] = {
    "role": "roles",
    "groups": "user_groups",
    "parent": "user_groups",
    "members": "users",
    "people": "users",
    "user": "users",
    "list": "lists",
    "agents": "users",
    "roles": "roles",
    "time_group": "time_groups",
    "destination": "destinations",
    "closed": "destinations",
}
_DESTINATIONS = ("destination", "closed")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "outbound": OUTBOUND,
    "kind": GROUP_KINDS,
    "extent": EXTENTS,
    "classes": CLASSES,
    "choice": CHOICES,
}


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A changed field of a thing: its name, and its value before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry of the log, ready to be shown."""

    shape: EntryShape
    thing: str
    which: str
    url: str
    changes: Sequence[ChangedField]


def read_lines(session: Session, reader: Reader, entries: Sequence[AuditEntry]) -> list[AuditLine]:
    """Read entries with all names in them."""
    known = _known(session, reader, entries)
    return [_line(reader, one, known) for one in entries]


def _line(reader: Reader, entry: AuditEntry, known: Mapping[str, Mapping[str, str]]) -> AuditLine:
    user = entry.user
    shape = EntryShape(
        at=entry.at,
        user=Named(id=user, name=known["users"].get(str(user), "")) if user else None,
        action=entry.action,
        action_name=reader.gettext(action_names().get(entry.action, entry.action)),
        what=entry.what,
        which=entry.which,
        address=entry.address,
        via=entry.via,
        before=dict(entry.before),
        after=dict(entry.after),
    )
    changes = [
        ChangedField(
            label=reader.gettext(field_names().get(name, name)),
            before=_read_or_raw(reader, name, entry.before.get(name), known),
            after=_read_or_raw(reader, name, entry.after.get(name), known),
        )
        for name in dict.fromkeys([*entry.before, *entry.after])
    ]
    base = thing_pages().get(entry.what, "")
    exists = entry.which not in {"", "0"} and not entry.action.endswith((".exported", ".removed"))
    return AuditLine(
        shape=shape,
        thing=reader.gettext(thing_names().get(entry.what, entry.what)),
        which=known.get(entry.what, {}).get(entry.which, "" if entry.which == "0" else entry.which),
        url=base + quote(entry.which, safe="") if base and exists else "",
        # An empty field of a new record is not a change.
        changes=[one for one in changes if one.before or one.after],
    )


def _known(
    session: Session, reader: Reader, entries: Sequence[AuditEntry]
) -> dict[str, Mapping[str, str]]:
    people: set[int] = {one.user for one in entries if one.user is not None}
    people |= _ids(one.which for one in entries if one.what == "users")
    for one in entries:
        for state in (one.before, one.after):
            for name, table in _IDS_OF.items():
                if table == "users" and name in state:
                    people |= _ids(_several(state[name]))
    customers = _ids(one.which for one in entries if one.what == "customers")
    chinese = reader.language is Language.CHINESE
    targets = targets_of(session) if any(_destinations(one) for one in entries) else {}
    queues = queue_names(session).items()
    return {
        "users": _by_text(names(session, people)),
        "customers": _by_text(customer_names(session, sorted(customers))),
        "roles": {str(one.id): one.name(reader.language) for one in roles(session)},
        "user_groups": {str(one.id): one.name for one in groups(session)},
        "lists": {one.name: reader.gettext(one.title) for one in listings()},
        "queues": {str(key): named.zh if chinese else named.en for key, named in queues},
        "time_groups": {str(one.id): one.name for one in time_groups(session)},
        "trunks": {str(one.id): one.name for one in trunks(session)},
        "routes": {str(one.rule.id): one.rule.name for one in routes(session)},
        "outbound_rules": {str(one.rule.id): one.rule.name for one in rules(session)},
        "destinations": {
            text: name_of(text, targets, reader) for one in entries for text in _destinations(one)
        },
    }


def _destinations(entry: AuditEntry) -> set[str]:
    """Give the destinations, `queue:support`, in an entry."""
    found = (state.get(name) for state in (entry.before, entry.after) for name in _DESTINATIONS)
    return {one for one in found if isinstance(one, str) and one}


def _by_text(named: Mapping[int, str]) -> dict[str, str]:
    return {str(id_): name for id_, name in named.items()}


def _ids(found: Iterable[object]) -> set[int]:
    texts = (str(one) for one in found)
    return {int(t) for t in texts if t.isascii() and t.isdecimal() and len(t) < 19}  # noqa: PLR2004


def _several(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _read_or_raw(
    reader: Reader, name: str, value: Any, known: Mapping[str, Mapping[str, str]]
) -> str:
    """Give a value in the reader's words; give one that cannot be read as it is stored.

    Users choose many of the values. None of them may keep others from reading the log.
    """
    try:
        return _read(reader, name, value, known)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        log.warning(
            "a value of the audit log cannot be read", field=name, error=type(error).__name__
        )
        return json.dumps(value, ensure_ascii=False, default=str)


def _read(reader: Reader, name: str, value: Any, known: Mapping[str, Mapping[str, str]]) -> str:
    """Give a value in the reader's words; "" for nothing."""
    match value:
        case None | "":
            return ""
        case bool():
            return reader.gettext(N_("Yes") if value else N_("No"))
        case Mapping():
            return _read_mapping(reader, name, value)
        case list():
            return reader.joined(_read(reader, name, one, known) for one in value)
        case _:
            return _read_word(reader, name, str(value), known)


def _read_word(reader: Reader, name: str, text: str, known: Mapping[str, Mapping[str, str]]) -> str:
    table = _IDS_OF.get(name, name)
    if table in known:
        return known[table].get(text, text)
    words = right_names() if name == "rights" else _WORDS.get(name, {})
    if text in words:
        return reader.gettext(words[text])
    if name == "language" and text in {str(one) for one in NAMES}:
        return NAMES[Language(text)]
    if name == "format":
        return text.upper()
    is_moment = name in _MOMENT_FIELDS and _MOMENT.fullmatch(text)
    at = reader.instant(text) if is_moment else None
    return reader.moment(at) if at else text


def _read_mapping(reader: Reader, name: str, value: Mapping[str, Any]) -> str:
    if name != "rights":
        return json.dumps(value, ensure_ascii=False, default=str)
    granted = []
    for right, extent in sorted(value.items()):
        word = reader.gettext(right_names().get(right, right))
        far = reader.gettext(EXTENTS.get(extent, extent))
        granted.append(word if extent == "all" else f"{word} ({far})")
    return "; ".join(granted)
