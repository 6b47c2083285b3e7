"""Samples the stacks of a process a few hundred times a CPU second; used by `load.sampled`.

Python runs this file at its start. Without LOAD_SAMPLES, or in another process than the engine, it
does nothing. SIGUSR2 starts it, and the next one ends it and writes the samples.
"""

import os
import signal
import sys
import threading
from collections import Counter
from json import dumps
from pathlib import Path

EVERY_SECONDS = 0.002  # of the process's CPU time
DEEPEST = 60
# A thread with one of these as innermost function waits; so does the main thread in the event
# loop's select, and then the CPU time was another thread's.
WAITS = {"wait", "select", "_recv_bytes", "get", "poll", "acquire", "_worker", "_listen_once"}
LOOP = {"select", "run"}  # where asyncio's and uvloop's event loops wait


class Sampler:
    """Counts stacks by the CPU time of the whole process."""

    def __init__(self, folder):
        self._folder = Path(folder)
        self._seen = Counter()
        self._cpu = {}
        self._running = False

    def turn(self, _number, _frame):
        """Start, or end and write."""
        if self._running:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._write()
        else:
            self._seen.clear()
            self._cpu = _cpu_of_threads()
            signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
        self._running = not self._running

    def look(self, _number, frame):
        """Count the stack of the main thread, or if that waits, of a thread that does not."""
        if frame.f_code.co_name not in LOOP:
            self._seen[("MainThread", *_stack(frame))] += 1
            return
        names = {one.ident: one.name for one in threading.enumerate()}
        me = threading.get_ident()
        for ident, other in sys._current_frames().items():  # noqa: SLF001 - there is no other way
            if ident != me and other.f_code.co_name not in WAITS:
                self._seen[(names.get(ident, "?"), *_stack(other))] += 1
                return
        self._seen[("MainThread", *_stack(frame))] += 1

    def _write(self):
        after = _cpu_of_threads()
        threads = {name: used - self._cpu.get(name, 0.0) for name, used in after.items()}
        told = {"stacks": [[list(s), n] for s, n in self._seen.most_common()], "threads": threads}
        (self._folder / f"samples-{os.getpid()}.json").write_text(dumps(told))


def _stack(frame):
    stack = []
    while frame is not None and len(stack) < DEEPEST:
        code = frame.f_code
        stack.append(f"{code.co_filename}:{code.co_qualname}")
        frame = frame.f_back
    return stack


def _cpu_of_threads():
    tick = os.sysconf("SC_CLK_TCK")
    names = {one.native_id: one.name for one in threading.enumerate()}
    found = {}
    for task in Path("/proc/self/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        name = f"{names.get(int(task.name), 'native')} {task.name}"
        found[name] = (int(fields[11]) + int(fields[12])) / tick
    return found


if os.environ.get("LOAD_SAMPLES") and sys.orig_argv[-1:] == ["engine"]:
    _sampler = Sampler(os.environ["LOAD_SAMPLES"])
    signal.signal(signal.SIGUSR2, _sampler.turn)
    signal.signal(signal.SIGPROF, _sampler.look)
    signal.siginterrupt(signal.SIGPROF, False)
