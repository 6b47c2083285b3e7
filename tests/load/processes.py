"""CPU and memory of whole process trees, read from /proc."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
KIB = 1024
_STAT_FROM = 3  # /proc/PID/stat: the first field after the name in brackets is number 3
_PARENT = 4 - _STAT_FROM
_COUNTED = range(14 - _STAT_FROM, 18 - _STAT_FROM)  # its own, user and system; its children's


class Meter:
    """CPU of named process trees between `with` and now, or its end.

    A child that ended counts through its parent (`cutime`), so nothing is lost except a process
    that left the tree.
    """

    def __init__(self, **pids):
        """Each name is for the process with an id and all its descendants."""
        self.pids = {name: pid for name, pid in pids.items() if pid}
        self.seconds = {}
        self._before = {}

    def __enter__(self):
        self._before = self._read()
        return self

    def __exit__(self, *_):
        if not self.seconds:
            self.stop()

    def stop(self):
        """Note the CPU used since the beginning; gives seconds by name."""
        after = self._read()
        self.seconds = {name: after[name] - self._before.get(name, 0.0) for name in after}
        return self.seconds

    def _read(self):
        parents = _tree()
        return {
            name: sum(_cpu_seconds(one) for one in _below(pid, parents))
            for name, pid in self.pids.items()
        }


def processes_of(installation):
    """Give the ids of an installation's processes by name, for a Meter."""
    told = installation.status()["children"]
    return {name: one["pid"] for name, one in told.items() if one["pid"]}


def memory_mib(pid):
    """Give the memory of a tree of processes, shared pages by their share (PSS)."""
    return sum(_pss(one) for one in _below(pid, _tree())) / KIB


def _pss(pid):
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _fields(pid):
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # A program's name may contain blanks and brackets; after the last bracket come numbers.
    return text.rpartition(")")[2].split()


def _cpu_seconds(pid):
    fields = _fields(pid)
    if fields is None:
        return 0.0
    return sum(int(fields[at]) for at in _COUNTED) / TICK


def _tree():
    """Give the parent of each process."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(entry.name)):
            parents[int(entry.name)] = int(fields[_PARENT])
    return parents


def _below(pid, parents):
    children = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found, open_ = [], [pid]
    while open_:
        one = open_.pop()
        found.append(one)
        open_ += children.get(one, ())
    return found
