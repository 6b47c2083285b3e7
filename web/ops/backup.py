"""`hotline backup` and `hotline restore`: all data of a home that cannot be made again.

A backup may be made during calls. The journal is copied before the database: a fact that has not
reached the database yet is in one of them, and a fact in both counts once. Uploads, recordings,
voicemails and faxes come last, since a row names only a file that exists.
"""

import contextlib
import json
import platform
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from crm.backup import store
from crm.backup.copied import DatabaseCopy, read_copy
from crm.sql.db import known_revisions, migrate_to
from web.kit.clock import now
from web.kit.settings import Settings
from web.ops import age, archive
from web.ops.archive import HOME_FILES, LOCKED
from web.ops.failure_reason import Reason, reason_of
from web.ops.home import only_one
from web.ops.setup import postgres
from web.ops.setup.steps import SetupError, step

UNFINISHED = "restoring"  # in the home, while a restore has begun and not ended
LAST = "last-backup.json"  # in the home: the folder of backups may be full
START_SECONDS = 30.0
REPLACED = "replaced"
DEAD_AFTER = timedelta(days=1)  # no backup takes so long


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """The last backup, for the status page."""

    at: str
    well: bool
    path: str = ""
    size: int = 0
    rows: int = 0
    seconds: float = 0.0
    why: str = ""  # a sentence to be translated, and its values
    values: Mapping[str, str] = field(default_factory=dict)


class StoppedError(Exception):
    """The backup was stopped; nothing of it is left."""


class BackupError(SetupError):
    """The backup failed."""

    def __init__(self, reason: Reason) -> None:
        """Keep the reason, so that it can be translated."""
        super().__init__(f"The backup could not be made: {reason}.")
        self.reason = reason


def backups_dir(settings: Settings) -> Path:
    """Give the folder of the automatic backups."""
    return settings.home / "backups"


def back_up(
    settings: Settings,
    target: Path,
    *,
    sound: bool = True,
    lock: age.Lock | None = None,
    stop: threading.Event | None = None,
) -> BackupRecord:
    """Write a backup; `sound` includes recordings, voicemails and faxes.

    Raises BackupError, leaving nothing.

    With a lock only its key opens the file. The result is noted for the status page in both cases.
    Once `stop` is set it ends with StoppedError, and nothing is left or noted.
    """
    began, at = time.monotonic(), now()

    def look() -> None:
        if stop is not None and stop.is_set():
            raise StoppedError

    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        manifest: dict[str, Any] = _about(settings, at, sound=sound)
        with archive.packing(target, manifest, lock, look) as made:
            copy = _pack(settings, made, manifest, look, sound=sound)
    except (OSError, SQLAlchemyError) as error:
        why = reason_of(error)
        _note(
            settings, BackupRecord(at.isoformat(), well=False, why=why.sentence, values=why.values)
        )
        raise BackupError(why) from None
    seconds = round(time.monotonic() - began, 1)
    size = target.stat().st_size
    done = BackupRecord(
        at.isoformat(), well=True, path=str(target), size=size, rows=copy.rows, seconds=seconds
    )
    _note(settings, done)
    return done


