"""The list of imports."""

from sqlalchemy.orm import Session

from crm.imports import store
from crm.sql.page import Page
from web.imports.shapes import ImportShape
from web.imports.targets import open_targets, targets
from web.imports.views import show_imports
from web.imports.words import IMPORT_STATES, IMPORT_TONES
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Cell, Option
from web.kit.listing.usual import number_column, text_column, time_column


def _targets(query: ListQuery) -> list[str]:
    """Give the targets whose imports are asked for, as far as the user may import into them."""
    chosen = query.text("target")
    return [one.key for one in open_targets(query.who) if chosen in {"", one.key}]


def _fetch(session: Session, query: ListQuery) -> Page[ImportShape]:
    page = store.imports(
        session,
        _targets(query),
        state=query.text("state"),
        newest_first=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(show_imports(session, query.reader, page.items)), page.next)


def _options(_session: Session, query: ListQuery) -> list[Option]:
    return [Option(one.key, query.reader.gettext(one.title)) for one in open_targets(query.who)]


def _state(one: ImportShape, _reader: Reader) -> Cell:
    return Cell(one.state_name, badge=IMPORT_TONES.get(one.state, "out"), note=one.why)


IMPORTS: Listing[ImportShape] = Listing(
    name="imports",
    url="/imports",
    title=N_("Imports"),
    right=None,
    rights=tuple(dict.fromkeys(one.right for one in targets().values())),
    fetch=_fetch,
    count=lambda session, query: store.count_imports(session, _targets(query), query.text("state")),
    counted_most=store.COUNTED,
    sort="-at",
    columns=(
        Column(
            "file",
            N_("File"),
            lambda one, _: Cell(one.file_name, title=one.file_name),
            required=True,
        ),
        text_column("target", N_("Import into"), lambda one: one.target_name),
        Column("state", N_("State"), _state),
        number_column("rows", N_("Rows"), lambda one: one.rows),
        number_column("added", N_("New rows"), lambda one: one.added),
        number_column("changed", N_("Changed"), lambda one: one.changed),
        number_column("skipped", N_("Skipped"), lambda one: one.skipped),
        number_column("bad", N_("Rejected"), lambda one: one.bad),
        text_column("by", N_("User"), lambda one: one.created_by.name),
        time_column("at", N_("Uploaded"), lambda one: one.created_at, "at"),
    ),
    filters=(
        Filter("target", N_("Import into"), FilterKind.CHOICE, _options, fewest=2),
        Filter("state", N_("State"), FilterKind.CHOICE, IMPORT_STATES),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: one.url,
    empty=N_("Nothing has been imported yet."),
    empty_icon="upload",
    add_url="/imports/new",
    add_label=N_("Import a file"),
)
