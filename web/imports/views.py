"""Imports for pages and API."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from crm.imports.importing import ENDED, BadRow, Import
from crm.imports.mapping import letters_of
from crm.imports.row import FileRow
from crm.imports.store import read_import
from crm.kernel.errors import MissingError
from crm.people.store import names
from web.imports.shapes import ImportPreview, ImportShape, PreviewColumn
from web.imports.targets import targets
from web.imports.words import IMPORT_STATES
from web.kit.i18n import Reader
from web.kit.import_target import ImportTarget
from web.kit.listing.declaration import ListQuery
from web.kit.listing.table import Option
from web.kit.shapes import Named

PREVIEW_CELL = 40  # characters of a cell in the preview


def show_imports(session: Session, reader: Reader, some: Sequence[Import]) -> list[ImportShape]:
    """Show imports."""
    known = names(session, [one.file.created_by for one in some])
    return [_show(reader, one, known.get(one.file.created_by, "")) for one in some]


def show_import(session: Session, reader: Reader, one: Import) -> ImportShape:
    """Show one import."""
    return show_imports(session, reader, [one])[0]


def show_preview(one: Import, rows: Sequence[FileRow]) -> ImportPreview:
    """Show the first rows of a file; the cells are cut."""
    first = rows[0].cells if rows else ()
    return ImportPreview(
        columns=[
            PreviewColumn(
                letters=letters_of(place),
                first=first[place][:PREVIEW_CELL] if place < len(first) else "",
            )
            for place in range(one.file.columns)
        ],
        rows=[[cell[:PREVIEW_CELL] for cell in row.cells] for row in rows],
    )


def import_option(session: Session, query: ListQuery) -> list[Option]:
    """Give the import that a list is filtered by, for its filter's field."""
    chosen = query.id("import")
    try:
        one = read_import(session, chosen or 0)
    except MissingError:
        return []
    return [Option(str(chosen), f"{one.file.file_name} ({query.reader.date(one.created_at)})")]


def why_bad(reader: Reader, target: ImportTarget, row: BadRow) -> str:
    """Say why a row was not imported, with the column's name."""
    label = next((one.label for one in target.columns if one.key == row.column), "")
    sentence = reader.say(row.sentence, **row.values)
    return f"{reader.gettext(label)}: {sentence}" if label else sentence


def _show(reader: Reader, one: Import, created_by: str) -> ImportShape:
    target = targets().get(one.file.target)
    undo = target is not None and target.undo is not None
    return ImportShape(
        id=one.id,
        url=f"/imports/{one.id}",
        target=one.file.target,
        target_name=reader.gettext(target.title) if target else one.file.target,
        file_name=one.file.file_name,
        state=one.state,
        state_name=reader.gettext(IMPORT_STATES[one.state]),
        active=one.is_active,
        created_at=one.created_at,
        created_by=Named(id=one.file.created_by, name=created_by),
        started_at=one.started_at,
        finished_at=one.finished_at,
        header=one.file.header,
        columns=one.file.columns,
        mapping=dict(one.file.mapping),
        options=dict(one.file.options),
        rows=one.counts.rows,
        done=one.counts.done,
        added=one.counts.added,
        changed=one.counts.changed,
        skipped=one.counts.skipped,
        bad=one.counts.bad,
        can_undo=undo and one.state in ENDED and one.has_imported and one.counts.added > 0,
        why=reader.gettext(one.why),
    )
