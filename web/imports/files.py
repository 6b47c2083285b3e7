"""The file of the rows that an import could not take, to be corrected and imported again."""

from collections.abc import Iterator, Sequence

from fastapi import Request, Response
from sqlalchemy.orm import Session

from crm.imports import store
from crm.imports.importing import Import
from crm.imports.mapping import letters_of
from web.imports.table import first_rows
from web.imports.views import why_bad
from web.kit.export import export
from web.kit.i18n import N_
from web.kit.import_target import ImportTarget
from web.kit.request import context_of, reader_of


def bad_rows_file(
    session: Session, request: Request, one: Import, target: ImportTarget
) -> Response:
    """Make a workbook of the bad rows: their cells as they came, their place, and the reason.

    Cells are written as texts, so none of them is taken for a formula.
    """
    reader = reader_of(request)
    columns = one.file.columns

    def lines() -> Iterator[Sequence[object]]:
        for row in store.bad_rows(session, one.id):
            cells = [*row.cells, *("" for _ in range(columns - len(row.cells)))]
            yield [*cells[:columns], row.number, why_bad(reader, target, row)]

    heads = [
        *_heads(request, one),
        reader.gettext(N_("Row")),
        reader.gettext(N_("Reason")),
    ]
    title = reader.gettext(N_("Rejected rows"))
    return export(request, "rejected-rows", title, heads, lines(), "xlsx")


def _heads(request: Request, one: Import) -> list[str]:
    rows = first_rows(context_of(request).settings, one.file.upload) if one.file.header else ()
    first = rows[0].cells if rows else ()
    return [
        first[place] if place < len(first) and first[place] else letters_of(place)
        for place in range(one.file.columns)
    ]
