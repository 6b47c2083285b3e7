"""Hundreds of desks and floors without a browser, in a process of its own.

Each is a WebSocket to `/live` that notes when it got the engine's changes, by their numbers. One
more listener reads the engine's own socket, as a web process does, and notes each change with the
engine's timestamp: so it is known of every change when it happened and when each desk had it.

    pages = [OpenPage(token, "desk", 7), OpenPage(token, "floor", 0)]
    clients = Clients(address, engine_socket, pages)
    clients.open()
    clients.begin()
    …
    told = clients.end(report.folder / "desks.json")
"""

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from load.desk_sockets import COOKIE, OpenPage

__all__ = ["COOKIE", "Clients", "OpenPage"]

PROGRAM = Path(__file__).with_name("desk_sockets.py")


class Clients:
    """The other process, as seen by the measuring program."""

    def __init__(self, address, engine_socket, places, niceness=0):
        """Start it; no page is opened yet."""
        self._process = subprocess.Popen(
            [sys.executable, PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: os.nice(niceness),
        )
        self.pid = self._process.pid
        asked = {"address": address, "engine_socket": str(engine_socket)}
        self._say(asked | {"places": [asdict(one) for one in places]})

    def open(self):
        """Open all pages and wait until each has its snapshot."""
        self._ask("open")

    def begin(self):
        """Start counting."""
        self._ask("begin")

    def end(self, raw):
        """Stop counting; give the figures. `raw` is the file for all raw data."""
        return self._ask("end", str(raw))

    def wake(self):
        """Let the slow pages read again; give what they then saw."""
        return self._ask("wake")

    def close(self):
        """End the process."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, *words):
        self._say(list(words))
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the desks' process ended")
        return json.loads(line)

    def _say(self, message):
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
