"""The database: the base of all tables, connections with time limits, the schema's version."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import Any, TypeVarTuple, cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Double,
    Engine,
    MetaData,
    Select,
    Table,
    Text,
    bindparam,
    column,
    create_engine,
    event,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from crm.kernel.text import clean
from crm.sql.grams import digits_of
from crm.sql.page import read_numbered

Selected = TypeVarTuple("Selected")

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"
CHANNEL = "hotline"
RESTED_SECONDS = 1.0
LONGEST_NUMBER = 64  # characters of a number that is searched for
_MIGRATION_LOCK = 0x484F544C  # "HOTL": the holder may change the schema
_LONGEST_NOTICE = 1000  # PostgreSQL accepts 8,000 bytes


class Base(DeclarativeBase):
    """The base of every table; constraints get names that migrations can use."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it so
        str: Text(),
        int: BigInteger(),
        float: Double(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
    }


def connect(url: str, *, pool_size: int, statement_timeout_ms: int) -> Engine:
    """Make an SQLAlchemy engine that never waits long for a connection, an answer or a dead peer.

    It has at most `pool_size` connections; waiting five seconds for a free one raises an error.
    """
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        # The rows of one statement are sent together, not one by one.
        executemany_mode="values_plus_batch",
        connect_args={
            "connect_timeout": 3,  # seconds
            "tcp_user_timeout": 10_000,  # ms without an acknowledgement
            "application_name": "hotline",
            "options": f"-c statement_timeout={statement_timeout_ms} -c timezone=UTC",
        },
    )
    _ping_the_rested(engine)
    return engine


def _ping_the_rested(engine: Engine) -> None:
    """Ping a connection that was idle before it is used; one used just now needs none."""

    def used(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    def look(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used", 0.0) < RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError(str(error)) from error

    event.listen(engine, "checkin", used)
    event.listen(engine, "checkout", look)


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Make sessions whose rows can still be read after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def whole_table(row: type[Base]) -> Table:
    """Give the table of a row class, to insert many rows at once.

    With the class SQLAlchemy would make a statement for each combination of null columns.
    """
    return cast("Table", row.__table__)


def insert_rows(table: Table, names: Sequence[str]) -> Insert:
    """Make an insert of any number of rows, which are one JSON parameter, `rows`.

    A parameter for each column of each row costs several times as much.
    """
    rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(
        *(column(name, table.c[name].type) for name in names), name="given"
    )
    given = rows.render_derived(with_types=True)
    return insert(table).from_select(list(names), select(*(given.c[name] for name in names)))


def notify(session: Session, what: str) -> None:
    """Notify listeners that a row changed, as `table:id`, when this transaction commits.

    PostgreSQL sends equal notices of one transaction once.
    """
    session.execute(
        text("SELECT pg_notify(:channel, :what)"),
        {"channel": CHANNEL, "what": clean(what, _LONGEST_NOTICE)},
    )


def migrate(url: str) -> None:
    """Bring the schema to the newest version, all or nothing.

    If two processes start at once, the second waits for the lock and then finds nothing to do.
    """
    migrate_to(url, "head")


def migrate_to(url: str, revision: str) -> None:
    """Bring the schema forward to a revision, all or nothing."""
    with _locked(url) as connection:
        command.upgrade(alembic_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the schema back to an older revision, all or nothing."""
    with _locked(url) as connection:
        command.downgrade(alembic_config(connection), revision)


def draft_revision(url: str, message: str, day: str) -> str:
    """Write a migration for the differences between models and database; give its file.

    For developers. It is named by the day, `20261122`, with a letter if that is taken.
    """
    known = set(known_revisions())
    name = next(day + letter for letter in ("", *ascii_lowercase) if day + letter not in known)
    with plain_connection(url) as connection:
        made = command.revision(alembic_config(connection), message, autogenerate=True, rev_id=name)
    return str(made.path) if isinstance(made, Script) else ""


def revision_of(connection: Connection) -> str:
    """Give the schema's revision; empty if there is none yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def revision_at(url: str) -> str:
    """Give the revision of a database's schema; empty if there is none yet."""
    with plain_connection(url) as connection:
        return revision_of(connection)


@cache
def known_revisions() -> tuple[str, ...]:
    """Give every revision that this code knows, newest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return tuple(one.revision for one in ScriptDirectory.from_config(config).walk_revisions())


def is_current(url: str) -> bool:
    """Say whether the schema is the one this code needs."""
    with plain_connection(url) as connection:
        there = set(MigrationContext.configure(connection).get_current_heads())
        wanted = set(ScriptDirectory.from_config(alembic_config(connection)).get_heads())
    return there == wanted


def alembic_config(connection: Connection) -> Config:
    """Give Alembic's settings without its file, valid from any working folder."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    with plain_connection(url) as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        yield connection


@contextmanager
def plain_connection(url: str) -> Iterator[Connection]:
    """Open a connection without a statement timeout: a migration may take long."""
    engine = create_engine(
        make_url(url),
        poolclass=NullPool,
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def in_time_order(
    query: Select[*Selected],
    at: InstrumentedAttribute[datetime],
    id_: InstrumentedAttribute[int],
    cursor: str | None,
    *,
    newest_first: bool,
) -> Select[*Selected]:
    """Order a query by time, and continue it after the cursor of the page before."""
    place = tuple_(at, id_)
    if cursor:
        there = tuple_(*read_numbered(cursor))
        query = query.where(place < there if newest_first else place > there)
    return query.order_by(at.desc(), id_.desc()) if newest_first else query.order_by(at, id_)


def number_is(number: InstrumentedAttribute[str], typed: str) -> ColumnElement[bool]:
    """Limit a query to one number, typed as E.164 with its plus, or to those with these digits."""
    if typed.startswith("+"):
        return number == clean(typed, LONGEST_NUMBER)
    part = digits_of(typed) or clean(typed, LONGEST_NUMBER)
    return number.contains(part, autoescape=True)
