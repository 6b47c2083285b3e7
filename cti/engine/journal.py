"""The journal: the engine's facts, on disk at once. The ledger takes them to PostgreSQL.

One thread appends new facts to the current segment, with an fsync at most every 20 ms. Facts that
are not on the disk yet are in a volatile log (`cti/engine/volatile_log.py`), which outlives a
killed engine. With the disk full, segments are written in memory, and the ledger drains them from
there in the same order. Without a file system in memory, facts wait in this process for the disk.

The thread ends only with the journal. An unexpected error is logged with its traceback and counted;
facts that could not be written for it are treated as with a full disk.
"""

import json
import os
import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import FileIO

import structlog

from cti.engine.ledger_status import LedgerStatus, read_status
from cti.engine.segments import Line, Segments, count_lines, number_of, readable
from cti.engine.volatile_log import VolatileLog

FLUSH_SECONDS = 0.02
IDLE_SECONDS = 1.0
SEGMENT_BYTES = 4_000_000
CALLBACK = b'"callback '  # begins the kinds of facts about callbacks
AGENT = b'"state": '  # is in every fact about an agent's state, and in hardly any other line
QUIET_SECONDS = 60.0
SILENT_SECONDS = 15.0
"""A ledger without a status for so long does not take facts to the database."""

_encode = json.JSONEncoder(ensure_ascii=False).encode
log = structlog.get_logger(__name__)


