"""A real PostgreSQL for the stores: started once, removed at the end."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from crm.sql.db import connect, migrate
from web.ops.setup.postgres import programs
from web.ops.setup.programs import as_plain_user

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # several may share a given server
OPTIONS = "-c listen_addresses='' -c fsync=off -c max_connections=60"


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a server without a schema: HOTLINE_TEST_DATABASE_URL, or one started here."""
    if given := os.environ.get("HOTLINE_TEST_DATABASE_URL"):
        yield given
        return
    # A Unix socket's path must be short, so it is not pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="hl-pg-") as folder:
        data = f"{folder}/data"
        _run("initdb", "-D", data, "-U", "hotline", "-A", "trust", "-E", "UTF8", "--no-locale")
        log = f"{folder}/log"
        _run("pg_ctl", "-D", data, "-l", log, "-w", "-o", f"{OPTIONS} -k {folder}", "start")
        _as_urgent_as_we(int(Path(data, "postmaster.pid").read_text().split()[0]))
        try:
            yield f"postgresql+psycopg2://hotline@/postgres?host={folder}"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="session")
def database_url(server_url: str) -> str:
    """The address of a database with the newest schema."""
    return new_database(server_url, "stores", migrated=True)


@pytest.fixture
def empty_database_url(server_url: str) -> str:
    """The address of a database without any table."""
    return new_database(server_url, "empty", migrated=False)


@pytest.fixture
def fresh_database_url(server_url: str) -> str:
    """The address of a migrated database for one test that commits."""
    return new_database(server_url, "fresh", migrated=True)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """Connections like the engine's and the web's."""
    made = connect(database_url, pool_size=5, statement_timeout_ms=5000)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that is rolled back at the end of its test."""
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as opened:
            yield opened
        transaction.rollback()


def new_database(server_url: str, name: str, *, migrated: bool) -> str:
    """Make a database, replacing one of the same name; with all tables or with none."""
    return _made(server_url, name, like=_migrated(server_url) if migrated else "template0")


def copied_database(server_url: str, address: str, name: str) -> str:
    """Make a copy of a database with all its rows; the original must have no connections."""
    return _made(server_url, name, like=str(make_url(address).database))


@cache
def _migrated(server_url: str) -> str:
    """Give a database with all tables, made once: copying it is faster than migrating."""
    address = _made(server_url, "tables", like="template0")
    migrate(address)
    return str(make_url(address).database)


def _made(server_url: str, name: str, *, like: str) -> str:
    whole = f"hotline_test_{WORKER}{name}"
    server = connect(server_url, pool_size=1, statement_timeout_ms=30_000)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {whole} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {whole} TEMPLATE {like}"))
    server.dispose()
    url = make_url(server_url).set(database=whole)
    return url.render_as_string(hide_password=False)


def _as_urgent_as_we(pid: int) -> None:
    """Give a server our priority: it has a session of its own, and Linux groups by sessions."""
    with contextlib.suppress(OSError, IndexError):  # autogroups are an option of the kernel
        ours = Path("/proc/self/autogroup").read_text().split()[-1]
        Path(f"/proc/{pid}/autogroup").write_text(ours)


def _run(program: str, *arguments: str) -> None:
    path = programs() / program
    # pg_ctl leaves its standard output to the server: a pipe would never end.
    with tempfile.TemporaryFile() as said:
        ran = subprocess.run(  # noqa: S603
            [*as_plain_user(path), str(path), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said.seek(0)
        assert ran.returncode == 0, said.read().decode(errors="replace")
