"""Backup and restore: everything comes back byte by byte and row by row, or nothing changes."""

import io
import json
import os
import signal
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from stores.conftest import new_database
from stores.digest import digest
from unit.web.site import build_context, settings_at

from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user
from crm.sql.db import connect, downgrade, migrate, sessions
from web.kit.settings import Settings
from web.ops import age, archive, backup
from web.ops.cli import backup as commands
from web.ops.setup.steps import SetupError
from web.ops.upgrade import RELEASES


def files(folder: Path) -> dict[str, bytes]:
    found = folder.rglob("*")
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found if p.is_file()}


@pytest.fixture
def home(server_url: str, tmp_path: Path) -> Settings:
    """A site with people, calls, a recording, an upload, a voicemail and a fax."""
    settings = settings_at(tmp_path / "one", new_database(server_url, "backup", migrated=True))
    settings.journal_dir.mkdir(parents=True)
    engine = connect(settings.database_url, pool_size=1, statement_timeout_ms=5000)
    with sessions(engine).begin() as session:
        build_context(session, settings)
    engine.dispose()
    (settings.home / "secrets.json").write_text('{"session_secret": "one"}')
    (settings.journal_dir / "000000000007.jsonl").write_text('{"fact": "n/b/1"}\n')
    (settings.sounds_dir / "hotline" / "en").mkdir(parents=True)
    (settings.sounds_dir / "hotline" / "en" / "hello.wav").write_bytes(b"RIFF" + bytes(range(256)))
    settings.uploads_dir.mkdir(parents=True)
    (settings.uploads_dir / "a1b2.rows").write_bytes(b"name,number")
    for name in ("voicemail/one.wav", "fax/two.tiff"):
        path = settings.messages_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return settings


@pytest.fixture
def other(server_url: str, tmp_path: Path) -> Settings:
    """An empty place to restore to."""
    (tmp_path / "two").mkdir()
    return settings_at(tmp_path / "two", new_database(server_url, "restored", migrated=False))


def test_everything_comes_back_as_it_was(home: Settings, other: Settings, tmp_path: Path) -> None:
    done = backup.back_up(home, tmp_path / "b.tar.gz")
    backup.restore(other, Path(done.path), replace=False)

    assert digest(other.database_url) == digest(home.database_url)
    assert done.rows == sum(n for n, _ in digest(home.database_url).values()) - 1  # the version's
    kept = ("recordings_dir", "journal_dir", "sounds_dir", "uploads_dir", "messages_dir")
    for one in kept:
        assert files(getattr(other, one)) == files(getattr(home, one)) != {}, one
    assert (other.home / "secrets.json").read_text() == '{"session_secret": "one"}'
    assert (other.home / "secrets.json").stat().st_mode & 0o077 == 0
    assert not (other.home / backup.UNFINISHED).exists()


def test_numbers_go_on_where_they_were(home: Settings, other: Settings, tmp_path: Path) -> None:
    backup.back_up(home, tmp_path / "b.tar")
    backup.restore(other, tmp_path / "b.tar", replace=False)
    engine = connect(other.database_url, pool_size=1, statement_timeout_ms=5000)
    with engine.begin() as connection:
        last = connection.scalar(text("SELECT max(id) FROM users"))
    with sessions(engine).begin() as session:
        new = add_user(session, NewUser("new", "New", BuiltIn.AGENT, "x")).id
    engine.dispose()

    assert new > last


