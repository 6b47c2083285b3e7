"""Copy the whole database to files and back, without PostgreSQL's own programs.

The migrations make the schema; every row is copied, in one transaction that sees one moment, so the
installation may go on writing meanwhile. The text format of COPY is the same in every version of
PostgreSQL.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, text

from crm.backup.copied import DatabaseCopy, TableCopy
from crm.sql.db import plain_connection, revision_of

VERSION_TABLE = "alembic_version"
LOOK_EACH_ROWS = 1000
_TABLES = text(
    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
    " AND relnamespace = 'public'::regnamespace AND relname <> :version ORDER BY relname"
)
# Generated columns are computed again.
_COLUMNS = text(
    "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0"
    " AND NOT attisdropped AND attgenerated = '' ORDER BY attname"
)
_SEQUENCES = text(
    "SELECT relname FROM pg_class WHERE relkind = 'S'"
    " AND relnamespace = 'public'::regnamespace ORDER BY relname"
)
_REFERENCES = text(
    "SELECT CAST(conrelid AS regclass)::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE contype = 'f' AND conparentid = 0"
    " AND connamespace = 'public'::regnamespace ORDER BY conname"
)


def copy_out(url: str, folder: Path, look: Callable[[], None] = lambda: None) -> DatabaseCopy:
    """Write each table's rows to `folder`, as they are at one moment; `TABLE.copy` each.

    `look` is called again and again; an exception from it ends the copy.
    """
    with (
        plain_connection(url) as opened,
        opened.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
        opened.begin(),
    ):
        revision = revision_of(opened)
        tables = tuple(
            _table_out(opened, name, folder, look)
            for name in opened.scalars(_TABLES, {"version": VERSION_TABLE}).all()
        )
        sequences = {name: _sequence(opened, name) for name in opened.scalars(_SEQUENCES).all()}
        return DatabaseCopy(revision, tables, sequences)


def copy_in(url: str, folder: Path, copy: DatabaseCopy) -> None:
    """Replace all rows by those of a copy; the schema must be at the copy's revision.

    It is one transaction: all or nothing. ValueError for a copy that does not fit the schema.
    """
    with plain_connection(url) as opened, opened.begin():
        if (there := revision_of(opened)) != copy.revision:
            raise ValueError(f"the schema is at {there or 'nothing'}, not at {copy.revision}")
        # Without foreign keys tables can be filled in any order; adding them back checks the rows.
        references = opened.execute(_REFERENCES).all()
        for table, name, _ in references:
            opened.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {_quoted(name)}"))
        there_are = opened.scalars(_TABLES, {"version": VERSION_TABLE}).all()
        _check_names(opened, copy, there_are)
        if there_are:
            opened.execute(text(f"TRUNCATE {', '.join(map(_quoted, there_are))}"))
        for one in copy.tables:
            _table_in(opened, one, folder)
        for name, (value, given) in copy.sequences.items():
            values: dict[str, Any] = {"name": _quoted(name), "value": value, "given": given}
            opened.execute(text("SELECT setval(CAST(:name AS regclass), :value, :given)"), values)
        for table, name, definition in references:
            opened.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {_quoted(name)} {definition}"))


def _check_names(connection: Connection, copy: DatabaseCopy, tables: Sequence[str]) -> None:
    """Refuse rows for anything but our own tables: PostgreSQL's own tables can hold code."""
    sequences = connection.scalars(_SEQUENCES).all()
    for name in {one.name for one in copy.tables} - set(tables) | copy.sequences.keys() - sequences:
        raise ValueError(f"{name[:80]} is no table or sequence of this version")


def forget_everything(url: str) -> None:
    """Remove all tables, as before the first migration."""
    with plain_connection(url) as opened, opened.begin():
        opened.execute(text("DROP SCHEMA public CASCADE"))
        opened.execute(text("CREATE SCHEMA public"))


def is_empty(url: str) -> bool:
    """Say whether the database has no table at all."""
    with plain_connection(url) as opened:
        return not opened.scalars(_TABLES, {"version": ""}).all()


class _CountingFile:
    """A file that is written row by row and calls `look` in between."""

    def __init__(self, file: IO[bytes], look: Callable[[], None], cursor: Any) -> None:
        self._file = file
        self._look = look
        self._cursor = cursor
        self._rows = 0

    def write(self, row: bytes) -> int:
        self._rows += 1
        if self._rows % LOOK_EACH_ROWS == 1:
            try:
                self._look()
            except BaseException:
                # Otherwise the driver reads the table to its end before it ends the transaction.
                self._cursor.connection.cancel()
                raise
        return self._file.write(row)


def _table_out(
    connection: Connection, name: str, folder: Path, look: Callable[[], None]
) -> TableCopy:
    columns = tuple(connection.scalars(_COLUMNS, {"table": _quoted(name)}).all())
    with (folder / f"{name}.copy").open("wb") as file, _cursor(connection) as cursor:
        file_with_look = _CountingFile(file, look, cursor)
        cursor.copy_expert(f"COPY {_quoted(name)} ({_list(columns)}) TO STDOUT", file_with_look)
        return TableCopy(name, columns, cursor.rowcount)


def _table_in(connection: Connection, one: TableCopy, folder: Path) -> None:
    with (folder / f"{one.name}.copy").open("rb") as file, _cursor(connection) as cursor:
        cursor.copy_expert(f"COPY {_quoted(one.name)} ({_list(one.columns)}) FROM STDIN", file)
        if cursor.rowcount != one.rows:
            raise ValueError(f"{one.name} has {cursor.rowcount} rows, not {one.rows}")


def _sequence(connection: Connection, name: str) -> tuple[int, bool]:
    found = connection.execute(
        text(f"SELECT last_value, is_called FROM {_quoted(name)}")  # noqa: S608 - quoted
    ).one()
    return int(found[0]), bool(found[1])


def _cursor(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    if driver is None:
        raise ValueError("the connection is closed")
    return driver.cursor()


def _list(columns: Sequence[str]) -> str:
    return ", ".join(map(_quoted, columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
