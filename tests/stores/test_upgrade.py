"""From 0.1 to the newest release and back: no data of 0.1 is lost."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from stores.conftest import copied_database, new_database
from unit.web.site import settings_at

from crm.people.store import user_by_login
from crm.sql import db
from crm.sql.db import connect, sessions
from web.kit.settings import Settings
from web.ops import archive, backup, upgrade
from web.ops.setup.steps import SetupError

FIRST = upgrade.RELEASES["0.1"]
AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
Rows = dict[str, list[str]]


@pytest.fixture(scope="module")
def first_release(server_url: str) -> str:
    """A database as release 0.1 left it, with something in each of its tables."""
    address = new_database(server_url, "first", migrated=False)
    db.migrate_to(address, FIRST)
    opened = create_engine(address)
    with opened.begin() as connection:
        fill(connection)
    opened.dispose()
    return address


@pytest.fixture
def home(server_url: str, first_release: str, tmp_path: Path) -> Settings:
    """A site with a database of release 0.1."""
    database = copied_database(server_url, first_release, "upgrade")
    made = settings_at(tmp_path / "home", database)
    made.home.mkdir()
    return made


@pytest.fixture
def engine(home: Settings) -> Iterator[Engine]:
    opened = create_engine(home.database_url)
    yield opened
    opened.dispose()


def fill(connection: Connection) -> None:
    """Put two rows into every table; foreign keys lead to the first rows."""
    looked = inspect(connection)
    order = [name for name, _ in looked.get_sorted_table_and_fkc_names() if name]
    for table in order:
        if table == "alembic_version":
            continue
        led = {
            column: (key["referred_table"], key["referred_columns"][0])
            for key in looked.get_foreign_keys(table)
            for column in key["constrained_columns"]
        }
        for number in (1, 2):
            row = {
                column["name"]: value_of(connection, table, column, led, number)
                for column in looked.get_columns(table)
                if not column.get("identity") and column.get("computed") is None
            }
            names = ", ".join(f'"{name}"' for name in row)
            places = ", ".join(f":{name}" for name in row)
            line = text(f'INSERT INTO "{table}" ({names}) VALUES ({places})')  # noqa: S608
            connection.execute(line, row)


CHOSEN: dict[tuple[str, str], list[Any]] = {
    ("users", "role"): ["administrator", "supervisor"],
    ("users", "login"): ["Admin", "chen.jing"],
    ("agent_events", "state"): ["ready", "paused"],
}


def value_of(
    connection: Connection,
    table: str,
    column: Any,
    led: dict[str, tuple[str, str]],
    number: int,
) -> Any:
    name = column["name"]
    if name in led:
        to, key = led[name]
        found = connection.scalars(
            text(f'SELECT "{key}" FROM "{to}" ORDER BY 1')  # noqa: S608
        ).all()
        return found[min(number, len(found)) - 1] if found else None
    if (table, name) in CHOSEN:
        return CHOSEN[table, name][number - 1]
    if chosen := choices(connection, table, name):
        return chosen[(number - 1) % len(chosen)]
    kind = str(column["type"]).partition("(")[0]
    if kind == "ARRAY" or kind.endswith("[]"):
        return [number]
    word = f"+86138001380{number:02d}" if "number" in name else f"{name} 值 {number}"
    kinds: dict[str, Any] = {
        "BIGINT": number,
        "INTEGER": number,
        "DOUBLE PRECISION": number + 0.5,
        "BOOLEAN": number == 1,
        "TIMESTAMP": AT,
        "JSONB": json.dumps({"n": number, "文": "字"}),
    }
    return kinds.get(kind, word)


def choices(connection: Connection, table: str, column: str) -> list[str]:
    """Read the values that a column's check allows: `language IN ('en', 'zh_CN')`."""
    for check in inspect(connection).get_check_constraints(table):
        said = check["sqltext"]
        if said.startswith((f"{column} = ANY", f"({column} = ANY")):
            return [word for word in said.split("'")[1::2] if word]
    return []


def rows(engine: Engine, like: Rows | None = None) -> dict[str, list[str]]:
    """Give each table's rows as sorted JSON, of the tables and columns of `like` if given."""
    found: Rows = {}
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            if table == "alembic_version" or (like is not None and table not in like):
                continue
            lines = connection.scalars(
                text(f'SELECT to_jsonb(t) FROM "{table}" t')  # noqa: S608
            ).all()
            if like is not None:
                kept = json.loads(like[table][0]).keys()
                lines = [{k: v for k, v in line.items() if k in kept} for line in lines]
            found[table] = sorted(json.dumps(line, sort_keys=True) for line in lines)
    return found


def lost(before: Rows, after: Rows) -> Rows:
    """Give the rows that are in the first and not in the second, by table."""
    found = {name: sorted(set(lines) - set(after[name])) for name, lines in before.items()}
    return {name: lines for name, lines in found.items() if lines}


def test_every_table_of_the_first_release_has_rows_in_this_test(engine: Engine) -> None:
    assert {name: len(lines) for name, lines in rows(engine).items()} == dict.fromkeys(
        rows(engine), 2
    )


