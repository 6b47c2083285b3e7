"""The engine as a web process sees it: its floor, kept up to date, and requests with answers.

    with Floor(made.installation) as floor:
        floor.ask("state", agent=7, state="ready")
        [call["id"] for call in floor.of("call") if call["state"] == "talking"]

A broken connection (the engine was restarted) is made again, with a fresh snapshot.
"""

import contextlib
import itertools
import json
import queue
import re
import socket
import threading
import time

from load.desk_sockets import fold

ANSWER_SECONDS = 10
AGAIN_SECONDS = 0.3
_SAMPLE = re.compile(r"^(\w+)(?:\{([^}]*)\})? ([0-9.eE+-]+|NaN)$", re.MULTILINE)


class Floor:
    """The engine's live items. Read `of` anywhere; one thread of its own writes."""

    def __init__(self, installation):
        self._path = installation._run_dir() / "engine.sock"  # noqa: SLF001 - tests' own
        self._items = {}
        self._lock = threading.Lock()
        self._wire = None
        self._answers = {}
        self._ids = itertools.count(1)
        self._over = threading.Event()
        self.snapshots = 0

    def __enter__(self):
        threading.Thread(target=self._run, daemon=True).start()
        end = time.monotonic() + ANSWER_SECONDS
        while not self.snapshots and time.monotonic() < end:
            time.sleep(0.05)
        assert self.snapshots, "the engine does not show its floor"
        return self

    def __exit__(self, *_):
        self._over.set()
        self._cut()

    def of(self, kind):
        """Give the values of a kind: "agent", "call", "queue"."""
        with self._lock:
            return [value for (one, _), value in self._items.items() if one == kind]

    def ask(self, name, **fields):
        """Send a request; give (carried out, value or error); (False, None) without an answer."""
        key = f"f{next(self._ids)}"
        box = self._answers[key] = queue.Queue(1)
        try:
            wire = self._wire
            if wire is None:
                return False, None
            wire.sendall(json.dumps({"id": key, "ask": name, **fields}).encode() + b"\n")
            told = box.get(timeout=ANSWER_SECONDS)
        except (OSError, queue.Empty):
            return False, None
        finally:
            self._answers.pop(key, None)
        return told["ok"], told.get("value", told.get("error"))

    def tallies(self):
        """Give the engine's own metrics: {(name, labels): number}."""
        told, value = self.ask("metrics")
        return samples(value["text"]) if told else {}

    def _run(self):
        while not self._over.is_set():
            with contextlib.suppress(OSError, ValueError):
                self._follow()
            self._wire = None
            self._over.wait(AGAIN_SECONDS)

    def _follow(self):
        with socket.socket(socket.AF_UNIX) as wire:
            wire.connect(str(self._path))
            self._wire = wire
            for line in wire.makefile("rb"):
                self._take(json.loads(line))

    def _take(self, message):
        if "reply" in message:
            if box := self._answers.get(message["reply"]):
                box.put_nowait(message)
            return
        with self._lock:
            if "hello" in message:
                self._items.clear()
                self.snapshots += 1
            fold(self._items, message.get("hello", message).get("items", ()))

    def _cut(self):
        wire = self._wire
        if wire is not None:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)


def samples(text):
    """Read Prometheus' text: {(name, labels as written): number}."""
    return {(name, labels): float(value) for name, labels, value in _SAMPLE.findall(text)}
