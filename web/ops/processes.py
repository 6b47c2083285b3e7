"""The processes of this installation, from the supervisor's status file and the kernel."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
NAMES = ("postgres", "asterisk", "nginx", "ledger", "engine", "web", "jobs")


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One process of this installation."""

    name: str
    state: str  # running, pausing, stopped
    pid: int
    since: datetime | None
    restarts: int
    cpu: float | None  # share of one core since the last look; 1.0 is all of one
    memory_bytes: int | None


@dataclass(frozen=True, slots=True)
class SupervisorState:
    """The running processes, and the last requested restart."""

    pid: int
    processes: tuple[ProcessState, ...]
    work: Mapping[str, Any] | None
    versions: Mapping[str, str]


class Processes:
    """Reads the status file, and remembers the processor time of each process."""

    def __init__(self, path: Path) -> None:
        """`path` is the supervisor's status file."""
        self._path = path
        self._before: dict[int, tuple[float, float]] = {}  # pid -> when, seconds of work

    def read(self) -> SupervisorState | None:
        """Give the running processes; None without a supervisor."""
        try:
            said = json.loads(self._path.read_text())
            pid = int(said["supervisor"])
            os.kill(pid, 0)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        children: Mapping[str, Any] = said.get("children", {})
        found = tuple(self._process(name, child) for name, child in children.items())
        pids = {one.pid for one in found}
        self._before = {pid: seen for pid, seen in self._before.items() if pid in pids}
        return SupervisorState(pid, found, said.get("work"), said.get("versions") or {})

    def _process(self, name: str, child: Mapping[str, Any]) -> ProcessState:
        pid, since = int(child.get("pid") or 0), float(child.get("since") or 0)
        worked, memory = _usage(pid)
        return ProcessState(
            name=name,
            state=str(child.get("state", "")),
            pid=pid,
            since=datetime.fromtimestamp(since, UTC) if since else None,
            restarts=int(child.get("restarts") or 0),
            cpu=None if worked is None else self._share(pid, worked, time.time() - since),
            memory_bytes=memory,
        )

    def _share(self, pid: int, worked: float, age: float) -> float:
        """Give the share of a core since the last look, at first since its start."""
        now = time.monotonic()
        before = self._before.get(pid)
        if before is None or now - before[0] >= 1.0:
            self._before[pid] = (now, worked)
        began, then = before or (now - age, 0.0)
        return max(0.0, worked - then) / max(now - began, 0.1)


def _usage(pid: int) -> tuple[float | None, int | None]:
    """Give the processor seconds and memory in bytes of a process and its children."""
    if not pid:
        return None, None
    worked, memory = 0.0, 0
    try:
        for one in (pid, *_children(pid)):
            # The name in parentheses may contain anything; the fields are counted behind it.
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            worked += (int(fields[11]) + int(fields[12])) / TICKS
            memory += int(fields[21]) * PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return None, None
    return worked, memory


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (OSError, ValueError):
        return []
