"""Detects that the code of a spare process was replaced while it waited.

A spare process has everything imported and starts on request. After an edit or an upgrade it must
not run the old code: it replaces itself with a new process first.
"""

import os
import sys
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

MADE_OF = ("acd", "campaigns", "crm", "cti", "ivr", "recordings", "web")
CODE = frozenset({".py"})
PAGES = CODE | {".html", ".po", ".css", ".js", ".json"}
ASIDE = frozenset({"node_modules", "__pycache__", "client"})  # the client counts once it is built


def stand_by(root: Path, kinds: Collection[str], before: int) -> bool:
    """Wait for the request to start, if this is a spare process; False if it never comes.

    `before` is the result of `mark` when the process was started. If it has changed now, this does
    not return: the process is replaced.
    """
    if not os.environ.get("HOTLINE_STAND_BY"):
        return True
    if not sys.stdin.readline():
        return False  # the supervisor ended before it needed us
    if mark(root, kinds) != before:
        del os.environ["HOTLINE_STAND_BY"]
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this program, as it was started
    return True


def mark(root: Path, kinds: Collection[str]) -> int:
    """Hash names, times and sizes of the sources; a file that became older counts as changed."""
    whole = 0
    for line in sorted(_files(root, kinds)):
        whole = zlib.crc32(line.encode(), whole)
    return whole


def _files(root: Path, kinds: Collection[str]) -> Iterator[str]:
    for package in MADE_OF:
        for folder, folders, files in os.walk(root / package):
            folders[:] = [one for one in folders if one not in ASIDE]
            for one in files:
                if os.path.splitext(one)[1] in kinds:  # noqa: PTH122 - a thousand files
                    yield _line(f"{folder}/{one}")


def _line(path: str) -> str:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return path  # it was removed at this moment
    return f"{path} {found.st_mtime_ns} {found.st_size}"