def test_a_backup_under_writes_is_of_one_moment(home: Settings, tmp_path: Path) -> None:
    engine = connect(home.database_url, pool_size=1, statement_timeout_ms=5000)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE pairs_a (n bigint PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE pairs_b (n bigint PRIMARY KEY)"))
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with engine.begin() as connection:
                for table in ("pairs_a", "pairs_b"):
                    connection.execute(text(f"INSERT INTO {table} VALUES ({number})"))  # noqa: S608

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backup.back_up(home, tmp_path / f"{number}.tar")
    finally:
        over.set()
        writer.join()
        engine.dispose()
    rows = [tables_of(tmp_path / f"{number}.tar") for number in range(5)]

    assert all(one["pairs_a"] == one["pairs_b"] for one in rows)
    assert rows[-1]["pairs_a"] > rows[0]["pairs_a"]


def tables_of(path: Path) -> dict[str, int]:
    manifest = archive.check(path)
    return {one["name"]: one["rows"] for one in manifest["database"]["tables"]}


def test_a_home_with_data_is_not_overwritten_unless_told(home: Settings, tmp_path: Path) -> None:
    backup.back_up(home, tmp_path / "b.tar")
    before = digest(home.database_url)
    with pytest.raises(SetupError, match="--replace"):
        backup.restore(home, tmp_path / "b.tar", replace=False)
    engine = connect(home.database_url, pool_size=1, statement_timeout_ms=5000)
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET name = 'spoilt'"))
    engine.dispose()

    backup.restore(home, tmp_path / "b.tar", replace=True)

    assert digest(home.database_url) == before


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip(path: Path) -> None:
    sound = bytearray(path.read_bytes())
    sound[sound.index(b"Li Wei")] ^= 1
    path.write_bytes(bytes(sound))


def _append(path: Path) -> None:
    with tarfile.open(path, "a") as tar:
        info = tarfile.TarInfo("../evil")
        info.size = 4
        tar.addfile(info, io.BytesIO(b"evil"))


@pytest.mark.parametrize("spoil", [_cut, _flip, _append])
def test_a_damaged_backup_is_refused_before_anything_changes(
    home: Settings, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    backup.back_up(home, tmp_path / "b.tar")
    before, sound = digest(home.database_url), files(home.recordings_dir)
    spoil(tmp_path / "b.tar")

    with pytest.raises(SetupError):
        backup.restore(home, tmp_path / "b.tar", replace=True)

    assert (digest(home.database_url), files(home.recordings_dir)) == (before, sound)
    assert not (home.home / backup.UNFINISHED).exists()


KEY = age.new_private_key()


@pytest.mark.parametrize("name", ["b.tar.age", "b.tar.gz.age"])
def test_an_encrypted_backup_is_restored_with_its_key_only(
    home: Settings, other: Settings, tmp_path: Path, name: str
) -> None:
    backup.back_up(home, tmp_path / name, lock=KEY.public)
    told = (tmp_path / name).read_bytes()
    with pytest.raises(SetupError, match="is encrypted"):
        backup.restore(other, tmp_path / name, replace=False)
    with pytest.raises(SetupError, match="another key"):
        backup.restore(other, tmp_path / name, replace=False, key=age.new_private_key())
    backup.restore(other, tmp_path / name, replace=False, key=KEY)

    assert b"Li Wei" not in told
    assert digest(other.database_url) == digest(home.database_url)
    assert files(other.recordings_dir) == files(home.recordings_dir) != {}


@pytest.mark.parametrize("cut", [10, 200, 60_000, -1, -16, -17])
def test_an_encrypted_backup_that_is_cut_off_or_changed_touches_nothing(
    home: Settings, tmp_path: Path, cut: int
) -> None:
    path = tmp_path / "b.tar.age"
    backup.back_up(home, path, lock=KEY.public)
    before, told = digest(home.database_url), path.read_bytes()
    path.write_bytes(told[:cut])
    with pytest.raises(SetupError, match=r"cut off|damaged|not encrypted"):
        backup.restore(home, path, replace=True, key=KEY)
    path.write_bytes(told[:cut] + bytes([told[cut] ^ 1]) + (told[cut:][1:]))
    with pytest.raises(SetupError, match=r"cut off|damaged|not encrypted|open"):
        backup.restore(home, path, replace=True, key=KEY)

    assert digest(home.database_url) == before


def test_a_backup_of_a_newer_version_is_refused(
    home: Settings, other: Settings, tmp_path: Path
) -> None:
    backup.back_up(home, tmp_path / "b.tar")
    known = backup.known_revisions()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("web.ops.backup.known_revisions", lambda: known[1:])

        with pytest.raises(SetupError, match="does not know"):
            backup.restore(other, tmp_path / "b.tar", replace=False)


def test_an_interrupted_restore_blocks_every_start_until_it_is_done_again(
    home: Settings, other: Settings, tmp_path: Path
) -> None:
    backup.back_up(home, tmp_path / "b.tar")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("web.ops.backup.store.copy_in", _fail)
        with pytest.raises(SetupError):
            backup.restore(other, tmp_path / "b.tar", replace=False)
    with pytest.raises(SetupError, match="interrupted"):
        backup.refuse_half_restored(other)

    backup.restore(other, tmp_path / "b.tar", replace=False)

    backup.refuse_half_restored(other)
    assert digest(other.database_url) == digest(home.database_url)


def _fail(*_: object) -> None:
    raise ValueError("the disk is gone")


def test_an_older_backup_is_restored_at_its_own_version_and_can_go_on(
    home: Settings, other: Settings, tmp_path: Path
) -> None:
    downgrade(home.database_url, RELEASES["0.3"])
    backup.back_up(home, tmp_path / "b.tar")

    backup.restore(other, tmp_path / "b.tar", replace=False)

    assert digest(other.database_url) == digest(home.database_url)
    migrate(other.database_url)


def test_a_backup_that_fails_leaves_no_file_and_is_remembered(
    home: Settings, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("web.ops.backup.store.copy_out", _full)
        with pytest.raises(SetupError, match="no space"):
            backup.back_up(home, tmp_path / "b.tar")
    last = backup.last_backup(home)

    assert list(tmp_path.glob("b.tar*")) == []
    assert last is not None
    assert not last.well


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


class SetAfterLooks(threading.Event):
    """An event that is set after so many looks."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._looks = looks

    def is_set(self) -> bool:
        self._looks -= 1
        return self._looks < 0


@pytest.mark.parametrize("looks", [0, 3, 10])  # before all, at a table, at the packing
@pytest.mark.parametrize("name", ["b.tar.gz", "b.tar.gz.age"])
def test_a_backup_that_is_stopped_leaves_nothing_and_is_not_called_failed(
    home: Settings, tmp_path: Path, name: str, looks: int
) -> None:
    lock = age.new_private_key().public if name.endswith(archive.LOCKED) else None
    before = files(home.home)
    with pytest.raises(backup.StoppedError):
        backup.back_up(home, tmp_path / name, lock=lock, stop=SetAfterLooks(looks))

    assert list(tmp_path.glob("b.tar*")) == []
    assert files(home.home) == before
    assert backup.last_backup(home) is None
    assert backup.back_up(home, tmp_path / name, lock=lock).well


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_command_and_the_signals_are_as_they_were(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: signal.Signals
) -> None:
    def signalled(*_: object, **_more: object) -> dict[str, object]:
        os.kill(os.getpid(), sent)
        return {}

    before = signal.getsignal(sent)
    monkeypatch.setattr("web.ops.backup._about", signalled)
    with pytest.raises(SetupError, match="was stopped"):
        commands.command_back_up(home, tmp_path / "b.tar.gz", "", encrypt=False)

    assert list(tmp_path.glob("b.tar*")) == []
    assert signal.getsignal(sent) is before


def test_only_the_newest_daily_backups_are_kept(home: Settings) -> None:
    folder = backup.backups_dir(home)
    folder.mkdir()
    names = [f"daily-2026112{n}-030000.tar.gz" for n in range(5)]
    for name in [*names, "before-0.4.tar"]:
        (folder / name).write_text("x")

    backup.keep_newest(home, 2)

    assert sorted(p.name for p in folder.iterdir()) == ["before-0.4.tar", *names[3:]]


def test_the_manifest_says_who_made_it_and_names_every_member(
    home: Settings, tmp_path: Path
) -> None:
    backup.back_up(home, tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tar:
        names = tar.getnames()
        manifest = json.loads(tar.extractfile(archive.MANIFEST).read())  # type: ignore[union-attr]

    assert names[-1] == archive.MANIFEST
    assert set(manifest["members"]) == set(names[:-1])
    assert manifest["hotline"]
    assert manifest["database"]["revision"]
