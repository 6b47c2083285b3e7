"""Music as Asterisk plays it: a folder for each class, and the file that declares the classes.

Both are made from the masters. Asterisk reads the declaration again when it has changed; a caller
who hears music hears it on, also what was deleted meanwhile, and the next caller hears the new one.
"""

import shutil
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import structlog
from sqlalchemy.orm import Session, sessionmaker

from ivr.prompt_library.music.store import music_classes
from ivr.prompt_library.prompt import MusicClass, MusicFile
from web.kit.settings import Settings
from web.ops.asterisk_requests import reload_module
from web.ops.setup.asterisk import MUSIC_CLASSES
from web.ops.setup.prompts import is_complete
from web.prompts.masters import path_of_master, write_files, write_text

MODULE = "res_musiconhold"
UNUSED = ".unused"
"""The suffix of the mark beside music that was deleted."""

KEPT_SECONDS = 3600.0
"""How long files stay after their deletion: a caller who waits hears the list on."""

log = structlog.get_logger(__name__)
_one_at_a_time = threading.Lock()
_told: list[str] = []  # the declaration that Asterisk has read last


def music_dir(settings: Settings) -> Path:
    """Give the folder of the classes."""
    return settings.sounds_dir / "music"


def settle_music(settings: Settings, database: sessionmaker[Session]) -> None:
    """Let Asterisk play the classes as they are now."""
    with database.begin() as session:
        classes = music_classes(session)
    with _one_at_a_time:
        changed = any([_settle(settings, one) for one in classes])  # noqa: C419 - all of them
        _remove_others(settings, classes)
        declared = declaration(settings, classes)
        path = music_dir(settings) / MUSIC_CLASSES
        known = path.read_text() if path.exists() else ""
        if known != declared:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_text(path, declared)
            changed = True
        if (changed or _told[-1:] != [declared]) and reload_module(settings, MODULE):
            _told[:] = [declared]


def declaration(settings: Settings, classes: Sequence[MusicClass]) -> str:
    """Write the classes as Asterisk reads them, with their files in order.

    A class is declared only while it has files that can be played: a queue whose music is not
    declared plays the standard music, but one whose files are all missing would be silent.
    """
    lines = ["; Made by Hotline from the page Music on hold."]
    for one in sorted(classes, key=lambda one: one.id):
        folder = music_dir(settings) / one.key
        stems = [stem for file in one.files if is_complete(folder, stem := _stem(file))]
        if stems:
            lines += ["", f"[{one.key}]", "mode = playlist"]
            lines += [f"entry = {folder / stem}" for stem in stems]
            lines += ["sort = random"] if one.shuffled else []
    return "\n".join(lines) + "\n"


def _stem(file: MusicFile) -> str:
    # By its content: a file keeps its name while callers hear it, whatever its place is.
    return file.master[:32]


def _settle(settings: Settings, one: MusicClass) -> bool:
    """Give a class's folder the files that it should have; whether any was written."""
    folder = music_dir(settings) / one.key
    wanted = {_stem(file): file.master for file in one.files}
    changed = False
    for stem, master in wanted.items():
        if not is_complete(folder, stem):
            try:
                if not write_files(path_of_master(settings, master), folder / stem):
                    log.warning("a file of music is lost", music=one.id)
                    continue
            except (OSError, RuntimeError) as error:
                log.warning("a file of music cannot be written", why=str(error)[:200])
                continue
            changed = True
    found = {path.name.partition(".")[0] for path in folder.iterdir()} if folder.is_dir() else set()
    for stem in found:
        mark = folder / f"{stem}{UNUSED}"
        if stem in wanted:
            mark.unlink(missing_ok=True)
        elif _is_over(mark):
            for path in folder.glob(f"{stem}.*"):
                path.unlink(missing_ok=True)
    return changed


def _is_over(mark: Path) -> bool:
    """Whether music has been unused for long enough: callers may still hear it."""
    if not mark.exists():
        mark.touch()
    return time.time() - mark.stat().st_mtime > KEPT_SECONDS


def _remove_others(settings: Settings, classes: Sequence[MusicClass]) -> None:
    known = {one.key for one in classes}
    folder = music_dir(settings)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and path.name not in known and _is_over(path / f"all{UNUSED}"):
            shutil.rmtree(path, ignore_errors=True)