def test_an_upgrade_keeps_every_row_and_everybodys_role(home: Settings, engine: Engine) -> None:
    before = rows(engine)
    del before["users"]  # its role became a row of its own, checked below
    kept = upgrade.bring_up_to_date(home)
    after = rows(engine, before)

    assert lost(before, after) == {}
    assert db.is_current(home.database_url)
    assert kept is not None
    opened = connect(home.database_url, pool_size=1, statement_timeout_ms=5000)
    with sessions(opened).begin() as session:
        found = [user_by_login(session, login) for login in ("admin", "chen.jing")]
    opened.dispose()
    assert [one and one.role.key for one in found] == ["administrator", "supervisor"]


def test_a_rollback_gives_back_what_there_was_row_by_row(home: Settings, engine: Engine) -> None:
    before = rows(engine)
    upgrade.bring_up_to_date(home)
    upgrade.roll_back(home, "0.1")

    assert db.revision_at(home.database_url) == FIRST
    assert lost(before, rows(engine)) == {}
    # The choices that a release added stay: customers' files may hold their keys.
    assert set(lost(rows(engine), before)) <= {"dictionary_items"}


def test_the_backup_made_before_an_upgrade_gives_back_what_there_was(
    home: Settings, engine: Engine
) -> None:
    before = rows(engine)
    kept = upgrade.bring_up_to_date(home)
    assert kept is not None
    backup.restore(home, kept, replace=True)

    assert db.revision_at(home.database_url) == FIRST
    assert rows(engine) == before


def test_every_migration_goes_forward_back_and_forward_again(
    home: Settings, engine: Engine
) -> None:
    oldest_first = list(reversed(db.known_revisions()))
    for earlier, later in itertools.pairwise(oldest_first):
        before = rows(engine)
        db.migrate_to(home.database_url, later)
        db.downgrade(home.database_url, earlier)

        gone = lost(before, rows(engine))
        assert gone == {}, f"{later} cannot be taken back"
        db.migrate_to(home.database_url, later)
    assert db.is_current(home.database_url)


def test_an_upgrade_that_is_not_needed_backs_nothing_up(home: Settings) -> None:
    upgrade.bring_up_to_date(home)

    assert upgrade.bring_up_to_date(home) is None


def test_an_empty_database_is_made_without_a_backup(server_url: str, tmp_path: Path) -> None:
    url = new_database(server_url, "upgrade_empty", migrated=False)

    assert upgrade.bring_up_to_date(settings_at(tmp_path, url)) is None
    assert db.is_current(url)


def test_a_database_of_a_newer_version_is_left_alone(home: Settings, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '20991231'"))

    with pytest.raises(SetupError, match="newer version"):
        upgrade.bring_up_to_date(home)
    with pytest.raises(SetupError, match="newer version"):
        upgrade.roll_back(home, "0.1")


def test_a_migration_that_fails_changes_nothing(home: Settings, engine: Engine) -> None:
    before = rows(engine)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("crm.sql.db.command.upgrade", _half)
        with pytest.raises(SQLAlchemyError):
            upgrade.bring_up_to_date(home)

    assert rows(engine) == before
    assert db.revision_at(home.database_url) == FIRST
    assert len(list(backup.backups_dir(home).glob("before-*.tar.gz"))) == 1


def _half(config: Any, _revision: str) -> None:
    connection = config.attributes["connection"]
    connection.execute(text("UPDATE customers SET name = 'half'"))
    connection.execute(text("SELECT 1 / 0"))


def test_a_backup_that_cannot_be_made_stops_the_upgrade(home: Settings, engine: Engine) -> None:
    before = rows(engine)
    backup.backups_dir(home).write_text("in the way")

    with pytest.raises(SetupError, match="could not be made"):
        upgrade.bring_up_to_date(home)
    assert rows(engine) == before
    assert db.revision_at(home.database_url) == FIRST


def test_there_is_no_way_back_to_what_is_no_older_release(home: Settings) -> None:
    for release in ("0.1", "0.0", list(upgrade.RELEASES)[-1]):
        with pytest.raises(SetupError):
            upgrade.roll_back(home, release)


def test_the_backup_before_an_upgrade_leaves_the_sound_where_it_is(home: Settings) -> None:
    home.recordings_dir.mkdir()
    (home.recordings_dir / "a.wav").write_bytes(b"RIFF")
    kept = upgrade.bring_up_to_date(home)
    assert kept is not None
    members = archive.check(kept)["members"]
    backup.restore(home, kept, replace=True)

    assert not any(name.startswith("recordings/") for name in members)
    assert (home.recordings_dir / "a.wav").read_bytes() == b"RIFF"


def test_the_newest_release_ends_with_the_newest_migration() -> None:
    """A new migration needs a line in RELEASES: see the comment above them."""
    name, last = list(upgrade.RELEASES.items())[-1]

    assert last == db.known_revisions()[0]
    assert version("hotline").startswith(f"{name}.")


def test_every_release_is_a_step_forward() -> None:
    oldest_first = list(reversed(db.known_revisions()))
    steps = [oldest_first.index(last) for last in upgrade.RELEASES.values()]

    assert steps == sorted(set(steps))


def test_releases_are_named_by_their_schema() -> None:
    newest = db.known_revisions()[0]

    assert upgrade.release_of(FIRST) == "0.1"
    assert upgrade.release_of(newest) == list(upgrade.RELEASES)[-1]
    assert upgrade.release_of("20991231") == ""
