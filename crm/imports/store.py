"""Imports: added, locked while a job works on them, and the rows that they could not import."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.imports.importing import (
    BadRow,
    Import,
    ImportAction,
    ImportCounts,
    ImportId,
    ImportState,
    NewImport,
    state_after,
)
from crm.imports.models import ImportBadRowRow, ImportRow
from crm.jobs.job import NewJob
from crm.jobs.store import revive
from crm.kernel.errors import MissingError
from crm.kernel.text import clean
from crm.sql.db import in_time_order, whole_table
from crm.sql.page import Page, one_page, rows

JOB = "import"
COUNTED = 10_000
_BAD = whole_table(ImportBadRowRow)
_PIECE = 1000  # bad rows that are read at once


def add_import(session: Session, new: NewImport) -> ImportId:
    """Add an import of a file; nothing of it is imported yet."""
    added = insert(ImportRow).values(
        target=new.target,
        file_name=clean(new.file_name, 200),
        upload=new.upload or None,
        created_by=new.created_by,
        rows=new.rows,
        columns=new.columns,
        header=new.header,
        mapping=dict(new.mapping),
        options=dict(new.options),
    )
    return ImportId(session.scalars(added.returning(ImportRow.id)).one())


def read_import(session: Session, id_: int) -> Import:
    """Read an import; MissingError if there is none of this id."""
    return _read(session, id_, lock=False)


def lock_import(session: Session, id_: int) -> Import:
    """Read an import and lock it until this transaction ends."""
    return _read(session, id_, lock=True)


def imports(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    targets: Collection[str],
    *,
    state: str = "",
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Import]:
    """Page through the imports into some targets, the newest first unless asked otherwise."""
    query = select(ImportRow).where(*_wanted(targets, state)).limit(rows(limit) + 1)
    query = in_time_order(
        query, ImportRow.created_at, ImportRow.id, cursor, newest_first=newest_first
    )
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    shown, after = one_page(found, limit, lambda row: (row.created_at, row.id))
    return Page(tuple(_import(row) for row in shown), after)


def count_imports(session: Session, targets: Collection[str], state: str = "") -> int:
    """Count the imports into some targets, up to one more than `COUNTED`."""
    some = select(ImportRow.id).where(*_wanted(targets, state)).limit(COUNTED + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def choose_columns(
    session: Session,
    one: Import,
    *,
    header: bool,
    mapping: Mapping[str, int],
    options: Mapping[str, str],
) -> None:
    """Store which columns of the file are read, and how its rows are written."""
    values = {"header": header, "mapping": dict(mapping), "options": dict(options)}
    session.execute(update(ImportRow).where(ImportRow.id == one.id).values(values))


def act(session: Session, one: Import, action: ImportAction, now: datetime) -> ImportState:
    """Carry out a user's action on a locked import, and queue the job that it needs.

    ConflictError if the action is not possible in its state.
    """
    state = state_after(one.state, action)
    values: dict[str, object] = {"state": state.value, "why": ""}
    if state in {ImportState.CHECKING, ImportState.RUNNING}:
        forget_results(session, one.id)
    if state is ImportState.RUNNING:
        values |= {"started_at": now, "finished_at": None}
    if state is ImportState.UNDOING:
        values["done"] = 0
    if state is ImportState.CANCELLED:
        values["finished_at"] = now
    session.execute(update(ImportRow).where(ImportRow.id == one.id).values(values))
    if state in {ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING}:
        revive(session, JOB, [NewJob(str(one.id))], now)
    return state


def end(
    session: Session, one: Import, action: ImportAction, now: datetime, why: str = ""
) -> ImportState:
    """Note that the job of a locked import has finished or failed."""
    state = state_after(one.state, action)
    session.execute(
        update(ImportRow)
        .where(ImportRow.id == one.id)
        .values(state=state.value, why=why, finished_at=now)
    )
    return state


def note_results(
    session: Session, id_: int, counts: ImportCounts, bad_rows: Sequence[BadRow]
) -> None:
    """Add the results of some rows to a locked import; `counts` are those of these rows."""
    session.execute(
        update(ImportRow)
        .where(ImportRow.id == id_)
        .values(
            done=ImportRow.done + counts.done,
            added=ImportRow.added + counts.added,
            changed=ImportRow.changed + counts.changed,
            skipped=ImportRow.skipped + counts.skipped,
            bad=ImportRow.bad + counts.bad,
        )
    )
    if bad_rows:
        session.execute(
            insert(_BAD),
            [
                {
                    "import_id": id_,
                    "number": one.number,
                    "cells": [clean(cell) for cell in one.cells],
                    "column": one.column,
                    "sentence": one.sentence,
                    "values": {
                        name: clean(value) if isinstance(value, str) else value
                        for name, value in one.values.items()
                    },
                }
                for one in bad_rows
            ],
        )


def forget_results(session: Session, id_: int) -> None:
    """Forget what became of the rows of a locked import, before they are gone through again."""
    session.execute(delete(ImportBadRowRow).where(ImportBadRowRow.import_id == id_))
    nothing = dict.fromkeys(("done", "added", "changed", "skipped", "bad"), 0)
    session.execute(update(ImportRow).where(ImportRow.id == id_).values(nothing))


def bad_rows(session: Session, id_: int) -> Iterator[BadRow]:
    """Give the rows that were not imported, in the order of the file."""
    last = 0
    while True:
        query = (
            select(ImportBadRowRow)
            .where(ImportBadRowRow.import_id == id_, ImportBadRowRow.number > last)
            .order_by(ImportBadRowRow.number)
            .limit(_PIECE)
        )
        found = session.scalars(query).all()
        if not found:
            return
        for row in found:
            cells = tuple(str(cell) for cell in row.cells)
            yield BadRow(row.number, cells, row.sentence, row.values, row.column)
            last = row.number
        session.expunge_all()


def forget_old_bad_rows(session: Session, before: datetime) -> None:
    """Remove the bad rows of imports that are over: they are people's data too."""
    old = select(ImportRow.id).where(ImportRow.created_at < before)
    session.execute(delete(ImportBadRowRow).where(ImportBadRowRow.import_id.in_(old)))


def _wanted(targets: Collection[str], state: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [ImportRow.target.in_(list(targets))]
    if state:
        found.append(ImportRow.state == clean(state, 20))
    return found


def _read(session: Session, id_: int, *, lock: bool) -> Import:
    query = select(ImportRow).where(ImportRow.id == id_)
    if lock:
        query = query.with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise MissingError("There is no import {import_id}.", import_id=id_)
    return _import(row)


def _import(row: ImportRow) -> Import:
    file = NewImport(
        target=row.target,
        file_name=row.file_name,
        upload=row.upload or "",
        created_by=row.created_by,
        rows=row.rows,
        columns=row.columns,
        header=row.header,
        mapping={key: int(place) for key, place in row.mapping.items()},
        options={key: str(value) for key, value in row.options.items()},
    )
    in_file = max(0, row.rows - (1 if row.header else 0))
    counts = ImportCounts(in_file, row.done, row.added, row.changed, row.skipped, row.bad)
    return Import(
        ImportId(row.id),
        file,
        ImportState(row.state),
        counts,
        row.created_at,
        row.started_at,
        row.finished_at,
        row.why,
    )
