"""From 0.3 to the newest release and back: nothing that 0.3 knew is lost on the way."""

import itertools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from stores.conftest import copied_database, new_database
from stores.filled import fill, lost, rows
from unit.web.site import settings_at

from crm.customers.customer import CustomerFilter, CustomerOrder
from crm.customers.search.store import customers
from crm.people.store import users
from crm.sql import db
from web.kit.settings import Settings
from web.ops import archive, backup, upgrade
from web.ops.setup.steps import SetupError

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
FIRST = upgrade.RELEASES["0.3"]


@pytest.fixture(scope="module")
def first_release(server_url: str) -> str:
    """A database as release 0.3 left it, with something in each of its tables."""
    address = new_database(server_url, "first", migrated=False)
    db.migrate_to(address, FIRST)
    opened = create_engine(address)
    with opened.begin() as connection:
        fill(connection)
    opened.dispose()
    return address


@pytest.fixture
def home(server_url: str, first_release: str, tmp_path: Path) -> Settings:
    """A site with a database of release 0.3."""
    database = copied_database(server_url, first_release, "upgrade")
    made = settings_at(tmp_path / "home", database)
    made.home.mkdir()
    return made


@pytest.fixture
def engine(home: Settings) -> Iterator[Engine]:
    opened = create_engine(home.database_url)
    yield opened
    opened.dispose()


def test_every_table_of_the_first_release_has_rows_in_this_test(engine: Engine) -> None:
    assert [name for name, lines in rows(engine).items() if len(lines) < 2] == []


def test_an_upgrade_keeps_every_row(home: Settings, engine: Engine) -> None:
    before = rows(engine)
    kept = upgrade.bring_up_to_date(home)

    # The role of the supervisors gains a permission.
    assert lost(before, rows(engine, before)).keys() == {"roles"}
    assert db.is_current(home.database_url)
    assert kept is not None


def test_a_rollback_gives_back_what_there_was_row_by_row(home: Settings, engine: Engine) -> None:
    before = rows(engine)
    upgrade.bring_up_to_date(home)
    upgrade.roll_back(home, "0.3")

    assert db.revision_at(home.database_url) == FIRST
    assert lost(before, rows(engine)) == {}
    assert lost(rows(engine), before) == {}


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


def test_names_of_an_older_release_are_found_and_sorted_after_its_upgrade(
    home: Settings, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE customer_phones SET label = ''"))
        connection.execute(text("UPDATE customers SET sex = ''"))
        connection.execute(text("UPDATE customers SET name = '张三', company = '' WHERE id = 1"))
        connection.execute(text("UPDATE customers SET name = 'José', company = '' WHERE id = 2"))
        connection.execute(text("UPDATE users SET name = '李四'"))
    upgrade.bring_up_to_date(home)
    with Session(engine) as session:
        found = customers(session, CustomerFilter("zhangsan")).items
        by_name = customers(session, order=CustomerOrder.NAME, descending=False).items
        people = users(session, text="lisi")
    engine.dispose()
    upgrade.roll_back(home, "0.3")
    with engine.connect() as connection:
        before = connection.execute(text("SELECT haystack FROM customers WHERE id = 2")).scalar()

    assert [one.draft.name for one in found] == ["张三"]
    assert [one.draft.name for one in by_name] == ["José", "张三"]
    assert len(people) == 2
    assert before is not None
    assert before.startswith("josé")


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
        upgrade.roll_back(home, "0.3")


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
    for release in ("0.3", "0.0", list(upgrade.RELEASES)[-1]):
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
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    assert project["version"].startswith(f"{name}.")


def test_every_release_is_a_step_forward() -> None:
    oldest_first = list(reversed(db.known_revisions()))
    steps = [oldest_first.index(last) for last in upgrade.RELEASES.values()]

    assert steps == sorted(set(steps))


def test_releases_are_named_by_their_schema() -> None:
    newest = db.known_revisions()[0]

    assert upgrade.release_of(FIRST) == "0.3"
    assert upgrade.release_of(newest) == list(upgrade.RELEASES)[-1]
    assert upgrade.release_of("20991231") == ""
