"""The volatile log: a file in memory with the facts that are not on the disk yet.

Commands leave while the journal's thread still writes. Facts in the process's own memory alone
would be lost with a killed engine; a file on tmpfs outlives it, costs some microseconds, and never
waits for a disk, be it full, slow or frozen.
"""

import os
import stat
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)


class VolatileLog:
    """Whole lines, appended and now and then cleared; not for two threads at once."""

    def __init__(self, file: int, path: Path) -> None:
        """Take an open file, for reading and appending, and its path."""
        self._file = file
        self._path = path
        self._full = False
        self._holds = os.fstat(file).st_size > 0

    def left(self) -> list[bytes]:
        """Give the lines that the last run left."""
        with os.fdopen(os.dup(self._file), "rb") as file:
            file.seek(0)
            return [line for line in file.read().splitlines(keepends=True) if line.endswith(b"\n")]

    def add(self, lines: bytes) -> None:
        """Append lines. Without room in the file they are only in the process's own memory."""
        try:
            os.write(self._file, lines)
            self._holds = True
        except OSError as error:
            if not self._full:
                log.warning("facts have no volatile log", why=error.strerror)
            self._full = True

    def clear(self) -> None:
        """Empty the log: all its facts are on the disk, or in the database."""
        if self._holds:
            os.ftruncate(self._file, 0)
            self._holds = False

    def close(self) -> None:
        """Close the log; delete the file if it is empty."""
        if not self._holds:
            self._path.unlink(missing_ok=True)
        os.close(self._file)


def open_volatile_log(path: Path) -> VolatileLog | None:
    """Open the log; None without a file system in memory, or if it belongs to another user."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        file = os.open(path, flags, 0o600)
    except OSError as error:
        log.info("facts have no volatile log", why=error.strerror)
        return None
    found = os.fstat(file)
    if found.st_uid != os.geteuid() or not stat.S_ISREG(found.st_mode):
        log.warning("the volatile log belongs to another user", path=str(path))
        os.close(file)
        return None
    return VolatileLog(file, path)


def own_folder(path: Path) -> Path | None:
    """Make a folder in memory if needed; None without one, or if it is not ours alone."""
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
    except OSError:
        return None
    return path if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() else None
