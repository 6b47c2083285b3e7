"""Running other programs: they end with us, and have few of root's powers or none."""

import ctypes
import functools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from pathlib import Path

# Requests of the system call prctl.
PR_SET_PDEATHSIG = 1
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38


def python_module(module: str, *words: str, python: str = sys.executable) -> list[str]:
    """Give the command that runs a module, which is not looked for in the current folder."""
    return [python, "-P", "-m", module, *words]


class Power(IntEnum):
    """Those of root's powers that some process needs: capabilities(7)."""

    ANY_FILE = 1  # CAP_DAC_OVERRIDE
    GROUP = 6  # CAP_SETGID
    USER = 7  # CAP_SETUID
    LOW_PORT = 10  # CAP_NET_BIND_SERVICE


HIGHEST_POWER = 63


def dies_with(
    parent: int, number: int = signal.SIGTERM, powers: frozenset[Power] | None = None
) -> Callable[[], None]:
    """Give the function that makes a child be sent a signal when `parent` dies.

    For a supervisor killed by SIGKILL, which can stop no child. The library is loaded here, since a
    child between fork and exec should do little. `powers` are those of root's that the child keeps;
    it then never gains others by a program that would give them. None leaves it as it is.
    """
    library = ctypes.CDLL(None, use_errno=True)
    dropped = () if powers is None else tuple({*range(HIGHEST_POWER + 1)} - powers)

    def ask() -> None:
        for power in dropped:  # unknown ones, and a user who has none, are refused: no matter
            library.prctl(PR_CAPBSET_DROP, power, 0, 0, 0)
        if powers is not None:
            library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        library.prctl(PR_SET_PDEATHSIG, number)
        # The parent may have died before the request; then no signal would come.
        if os.getppid() != parent:
            os._exit(1)

    return ask


@functools.cache
def as_plain_user(sample: Path) -> tuple[str, ...]:
    """Give the prefix that runs a program as another user than root; empty if we are not root.

    PostgreSQL refuses root. In a user namespace of its own it sees itself as user 1000 and needs
    neither a user of the machine nor an opened folder. Where namespaces are forbidden, setpriv
    drops every right of root's: then `sample`, a program that must run, decides. Raises
    PermissionError if neither works.
    """
    if os.geteuid() != 0:
        return ()
    ways = (
        ("unshare", "--user", "--map-user=1000", "--map-group=1000"),
        ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
    )
    for way in ways:
        if shutil.which(way[0]) and succeeds([*way, str(sample), "--version"]):
            return way
    raise PermissionError("neither user namespaces nor setpriv can be used")


def succeeds(command: Sequence[str], timeout_seconds: float = 20.0) -> bool:
    """Whether a program exits with 0."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=timeout_seconds)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def last_lines(path: Path, count: int = 3) -> str:
    """Give the last lines of a log as one line, for an error message."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return "it left no log"
    return " / ".join(line.strip() for line in lines[-count:] if line.strip()) or "its log is empty"


def said_version(command: Sequence[str]) -> str:
    """Give the version that a program prints with `-v` (nginx version: nginx/1.22.1), or ""."""
    try:
        printed = subprocess.run(
            [*command, "-v"], capture_output=True, text=True, check=False, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (printed.stderr + printed.stdout).strip().splitlines()[0].rpartition("/")[2]
