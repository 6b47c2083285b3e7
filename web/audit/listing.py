"""The audit log as a list: newest first, and as a file."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from sqlalchemy.orm import Session

from crm.audit.store import AuditFilter, entries
from crm.kernel.names import sort_key
from crm.people.directory.store import UserFilter, find
from crm.people.rights import Right
from crm.sql.page import Page
from web.audit.view import AuditLine, ChangedField, read_lines
from web.audit.words import action_names, thing_names
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Export, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Cell, Option
from web.kit.listing.usual import text_column, time_column
from web.logins.words import SESSION_KINDS
from web.people.directory import user_option

VIAS: Mapping[str, str] = {**SESSION_KINDS, "phone": N_("Phone")}
MOST_MEANT = 200  # people whose name may contain the typed part


def _fetch(session: Session, query: ListQuery) -> Page[AuditLine]:
    meant = None
    if name := query.text("who"):
        found = find(session, UserFilter(text=name), limit=MOST_MEANT)
        meant = frozenset(int(one.user.id) for one in found.items)
    wanted = AuditFilter(
        user=query.id("user"),
        users=meant,
        action=query.text("action"),
        what=query.text("what"),
        which=query.text("which"),
        since=query.time("from"),
        until=query.time("to"),
    )
    page = entries(
        session, wanted, newest_first=query.descending, limit=query.limit, cursor=query.cursor
    )
    return Page(tuple(read_lines(session, query.reader, page.items)), page.next)


def _user(one: AuditLine, reader: Reader) -> str:
    return one.shape.user.name if one.shape.user else reader.gettext(N_("The system"))


def _markup(changes: Sequence[ChangedField]) -> Markup:
    lines = [
        Markup('<li><span class="text-secondary">{}:</span> {}</li>').format(one.label, _story(one))
        for one in changes
    ]
    return Markup('<ul class="list-unstyled mb-0">{}</ul>').format(Markup("").join(lines))


def _story(one: ChangedField) -> str:
    if not one.before:
        return one.after
    return f"{one.before} → {one.after or '-'}"


def _via(one: AuditLine, reader: Reader) -> str:
    via = one.shape.via
    return reader.gettext(VIAS[via]) if via in VIAS else via


def _words(words: Mapping[str, str], query: ListQuery) -> list[Option]:
    """Offer the words with a name today; the log also has older ones."""
    named = [Option(key, query.reader.gettext(name)) for key, name in words.items()]
    return sorted(named, key=lambda one: sort_key(one.name))


AUDIT: Listing[AuditLine] = Listing(
    name="audit",
    url="/audit",
    title=N_("Audit log"),
    note=N_("All changes and recording playback; append-only."),
    right=Right.AUDIT_SEE,
    fetch=_fetch,
    sort="-at",
    columns=(
        time_column("at", N_("When"), lambda one: one.shape.at, "at", required=True),
        Column(
            "user",
            N_("Performed by"),
            _user,
            value=lambda one, _: one.shape.user.name if one.shape.user else "",
        ),
        text_column("action", N_("Action"), lambda one: one.shape.action_name),
        Column(
            "which",
            N_("Object"),
            lambda one, _: Cell(one.which if one.url else "", one.url, note=one.thing),
            value=lambda one, _: f"{one.thing} {one.which}".strip(),
        ),
        Column(
            "changes",
            N_("Changes"),
            lambda one, _: Cell(html=_markup(one.changes)),
            value=lambda one, _: "; ".join(f"{part.label}: {_story(part)}" for part in one.changes),
        ),
        text_column("address", N_("IP address"), lambda one: one.shape.address, shown=False),
        Column("via", N_("Type"), _via, shown=False),
    ),
    filters=(
        Filter("who", N_("Performed by"), longest=40),
        Filter("user", N_("Performed by"), FilterKind.ID, user_option, only_used=True),
        Filter(
            "action",
            N_("Action"),
            FilterKind.CHOICE,
            lambda _, query: _words(action_names(), query),
        ),
        Filter(
            "what",
            N_("Object type"),
            FilterKind.CHOICE,
            lambda _, query: _words(thing_names(), query),
            longest=50,
        ),
        Filter("which", N_("ID or key"), longest=200, only_used=True),
        Filter("from", N_("From"), FilterKind.SINCE, longest=40),
        Filter("to", N_("To"), FilterKind.UNTIL, longest=40),
    ),
    export=Export(action="audit.exported", thing="audit_log"),
    empty_icon="list-search",
)
