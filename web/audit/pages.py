"""The audit log: who changed what, and who listened to what."""

from collections.abc import Iterator, Mapping, Sequence

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from crm.audit.store import AuditFilter, entries
from crm.kernel.errors import InvalidError
from crm.people.directory.store import UserFilter, find
from web.audit.api import AuditReader, audit_filter
from web.audit.shapes import AuditQuery
from web.audit.view import Changed, Line, read_lines
from web.audit.words import action_names, thing_names
from web.kit.audit import note
from web.kit.export import AskedForm, export
from web.kit.i18n import N_, Reader
from web.kit.log_table import PIECE, Log, Narrowing, every, show
from web.kit.request import context_of, reader_of
from web.kit.table import Cell, Column, Option, Row, read_list
from web.logins.words import SESSION_KINDS

router = APIRouter(prefix="/audit")
FIELDS = ("who", "action", "what", "which", "from", "to")
MOST_MEANT = 200  # people whom a part of a name may mean
LOG = Log(
    name="audit",
    title=N_("Audit log"),
    icon="list-search",
    columns=(
        Column("at", N_("When"), required=True),
        Column("user", N_("Who")),
        Column("action", N_("What was done")),
        Column("which", N_("To what")),
        Column("changes", N_("Before and after")),
        Column("address", N_("Address"), shown=False),
        Column("via", N_("By"), shown=False),
    ),
    narrowed_by=(
        Narrowing("who", N_("Who")),
        Narrowing("action", N_("What was done"), "select"),
        Narrowing("what", N_("Kind of thing"), "select"),
        Narrowing("from", N_("From"), "date"),
        Narrowing("to", N_("To"), "date"),
    ),
)


@router.get("")
def audit_page(request: Request, who: AuditReader) -> Response:
    """Show what people changed or heard, newest first."""
    context, reader = context_of(request), reader_of(request)
    state = read_list(request, who, LOG.name, LOG.heads(reader))
    with context.database.begin() as session:
        wanted, error = _wanted(session, request, reader)
        page = entries(session, wanted, limit=state.limit, cursor=state.cursor or None)
        lines = read_lines(session, reader, page.items)
    rows = [_row(reader, place, one) for place, one in enumerate(lines)]
    options = {
        "action": _options(reader, action_names()),
        "what": _options(reader, thing_names()),
    }
    table = LOG.table(request, state, rows, page.next, error=error, options=options)
    return show(request, "audit.html", table, error)


@router.get("/export")
def export_entries(request: Request, who: AuditReader, form: AskedForm = "csv") -> Response:
    """Give the log as a file; that it was taken is noted in it."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        wanted, error = _wanted(session, request, reader)
        if error:
            raise error
        lines = _lines(session, reader, wanted)
        title = reader.gettext(LOG.title)
        answer = export(request, LOG.name, title, LOG.heads(reader), lines, form)
        note(session, request, who, "audit.exported", "audit_log", 0, {}, {"format": form})
    return answer


def _wanted(
    session: Session, request: Request, reader: Reader
) -> tuple[AuditFilter, InvalidError | None]:
    asked = {name: request.query_params.get(name, "")[:40] for name in FIELDS}
    meant = None
    if name := asked.pop("who").strip():
        found = find(session, UserFilter(text=name), limit=MOST_MEANT)
        meant = frozenset(int(one.user.id) for one in found.items)
    try:
        return audit_filter(AuditQuery.model_validate(asked), reader, meant), None
    except InvalidError as error:
        return AuditFilter(), error


def _options(reader: Reader, words: Mapping[str, str]) -> list[Option]:
    named = [Option(key, reader.gettext(name)) for key, name in words.items()]
    return sorted(named, key=lambda one: one.name)


def _row(reader: Reader, place: int, line: Line) -> Row:
    shape = line.shape
    cells = {
        "at": Cell(reader.moment(shape.at)),
        "user": Cell(shape.user.name if shape.user else reader.gettext(N_("The system"))),
        "action": Cell(shape.action_name),
        "which": Cell(line.which if line.url else "", line.url, note=line.thing),
        "changes": Cell(html=_markup(line.changes)),
        "address": Cell(shape.address),
        "via": Cell(_via(reader, shape.via)),
    }
    return Row(place, cells)


def _markup(changes: Sequence[Changed]) -> Markup:
    lines = [
        Markup('<li><span class="text-secondary">{}:</span> {}</li>').format(one.label, _story(one))
        for one in changes
    ]
    return Markup('<ul class="list-unstyled mb-0">{}</ul>').format(Markup("").join(lines))


def _story(one: Changed) -> str:
    if not one.before:
        return one.after
    return f"{one.before} → {one.after or '-'}"


def _via(reader: Reader, via: str) -> str:
    return reader.gettext(SESSION_KINDS[via]) if via in SESSION_KINDS else via


def _lines(session: Session, reader: Reader, wanted: AuditFilter) -> Iterator[list[object]]:
    for line in every(
        lambda cursor: entries(session, wanted, limit=PIECE, cursor=cursor),
        lambda found: read_lines(session, reader, found),
    ):
        shape = line.shape
        yield [
            shape.at,
            shape.user.name if shape.user else "",
            shape.action_name,
            f"{line.thing} {line.which}".strip(),
            "; ".join(f"{one.label}: {_story(one)}" for one in line.changes),
            shape.address,
            _via(reader, shape.via),
        ]