def last_backup(settings: Settings) -> BackupRecord | None:
    """Read the record of the last backup; None if there is none."""
    try:
        return BackupRecord(**json.loads((settings.home / LAST).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def daily_backups(settings: Settings) -> list[Path]:
    """Give the nightly backups, the oldest first."""
    found = backups_dir(settings).glob("daily-*.tar.gz*")
    return sorted(one for one in found if one.name.endswith((".tar.gz", f".tar.gz{LOCKED}")))


def keep_newest(settings: Settings, count: int) -> None:
    """Remove all daily backups except the newest ones."""
    for old in daily_backups(settings)[:-count] if count else []:
        old.unlink(missing_ok=True)


def sweep(settings: Settings, at: datetime) -> None:
    """Remove the files of a killed backup, once it must be dead."""
    left = [*settings.home.glob("backup-*"), *backups_dir(settings).glob("daily-*.partial")]
    for one in left:
        with contextlib.suppress(OSError):
            if at.timestamp() - one.stat().st_mtime > DEAD_AFTER.total_seconds():
                shutil.rmtree(one) if one.is_dir() else one.unlink()


def daily_name(at: datetime, *, locked: bool = False) -> str:
    """Give a daily backup's name, so that names sort by time."""
    return f"daily-{at:%Y%m%d-%H%M%S}.tar.gz{LOCKED if locked else ''}"


def restore(
    settings: Settings, path: Path, *, replace: bool, key: age.Key | None = None
) -> DatabaseCopy:
    """Replace the content of the home with a backup; Hotline must not run.

    The whole file is checked before anything is touched. The home's old content is kept in
    `replaced-TIME`, and put back if the restore fails. A home whose restore was interrupted does
    not start.
    """
    manifest = archive.check(path, key)
    copy = _readable(path, manifest)
    with only_one(settings):
        settings.run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = settings.home / UNFINISHED
        if not replace and not unfinished.exists() and _has_data(settings):
            raise SetupError(
                f"{settings.home} has data of its own. Restore into an empty home (HOTLINE_HOME),"
                " or say --replace."
            )
        unfinished.write_text(str(path))
        aside = settings.home / f"{REPLACED}-{now():%Y%m%d-%H%M%S}"
        moved = _move_aside(settings, aside, sound=bool(manifest.get("sound")))
        try:
            _unpack(settings, path, copy, key)
        except BaseException:
            _put_back(moved)
            if settings.embedded_database:
                unfinished.unlink()
            raise
        unfinished.unlink()
    return copy


def refuse_half_restored(settings: Settings) -> None:
    """Raise SetupError if a restore into this home was interrupted."""
    if (settings.home / UNFINISHED).exists():
        raise SetupError(
            f"A restore into {settings.home} was interrupted. Run hotline restore again: the home"
            " holds half of a backup."
        )


@contextlib.contextmanager
def database_running(settings: Settings) -> Iterator[None]:
    """Run the embedded database for a while, unless it runs already."""
    if not settings.embedded_database or postgres.answers(settings):
        yield
        return
    settings.run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.log_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    postgres.make_cluster(settings)
    with (settings.log_dir / "postgres.log").open("ab") as output:
        server = subprocess.Popen(  # noqa: S603 - our own command
            postgres.start_command(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + START_SECONDS
        while not postgres.answers(settings):
            if server.poll() is not None or time.monotonic() > end:
                raise SetupError(f"The database does not start; see {output.name}.")
            time.sleep(0.05)
        postgres.make_database(settings)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def _about(settings: Settings, at: datetime, *, sound: bool) -> dict[str, Any]:
    return {
        "made_at": at.isoformat(),
        "hotline": version("hotline"),
        "python": platform.python_version(),
        "machine": platform.node(),
        "region": settings.region,
        "sound": sound,
    }


def _pack(
    settings: Settings,
    made: archive.ArchiveWriter,
    manifest: dict[str, Any],
    look: Callable[[], None],
    *,
    sound: bool,
) -> DatabaseCopy:
    made.add_folder(settings.journal_dir, "journal", ("*.jsonl", "*.json"))
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="backup-") as scratch:
        copy = store.copy_out(settings.database_url, Path(scratch), look)
        made.add_folder(Path(scratch), "database")
    manifest["database"] = copy.as_json()
    for name in HOME_FILES:
        made.add(settings.home / name, f"home/{name}")
    made.add_folder(settings.sounds_dir, "sounds")
    made.add_folder(settings.uploads_dir, "uploads")
    if sound:
        made.add_folder(settings.recordings_dir, "recordings")
        made.add_folder(settings.messages_dir, "messages")
    return copy


def _readable(path: Path, manifest: dict[str, Any]) -> DatabaseCopy:
    try:
        copy = read_copy(manifest["database"])
    except (KeyError, TypeError, ValueError, IndexError):
        raise SetupError(f"{path} does not say what its database is made of.") from None
    if copy.revision not in known_revisions():
        made_by = manifest.get("hotline", "another version")
        raise SetupError(
            f"{path} was made by Hotline {made_by}, whose database (version {copy.revision}) this"
            " one does not know. Restore it with that version or a newer one."
        )
    return copy


def _has_data(settings: Settings) -> bool:
    if settings.embedded_database:
        return settings.postgres_dir.exists()
    return not store.is_empty(settings.database_url)


def _move_aside(settings: Settings, aside: Path, *, sound: bool) -> list[tuple[Path, Path]]:
    """Move the content that will be replaced; give each old and new place."""
    places = [settings.journal_dir, settings.uploads_dir]
    places += [settings.home / name for name in HOME_FILES]
    places += [settings.recordings_dir, settings.messages_dir] if sound else []
    places += [settings.postgres_dir] if settings.embedded_database else []
    moved = []
    for place in places:
        if place.exists() or place.is_symlink():
            aside.mkdir(exist_ok=True, mode=0o700)
            moved.append((place, aside / place.name))
            place.rename(aside / place.name)
    return moved


def _put_back(moved: list[tuple[Path, Path]]) -> None:
    for place, aside in moved:
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)
        aside.rename(place)


def _unpack(settings: Settings, path: Path, copy: DatabaseCopy, key: age.Key | None) -> None:
    with tempfile.TemporaryDirectory(dir=settings.home, prefix="restore-") as scratch:
        places = {
            "database": Path(scratch),
            "home": settings.home,
            "journal": settings.journal_dir,
            "sounds": settings.sounds_dir,
            "uploads": settings.uploads_dir,
            "recordings": settings.recordings_dir,
            "messages": settings.messages_dir,
        }
        with step("Restore: files"):
            archive.unpack(path, places, key)
        with step("Restore: database"), database_running(settings):
            if not settings.embedded_database:
                store.forget_everything(settings.database_url)
            try:
                migrate_to(settings.database_url, copy.revision)
                store.copy_in(settings.database_url, Path(scratch), copy)
            except (SQLAlchemyError, ValueError) as error:
                why = str(error).splitlines()[0][:200]
                raise SetupError(f"The database could not be restored: {why}.") from None


def _note(settings: Settings, done: BackupRecord) -> None:
    with contextlib.suppress(OSError):
        new = settings.home / f"{LAST}.new"
        new.write_text(json.dumps(asdict(done)))
        new.replace(settings.home / LAST)
