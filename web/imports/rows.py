"""Goes through some rows of a file: reads them, has the target write them, and counts."""

from collections import Counter
from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from crm.imports.importing import BadRow, ImportCounts
from crm.imports.row import (
    FileRow,
    ReadRow,
    RowOutcome,
    RowResult,
    WriteTask,
    bad,
    bad_row,
    read_row,
)
from crm.kernel.errors import InvalidError
from web.kit.import_target import ImportTarget

log = structlog.get_logger()


def go_through(
    session: Session,
    target: ImportTarget,
    mapping: Mapping[str, int],
    some: Sequence[FileRow],
    task: WriteTask,
) -> tuple[ImportCounts, list[BadRow]]:
    """Import some rows, or try them in a dry run; give the counts and the bad rows."""
    wrong: list[BadRow] = []
    good: list[ReadRow] = []
    for row in some:
        found = read_row(row, target.columns, mapping, task.region)
        if isinstance(found, BadRow):
            wrong.append(found)
        else:
            good.append(found)
    results: Counter[RowResult] = Counter()
    by_number = {row.number: row for row in some}
    for read, outcome in zip(good, _write(session, target, good, task), strict=True):
        results[outcome.result] += 1
        if outcome.error is not None:
            wrong.append(bad_row(by_number[read.number], outcome.error))
    counts = ImportCounts(
        done=len(some),
        added=results[RowResult.ADDED],
        changed=results[RowResult.CHANGED],
        skipped=results[RowResult.SKIPPED],
        bad=len(wrong),
    )
    return counts, sorted(wrong, key=lambda one: one.number)


def _write(
    session: Session, target: ImportTarget, rows: Sequence[ReadRow], task: WriteTask
) -> Sequence[RowOutcome]:
    """Write the rows together; if the database refuses one of them, write each for itself."""
    if not rows:
        return ()
    try:
        with session.begin_nested():
            return target.write(session, rows, task)
    except (DataError, IntegrityError):
        return [_write_one(session, target, row, task) for row in rows]


def _write_one(session: Session, target: ImportTarget, row: ReadRow, task: WriteTask) -> RowOutcome:
    try:
        with session.begin_nested():
            (outcome,) = target.write(session, [row], task)
            return outcome
    except (DataError, IntegrityError) as error:
        log.warning("a row could not be imported", row=row.number, why=type(error).__name__)
        return bad(InvalidError("The database did not accept this row."))