class Journal:
    """`keep` may be called from the event loop: it never waits and never fails."""

    def __init__(
        self,
        segments: Segments,
        synced: Callable[[float], None] | None = None,
        volatile: VolatileLog | None = None,
    ) -> None:
        """`synced` gets the seconds of each fsync, in the journal's thread.

        `volatile` holds facts that are not on the disk yet, so that a killed engine loses none.
        """
        segments.folder.mkdir(parents=True, exist_ok=True)
        self._segments = segments
        self._on_sync = synced
        self._gathered: deque[bytes] = deque()
        self._unwritten: deque[bytes] = deque()  # neither disk nor memory could take them
        self._wake = threading.Event()
        self._closing = False
        self._volatile = volatile
        self._handing = threading.Lock()  # held for moments, while facts are handed over
        self._writing = False
        self._unsynced = False
        self._last_unexpected = (
            "",
            0.0,
        )  # the last logged error, and when: monotonic clock, seconds
        self._falls = 0
        self._hurry = threading.Event()
        self._open: FileIO | None = None  # the current segment
        self._synced = 0.0  # monotonic clock, seconds
        self._numbers: list[int] = []  # of the segments that are not drained yet
        self._before: list[int] = []  # facts in the segments before each of them
        self._written = 0  # facts in all segments
        self._given = 0
        self._segment = self._look_at_what_is_left()
        self._left = volatile.left() if volatile is not None else []
        self._gathered.extend(self._left)
        self._taken = self._written + len(self._left)  # counted in the event loop only
        self.disk = True
        self._thread = threading.Thread(target=self._write, name="journal", daemon=True)

    def _look_at_what_is_left(self) -> int:
        """Count the facts that the last run left; give the number of the next segment."""
        last = 0
        for path in self._segments.paths():
            last = number_of(path)
            self._count_from(last)
            self._written += count_lines(path)
        status = self._status
        # A number before the ledger's position must not be used again.
        return max(last, status.segment if status is not None else 0) + 1

    # ---- what others ask

    @property
    def taken(self) -> int:
        """How many facts were taken, with those that the last run left."""
        return self._taken

    @property
    def given(self) -> int:
        """How many of them are in the database; they arrive there in order."""
        status = self._status
        if status is not None:
            with self._handing:
                at = bisect_left(self._numbers, status.segment)
                found = self._before[at] if at < len(self._before) else self._written
                if self._numbers[at : at + 1] == [status.segment]:
                    found += status.lines
                self._given = max(self._given, min(found, self._taken))
                del self._numbers[:at], self._before[:at]
        return self._given

    @property
    def backlog(self) -> int:
        """How many facts are not in the database yet."""
        return self._taken - self.given

    @property
    def database(self) -> bool:
        """Whether the ledger runs and the database takes its facts."""
        status = self._status
        if status is None:
            return True
        return status.database and time.monotonic() - status.at < SILENT_SECONDS

    @property
    def refused(self) -> int:
        """How many facts the ledger has set aside since it began."""
        status = self._status
        return status.refused if status is not None else 0

    @property
    def falls(self) -> int:
        """How many unexpected errors there were, here and in the ledger."""
        status = self._status
        return self._falls + (status.falls if status is not None else 0)

    @property
    def _status(self) -> LedgerStatus | None:
        return read_status(self._segments.status_file)

    def left_of_agents(self) -> list[Line]:
        """Give the facts of agents' states that the last run left, in order; called in a thread.

        Read this before the database: facts that are no longer here are there.
        """
        return self._left_with(AGENT)

    def left_of_callbacks(self) -> list[Line]:
        """Give the facts of callbacks that the last run left, in order; called in a thread."""
        return self._left_with(CALLBACK)

    def _left_with(self, mark: bytes) -> list[Line]:
        raw: list[bytes] = []
        for path in self._segments.paths():
            with suppress(FileNotFoundError), path.open("rb") as file:
                raw += [line for line in file if mark in line]
        return readable(raw + [line for line in self._left if mark in line])

    # ---- from the loop

    def start(self) -> None:
        """Begin writing."""
        self._thread.start()
        self._wake.set()

    def keep(self, lines: Sequence[Line]) -> None:
        """Take facts, in order."""
        raw = [_encode(line).encode() + b"\n" for line in lines]
        with self._handing:
            if self._volatile is not None:
                self._volatile.add(b"".join(raw))
            self._gathered.extend(raw)
        self._taken += len(lines)
        self._wake.set()

    def close(self, seconds: float = 3.0) -> None:
        """Write the facts taken so far."""
        self._closing = True
        self._hurry.set()
        self._wake.set()
        self._thread.join(seconds)
        if self._thread.is_alive():
            return
        self._release()
        if self._volatile is not None:
            self._volatile.close()

    # ---- to the disk

    def _write(self) -> None:
        while True:
            # A written fact outlives the engine at once, and the machine after the fsync.
            idle = not self._unsynced
            woken = self._wake.wait(IDLE_SECONDS if idle else FLUSH_SECONDS)
            if woken and self._volatile is not None:
                self._hurry.wait(FLUSH_SECONDS)  # facts in the volatile log may gather
            self._wake.clear()
            try:
                self._write_gathered()
                if idle and not woken:
                    self._release_if_drained()
            except Exception as error:  # noqa: BLE001 - a thread that ends for it would end silently
                self._log_unexpected(error)
            if self._closing and not (self._gathered or self._unsynced):
                return

    def _write_gathered(self) -> None:
        with self._handing:
            batch = [*self._unwritten, *self._gathered]
            self._unwritten.clear()
            self._gathered.clear()
            self._writing = bool(batch)
        if batch:
            self._append(batch)
            self._writing = False
            self._out_of_volatile_log()
            if time.monotonic() - self._synced < FLUSH_SECONDS and not self._closing:
                return
        if self._unsynced:
            self._unsynced = False
            self._sync()

    def _out_of_volatile_log(self) -> None:
        """Empty the volatile log if every fact is safe elsewhere."""
        if self._volatile is not None:
            with self._handing:
                if not (self._gathered or self._unwritten or self._writing):
                    self._volatile.clear()

    def _append(self, batch: list[bytes]) -> None:
        text = b"".join(batch)
        try:
            file = self._opened()
            _write_whole(file, text)
            self._unsynced = True
            if file.tell() > SEGMENT_BYTES:
                os.fsync(file.fileno())
                self._release()
            self._count(len(batch))
        except Exception as error:  # noqa: BLE001 - whatever the error is, the facts must not be lost
            self._disk_failed(error)
            self._append_in_memory(batch, text)
            return
        self.disk = True

    def _append_in_memory(self, batch: list[bytes], text: bytes) -> None:
        """Write a segment of its own: the next batch tries the disk again."""
        try:
            with self._segments.create_in_memory(self._segment) as file:
                self._count_from(self._segment)
                self._segment += 1
                _write_whole(file, text)
                self._count(len(batch))
        except OSError:
            self._unwritten.extend(batch)

    def _sync(self) -> None:
        if self._open is None:
            return  # closing has synced it
        self._synced = time.monotonic()
        try:
            os.fsync(self._open.fileno())
        except OSError as error:
            self._disk_failed(error)
            return
        if self._on_sync is not None:
            self._on_sync(time.monotonic() - self._synced)

    def _opened(self) -> FileIO:
        """Give the current segment, locked: the ledger does not delete it until it is released."""
        if self._open is None:
            self._open = self._segments.create(self._segment)
            self._count_from(self._segment)
        return self._open

    def _release(self) -> None:
        """Close the current segment: it is complete."""
        if self._open is not None:
            self._open.close()
            self._open = None
            self._segment += 1

    def _release_if_drained(self) -> None:
        """Let the ledger delete a drained segment while no facts come."""
        if self._open is not None and not self._unsynced and not self.backlog:
            self._release()

    def _disk_failed(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            self._log_unexpected(error)
        elif self.disk:
            log.error("the journal cannot write", why=str(error))
        self.disk = False
        # Part of the batch may be written: nothing may follow a torn line.
        self._release()
        self._segment += 1

    def _log_unexpected(self, error: Exception) -> None:
        """Log an unexpected error, at most once a minute."""
        self._falls += 1
        last, at = self._last_unexpected
        if repr(error) != last or time.monotonic() - at > QUIET_SECONDS:
            self._last_unexpected = repr(error), time.monotonic()
            log.error("the journal failed, and goes on", exc_info=error)

    # ---- counting

    def _count_from(self, number: int) -> None:
        """Note how many facts are in the segments before this one; before its first fact."""
        with self._handing:
            self._numbers.append(number)
            self._before.append(self._written)

    def _count(self, facts: int) -> None:
        with self._handing:
            self._written += facts


def _write_whole(file: FileIO, text: bytes) -> None:
    if file.write(text) != len(text):
        raise OSError("the disk is full")
