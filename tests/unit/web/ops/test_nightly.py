"""The nightly backup: once a night, kept as long as configured, a notice when it fails."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session, sessionmaker
from stores.conftest import new_database
from unit.web.site import build_context, settings_at

from crm.notices.store import notices
from crm.parameters.store import save
from crm.sql.db import connect, sessions
from web.kit.jobs import JobContext
from web.kit.settings import Settings
from web.ops import age, archive, backup, nightly
from web.ops.nightly import Nights, back_up_if_due, is_due, night_of, read_nights

HERE = ZoneInfo("Asia/Shanghai")
THREE = time(3)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HERE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "made_for", "due"),
    [
        (at(22, 3, 1), None, True),
        (at(22, 3, 1), date(2026, 11, 21), True),
        (at(22, 3, 10), date(2026, 11, 22), False),
        (at(22, 2, 59), date(2026, 11, 21), False),
        (at(22, 12), date(2026, 11, 20), True),  # the system was off for a night
        (at(22, 1), date(2026, 11, 20), True),
        (at(22, 1), date(2026, 11, 21), False),
    ],
)
def test_a_nightly_backup_is_due_once_a_night(
    now: datetime, made_for: date | None, *, due: bool
) -> None:
    assert is_due(now, THREE, HERE, Nights(made_for)) is due


def test_a_night_has_the_date_of_the_place_not_of_greenwich() -> None:
    assert night_of(at(22, 3), THREE, HERE) == date(2026, 11, 22)
    assert night_of(at(22, 2, 59), THREE, HERE) == date(2026, 11, 21)


def test_another_hour_on_the_same_day_makes_no_second_backup() -> None:
    assert not is_due(at(22, 15, 31), time(15, 30), HERE, Nights(date(2026, 11, 22)))
    assert is_due(at(23, 15, 31), time(15, 30), HERE, Nights(date(2026, 11, 22)))


def test_after_a_failure_an_hour_is_waited() -> None:
    failed = Nights(None, at(22, 3))

    assert not is_due(at(22, 3, 30), THREE, HERE, failed)
    assert is_due(at(22, 4, 1), THREE, HERE, failed)


@pytest.fixture
def home(server_url: str, tmp_path: Path) -> Settings:
    settings = settings_at(tmp_path / "home", new_database(server_url, "nightly", migrated=True))
    settings.home.mkdir(parents=True, exist_ok=True)
    return settings


@pytest.fixture
def database(home: Settings) -> Iterator[sessionmaker[Session]]:
    engine = connect(home.database_url, pool_size=2, statement_timeout_ms=5000)
    with sessions(engine).begin() as session:
        people = build_context(session, home)
        assert people
    yield sessions(engine)
    engine.dispose()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time that the job reads."""
    shown = [at(22, 3, 1)]
    monkeypatch.setattr("web.ops.nightly.now", lambda: shown[0])
    return shown


def daily(home: Settings) -> list[str]:
    return [one.name for one in backup.daily_backups(home)]


def test_it_is_made_once_a_night_over_restarts_and_moved_files(
    home: Settings, database: sessionmaker[Session], clock: list[datetime]
) -> None:
    back_up_if_due(JobContext(home, database, threading.Event()))
    made = backup.daily_backups(home)
    made[0].rename(made[0].with_name("elsewhere"))
    back_up_if_due(JobContext(home, database, threading.Event()))  # a new process, a minute later
    clock[0] += timedelta(minutes=1)
    back_up_if_due(JobContext(home, database, threading.Event()))
    same_night = len(daily(home))
    clock[0] = at(23, 3, 1)
    back_up_if_due(JobContext(home, database, threading.Event()))

    assert len(made) == 1
    assert same_night == 0
    assert len(daily(home)) == 1
    assert read_nights(home) == Nights(date(2026, 11, 23))


def test_as_many_stay_as_the_site_wants(
    home: Settings, database: sessionmaker[Session], clock: list[datetime]
) -> None:
    with database.begin() as session:
        save(session, {"backups_kept": 2}, None)
    for day in (20, 21, 22, 23):
        clock[0] = at(day, 3, 1)
        back_up_if_due(JobContext(home, database, threading.Event()))

    assert daily(home) == ["daily-20261121-190100.tar.gz", "daily-20261122-190100.tar.gz"]


def test_it_is_encrypted_for_the_sites_key_and_opens_to_it_alone(
    home: Settings, database: sessionmaker[Session], clock: list[datetime]
) -> None:
    assert clock
    key = age.new_private_key()
    with database.begin() as session:
        save(session, {"backup_key": str(key.public)}, None)
    back_up_if_due(JobContext(home, database, threading.Event()))
    (made,) = backup.daily_backups(home)

    assert made.name.endswith(".tar.gz.age")
    assert archive.check(made, key)["hotline"]
    assert key.as_text() not in "".join(archive.check(made, key)["members"])


def test_with_a_key_that_is_none_there_is_no_open_backup(
    home: Settings, database: sessionmaker[Session], clock: list[datetime]
) -> None:
    assert clock
    with database.begin() as session:
        save(session, {"backup_key": "age1nonsense"}, None)
    back_up_if_due(JobContext(home, database, threading.Event()))

    assert daily(home) == []


def test_a_failed_backup_is_told_once_a_night_and_tried_again(
    home: Settings, database: sessionmaker[Session], clock: list[datetime]
) -> None:
    backup.backups_dir(home).write_text("in the way")
    for minutes in (0, 1, 61, 122):
        clock[0] = at(22, 3, 1) + timedelta(minutes=minutes)
        back_up_if_due(JobContext(home, database, threading.Event()))
    with database.begin() as session:
        told = [one for one in notices(session, 4).items if "backup" in one.sentence]
    failed = backup.last_backup(home)
    backup.backups_dir(home).unlink()
    clock[0] += timedelta(hours=2)
    back_up_if_due(JobContext(home, database, threading.Event()))
    well = backup.last_backup(home)

    assert len(told) == 1
    assert str(backup.backups_dir(home)) in str(told[0].values["words"])
    assert failed is not None
    assert not failed.well
    assert well is not None
    assert well.well
    assert read_nights(home) == Nights(date(2026, 11, 22))


def test_a_full_disk_stops_it_before_the_calls_are_hurt(
    home: Settings,
    database: sessionmaker[Session],
    clock: list[datetime],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert clock
    monkeypatch.setattr("web.ops.archive.LEFT_FREE_BYTES", 10**18)
    back_up_if_due(JobContext(home, database, threading.Event()))
    last = backup.last_backup(home)

    assert last is not None
    assert "no space is left" in last.why
    assert list(backup.backups_dir(home).iterdir()) == []
    assert not list(home.home.glob("backup-*"))


def test_what_a_killed_backup_left_is_swept_a_day_later(home: Settings) -> None:
    scratch, partial = home.home / "backup-xyz", backup.backups_dir(home) / "daily-1.tar.gz.partial"
    scratch.mkdir()
    partial.parent.mkdir()
    partial.write_text("half")
    backup.sweep(home, nightly.now())
    young = (scratch.exists(), partial.exists())

    backup.sweep(home, nightly.now() + timedelta(days=2))

    assert young == (True, True)
    assert not scratch.exists()
    assert not partial.exists()
