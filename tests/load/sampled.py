"""Where the engine's time goes: samples of its stacks, taken by CPU time, added up."""

import contextlib
import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

from installation import ROOT
from load.telling import table

SAMPLER = Path(__file__).with_name("sampler")
SHOWN = 40
WRITE_SECONDS = 5
# What everything runs in says nothing.
FRAMES = (
    "web/__main__.py",
    "<frozen",
    "asyncio/runners.py",
    "asyncio/base_events.py:BaseEventLoop",
)


def environment(folder):
    """What an installation must be started with, so that its engine can be sampled."""
    path = f"{SAMPLER}:{ROOT}"
    return {"PYTHONPATH": path, "LOAD_SAMPLES": str(Path(folder).absolute())}


@contextlib.contextmanager
def sampling(folder, pid):
    """Sample a process for the length of a `with`."""
    os.kill(pid, signal.SIGUSR2)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGUSR2)
        end = time.monotonic() + WRITE_SECONDS
        while not list(Path(folder).glob("samples-*.json")) and time.monotonic() < end:
            time.sleep(0.1)


def told(folder, calls):
    """Tell what functions had of the time, alone and with what they call.

    The share of a function counts each sample once, however often it is on the stack.
    """
    alone, within, threads, total = Counter(), Counter(), Counter(), 0
    for path in sorted(Path(folder).glob("samples-*.json")):
        read = json.loads(path.read_text())
        threads.update(read["threads"])
        for (thread, *stack), count in read["stacks"]:
            names = [_short(one) for one in stack]
            total += count
            alone[names[0]] += count
            within.update(dict.fromkeys([f"thread {thread}", *names], count))
    if not total:
        return "No samples: the engine was not sampled."
    seconds = sum(threads.values())

    def rows(counted):
        kept = [(name, n) for name, n in counted.most_common() if not name.startswith(FRAMES)]
        return [
            (name, f"{n * 100 / total:.1f} %", n / total * seconds * 1000 / max(1, calls))
            for name, n in kept[:SHOWN]
        ]

    headers = ("function", "share", "ms a call")
    busiest = [(name, used * 1000 / max(1, calls)) for name, used in threads.most_common(10)]
    return "\n".join(
        (
            f"\nEngine: {seconds:.1f} s of CPU, {total} samples, {calls} calls",
            "\nThreads\n" + table(("thread", "ms a call"), busiest),
            "\nWith what they call\n" + table(headers, rows(within)),
            "\nAlone\n" + table(headers, rows(alone)),
        )
    )


def _short(name):
    path, _, function = name.rpartition(":")
    parts = Path(path).parts
    return f"{'/'.join(parts[-2:])}:{function}"
