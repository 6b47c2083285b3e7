"""The engine's time by part: samples of its stacks, taken by CPU time, added up."""

import contextlib
import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

from installation import ROOT
from load.report import table

SAMPLER = Path(__file__).with_name("sampler")
SHOWN = 40
WRITE_SECONDS = 5
OUR_PACKAGES = ("acd", "crm", "cti", "ivr", "recordings", "web")
REST = "event loop, sockets, rest"
# The parts of the engine, searched from the innermost function outwards: the first match gets the
# sample, with everything called by it.
PARTS = (
    ("core: decide", ("cti/core/switch.py:step",)),
    ("core: apply", ("cti/core/state.py:SwitchState.", "cti/engine/engine.py:Engine._set_alarm")),
    (
        "facts: kept, in memory too",
        ("cti/engine/engine.py:Engine.note", "cti/engine/journal.py:Journal.keep"),
    ),
    ("facts: to the disk", ("cti/engine/journal.py:Journal._write",)),
    (
        "facts: to PostgreSQL",
        ("cti/engine/records.py:Records.keep", "cti/engine/ledger.py:Ledger.drain_some"),
    ),
    ("views to the web", ("cti/core/views.py:", "cti/desk/server.py:")),
    (
        "look-up of callers",
        ("cti/engine/records.py:Records.find", "cti/engine/engine.py:Engine._look_up"),
    ),
    (
        "looking again",
        (
            "cti/core/reconcile.py:",
            "cti/engine/reconciler.py:Reconciler._compare",
            "cti/engine/reconciler.py:Reconciler._round",
            "cti/asterisk/recorder.py:Recorder.watch",
            "cti/asterisk/recorder.py:_room_and_sizes",
            "cti/asterisk/ari.py:ARIClient.each",
            "cti/asterisk/ari.py:ARIClient._probe",
            "cti/asterisk/registrations.py:",
            "cti/asterisk/cel.py:",
        ),
    ),
    (
        "orders: spelt, sent, answered",
        (
            "cti/asterisk/ari_http.py:",
            "cti/engine/lanes.py:",
            "cti/engine/engine.py:Engine._carry_out",
            "cti/asterisk/recorder.py:Recorder.begin",
        ),
    ),
    (
        "events: understood",
        ("cti/asterisk/translate.py:", "cti/engine/reconciler.py:Reconciler.on_ari"),
    ),
    ("events: socket, JSON", ("cti/asterisk/ari.py:", "aiohttp/")),
    ("AMI, fallback members", ("cti/asterisk/ami.py:", "panoramisk/", "cti/asterisk/fallback.py:")),
    ("engine: one event", ("cti/engine/engine.py:Engine.",)),
)
# Outer frames that are on every stack.
FRAMES = (
    "web/__main__.py",
    "<frozen",
    "asyncio/runners.py",
    "asyncio/base_events.py:BaseEventLoop",
)


def environment(folder):
    """Give the environment of an installation with an engine that can be sampled."""
    path = f"{SAMPLER}:{ROOT}"
    return {"PYTHONPATH": path, "LOAD_SAMPLES": str(Path(folder).absolute())}


@contextlib.contextmanager
def sampling(folder, pid):
    """Sample a process during a `with`."""
    for old in Path(folder).glob("samples-*.json"):
        old.unlink()
    os.kill(pid, signal.SIGUSR2)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGUSR2)
        end = time.monotonic() + WRITE_SECONDS
        while not list(Path(folder).glob("samples-*.json")) and time.monotonic() < end:
            time.sleep(0.1)


def told(folder, count, unit="call"):
    """Give each part's share of the time, and each function's, alone and with its callees.

    The share of a function counts each sample once, however often it is on the stack.
    """
    alone, within, parts, threads = Counter(), Counter(), Counter(), Counter()
    for path in sorted(Path(folder).glob("samples-*.json")):
        read = json.loads(path.read_text())
        threads.update(read["threads"])
        for thread, names, seconds in _weighed(read):
            alone[names[0]] += seconds
            parts[_part(names)] += seconds
            within.update(dict.fromkeys([f"thread {thread}", *names], seconds))
    if not alone:
        return "No samples: the engine was not sampled."
    total = sum(threads.values())

    def rows(counted):
        kept = [(name, n) for name, n in counted.most_common() if not name.startswith(FRAMES)]
        return [
            (name, f"{seconds * 100 / total:.1f} %", seconds * 1000 / max(1, count))
            for name, seconds in kept[:SHOWN]
        ]

    each = f"ms a {unit}"
    headers = ("function", "share", each)
    busiest = [(name, used * 1000 / max(1, count)) for name, used in threads.most_common(10)]
    return "\n".join(
        (
            f"\nEngine: {total:.1f} s of CPU, {count:g} {unit}s",
            "\nThreads\n" + table(("thread", each), busiest),
            "\nBy part\n" + table(("part", "share", each), rows(parts)),
            "\nWith what they call\n" + table(headers, rows(within)),
            "\nAlone\n" + table(headers, rows(alone)),
        )
    )


def _weighed(read):
    """Give each stack its seconds: a thread's CPU time, divided among its samples.

    The timer hits a random thread while the event loop waits; the threads' own CPU times are exact.
    """
    seen, used = Counter(), Counter()
    for (thread, *_), count in read["stacks"]:
        seen[thread] += count
    for name, seconds in read["threads"].items():
        used[name.rpartition(" ")[0]] += seconds
    for (thread, *stack), count in read["stacks"]:
        yield thread, [_short(one) for one in stack], used[thread] * count / seen[thread]


def _part(names):
    for name in names:
        for part, begins in PARTS:
            if name.startswith(begins):
                return part
    return REST


def _short(name):
    path, _, function = name.rpartition(":")
    parts = Path(path).parts
    # Our own files by their path in the tree, others by their folder.
    ours = next((parts[at:] for at, part in enumerate(parts) if part in OUR_PACKAGES), parts[-2:])
    return f"{'/'.join(ours)}:{function}"
