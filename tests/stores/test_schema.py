"""The schema comes from the migrations, complete, once, from any folder."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import CheckConstraint, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from crm.sql.db import Base, alembic_config, connect, is_current, migrate, notify, sessions


def test_the_migrations_and_the_models_agree(database_url: str) -> None:
    with create_engine(database_url).connect() as connection:
        command.check(alembic_config(connection))


def test_the_migrations_and_the_models_have_the_same_checks(database_url: str) -> None:
    """Alembic compares everything but check constraints."""
    wanted = {
        (table.name, str(one.name))
        for table in Base.metadata.tables.values()
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    }
    engine = create_engine(database_url)
    with engine.connect() as connection:
        looked = inspect(connection)
        found = {
            (table, one["name"])
            for table in looked.get_table_names()
            for one in looked.get_check_constraints(table)
        }
    engine.dispose()

    assert found == wanted


def test_an_empty_database_is_not_current_until_it_is_migrated(empty_database_url: str) -> None:
    before = is_current(empty_database_url)
    migrate(empty_database_url)

    assert (before, is_current(empty_database_url)) == (False, True)


def test_migrations_run_from_any_folder(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    migrate(empty_database_url)

    assert is_current(empty_database_url)


def test_four_starters_at_once_migrate_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as starters:
        list(starters.map(migrate, [empty_database_url] * 4))

    assert is_current(empty_database_url)


def test_the_first_version_can_be_taken_back(empty_database_url: str) -> None:
    migrate(empty_database_url)
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with engine.connect() as connection:
        left = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()

        assert list(left) == ["alembic_version"]
    engine.dispose()


def test_a_statement_that_takes_too_long_is_cut(database_url: str) -> None:
    engine = connect(database_url, pool_size=1, statement_timeout_ms=50)
    with engine.connect() as connection, pytest.raises(OperationalError, match="timeout"):
        connection.execute(text("SELECT pg_sleep(5)"))
    engine.dispose()


def test_a_notice_is_heard_once_when_its_transaction_commits(database_url: str) -> None:
    engine = connect(database_url, pool_size=2, statement_timeout_ms=5000)
    listener = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    listener.execute(text("LISTEN hotline"))
    wire = listener.connection.dbapi_connection
    with sessions(engine).begin() as session:
        notify(session, "queues:sales")
        notify(session, "queues:sales")
    listener.execute(text("SELECT 1"))

    assert [notice.payload for notice in wire.notifies] == ["queues:sales"]  # type: ignore[union-attr]
    listener.close()
    engine.dispose()
