"""Simulations on the disk: each has a folder, which its process fills and any web process reads.

A simulation is worth nothing after a while, so it needs no table. The process holds a lock on the
folder as long as it lives, so one that was killed is known by its free lock.
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crm.kernel.errors import ConflictError, MissingError
from web.kit.i18n import N_
from web.kit.settings import REPOSITORY, Settings
from web.simulations.shapes import SimulationState

KEPT_FOR = timedelta(days=1)
MOST_UNFINISHED = 3  # of one user
MOST_FINISHED = 20  # likewise: the oldest go first
STARTS_WITHIN_SECONDS = 15.0  # a process that has no lock by then never began
REQUEST, PROGRESS, RESULT, LOCK = "request.json", "progress.json", "result.json", "lock"


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulation as it stands on the disk."""

    id: str
    state: SimulationState
    created_at: datetime
    request: Mapping[str, Any]
    runs_done: int
    result: Mapping[str, Any] | None


def root_of(settings: Settings) -> Path:
    """Give the folder of all simulations."""
    return settings.home / "simulations"


def start(settings: Settings, owner: int, request: Mapping[str, Any], at: datetime) -> str:
    """Begin a simulation in a process of its own; give its id.

    ConflictError while too many of the user's are unfinished.
    """
    root = root_of(settings)
    root.mkdir(parents=True, exist_ok=True)
    _remove_old(root, at)
    active = {SimulationState.WAITING, SimulationState.RUNNING}
    mine = simulations_of(settings, owner, at)
    for old in [one for one in mine if one.state not in active][MOST_FINISHED - 1 :]:
        shutil.rmtree(root / old.id, ignore_errors=True)
    if sum(one.state in active for one in mine) >= MOST_UNFINISHED:
        raise ConflictError(
            N_("{most} of your simulations are still running. Cancel one, or wait."),
            most=MOST_UNFINISHED,
        )
    id_ = secrets.token_hex(8)
    folder = root / id_
    folder.mkdir(mode=0o700)
    whole = {**request, "owner": owner, "created_at": at.isoformat()}
    write_whole(folder / REQUEST, whole)
    process = subprocess.Popen(  # noqa: S603 - a program of ours
        [sys.executable, "-m", "web.simulations.worker", str(folder)],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    threading.Thread(target=process.wait, daemon=True).start()  # or it stays as a zombie
    return id_


def find(settings: Settings, owner: int, id_: str, at: datetime) -> Simulation:
    """Read a simulation of a user; MissingError if there is none, or it is another user's."""
    found = _read(root_of(settings) / id_, at)
    if found is None or found.request["owner"] != owner:
        raise MissingError(N_("This simulation does not exist any more."))
    return found


def simulations_of(settings: Settings, owner: int, at: datetime) -> list[Simulation]:
    """Give the simulations of a user, the newest first."""
    found = [one for one in _all(root_of(settings), at) if one.request["owner"] == owner]
    return sorted(found, key=lambda one: one.created_at, reverse=True)


def cancel(settings: Settings, owner: int, id_: str, at: datetime) -> None:
    """End a simulation, if it still runs, and remove it."""
    find(settings, owner, id_, at)
    folder = root_of(settings) / id_
    if _is_locked(folder):
        with suppress(OSError, ValueError):
            os.kill(int((folder / LOCK).read_text()), signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def alive_in(folder: Path) -> Iterator[None]:
    """Hold the lock of a simulation's folder, with our process id in it.

    The file gets its name when it is already locked: a reader that finds it free may say that the
    process has died, and a reader's own lock never comes first.
    """
    beside = folder / f"{LOCK}.new"
    with beside.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(str(os.getpid()))
        file.flush()
        beside.replace(folder / LOCK)
        yield


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Try to lock a file; gives whether it is ours."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def write_whole(path: Path, what: Mapping[str, Any]) -> None:
    """Write a file of JSON that nobody sees half-written."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(what))
    beside.replace(path)


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a file of JSON; None if it is missing or is none."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _all(root: Path, at: datetime) -> Iterator[Simulation]:
    if root.is_dir():
        for folder in root.iterdir():
            found = _read(folder, at) if folder.is_dir() else None
            if found is not None:
                yield found


def _read(folder: Path, at: datetime) -> Simulation | None:
    # In this order: the lock comes before all the rest that the process does, and goes last.
    begun = (folder / LOCK).exists()
    alive = _is_locked(folder)
    request = read_json(folder / REQUEST)
    if request is None:
        return None
    created = datetime.fromisoformat(request["created_at"])
    result, progress = read_json(folder / RESULT), read_json(folder / PROGRESS)
    if result is not None:
        state = SimulationState.FAILED if "error" in result else SimulationState.DONE
    elif alive:
        state = SimulationState.RUNNING if progress is not None else SimulationState.WAITING
    else:
        late = (at - created).total_seconds() > STARTS_WITHIN_SECONDS
        state = SimulationState.FAILED if begun or late else SimulationState.WAITING
    done = int((progress or {}).get("runs_done", 0))
    return Simulation(folder.name, state, created, request, done, result)


def _is_locked(folder: Path) -> bool:
    try:
        with (folder / LOCK).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _remove_old(root: Path, at: datetime) -> None:
    for folder in root.iterdir():
        with suppress(OSError):
            if (
                folder.is_dir()
                and at.timestamp() - folder.stat().st_mtime > KEPT_FOR.total_seconds()
            ):
                shutil.rmtree(folder)
