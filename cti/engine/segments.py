"""The journal's files: numbered segments of facts, one fact per line.

The engine appends to the newest segment; the ledger drains the oldest and deletes it. All segments
share one sequence of numbers; each is on the disk or, if the disk could not take it, in a folder in
memory. The writer of a segment holds a lock on it, so a segment without a lock is complete.
"""

import fcntl
import json
from collections.abc import Iterable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any

import structlog

from cti.engine.volatile_log import own_folder

SUFFIX = ".jsonl"

Line = dict[str, Any]

log = structlog.get_logger(__name__)


class Segments:
    """The segments of one journal, on disk and in memory."""

    def __init__(self, folder: Path, memory: Path | None = None) -> None:
        """`memory` is a folder on a file system in memory; None where there is none."""
        self.folder = folder
        self.memory = own_folder(memory) if memory is not None else None

    @property
    def status_file(self) -> Path:
        """The ledger's status file; in memory, so that a full disk does not matter."""
        return (self.memory or self.folder) / "ledger.json"

    def paths(self) -> list[Path]:
        """All segments, the oldest first."""
        found: list[Path] = []
        for folder in (self.folder, self.memory):
            if folder is not None:
                with suppress(FileNotFoundError, NotADirectoryError):
                    found += [path for path in folder.iterdir() if path.suffix == SUFFIX]
        return sorted(found, key=lambda path: path.name)

    def create(self, number: int) -> FileIO:
        """Open a new segment on the disk for appending, and lock it; OSError if that fails."""
        return _locked(self.folder / _name(number))

    def create_in_memory(self, number: int) -> FileIO:
        """Open a new segment in memory; OSError if there is no memory for it."""
        if self.memory is None or own_folder(self.memory) is None:
            raise FileNotFoundError("there is no folder in memory")
        return _locked(self.memory / _name(number))


def number_of(path: Path) -> int:
    """Give the number of a segment; 0 for any other file."""
    return int(path.stem) if path.stem.isdecimal() else 0


def count_lines(path: Path) -> int:
    """Count the whole lines of a segment; 0 if it is gone by now."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        return sum(line.endswith(b"\n") for line in file)
    return 0


def read_lines(path: Path, offset: int, most: int) -> tuple[list[bytes], int]:
    """Give whole lines from an offset, up to the given number, and the offset after them."""
    lines: list[bytes] = []
    with path.open("rb") as file:
        file.seek(offset)
        while len(lines) < most:
            line = file.readline()
            if not line.endswith(b"\n"):
                break
            offset = file.tell()
            lines.append(line)
    return lines, offset


def remove_if_complete(path: Path, end: int) -> bool:
    """Delete a segment that was drained up to `end`, unless it is locked or has more lines.

    Bytes behind `end` may be a line torn by a power cut or a full disk: its fact is also in a later
    segment, or was never confirmed.
    """
    with suppress(BlockingIOError, FileNotFoundError), path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not read_lines(path, end, 1)[0]:
            path.unlink()
            return True
    return False


def readable(raw: Iterable[bytes]) -> list[Line]:
    """Parse lines; leave out lines that are torn by a power cut or no facts."""
    lines: list[Line] = []
    for one in raw:
        try:
            line = json.loads(one)
        except (ValueError, RecursionError):
            line = None
        if isinstance(line, dict):
            lines.append(line)
        else:
            log.warning("a line of the journal cannot be read")
    return lines


def _name(number: int) -> str:
    return f"{number:012d}{SUFFIX}"


def _locked(path: Path) -> FileIO:
    """Open a new file, locked before it gets its name, so that it is never seen unlocked."""
    nameless = path.with_suffix(".new")
    file = FileIO(nameless, "ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        nameless.replace(path)
    except OSError:
        file.close()
        raise
    return file
