"""The ledger: drains the journal's segments into PostgreSQL, the oldest first.

A process of its own, because folding facts into records would slow the engine down. Facts go in
batches into a sink; a drained segment is deleted. After a crash between sink and deletion facts are
written twice, which their ids make harmless. With the database away, segments wait.

An unexpected error is logged with its traceback and counted. A fact on which the sink fails is
moved to `refused.json`. When that file is renamed to `000000000000.jsonl` while the ledger is
stopped, it is drained again before all others.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import structlog

from cti.engine.ledger_status import NOTHING_YET, LedgerStatus, read_status, write_status
from cti.engine.segments import (
    Line,
    Segments,
    number_of,
    read_lines,
    readable,
    remove_if_complete,
)
from cti.engine.volatile_log import own_folder

BATCH = 500
LOOK_SECONDS = 0.05
"""How often the ledger looks for new facts while there are none."""
GATHER_SECONDS = 0.5
"""Pause between two small batches. Each batch folds its calls' records anew, in Python. An agent
who opens their last call should see the note they have just written, so the pause is no longer."""
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)
CLOSE_SECONDS = 3.0
"""For so long the ledger drains what is left after it was told to stop."""
BEAT_SECONDS = 1.0
QUIET_SECONDS = 60.0

Sink = Callable[[Sequence[Line]], None]

log = structlog.get_logger(__name__)


class BadFactError(Exception):
    """The sink can never take this batch: a fact in it is wrong. The database is not away."""


# Failures that pass by themselves: facts wait, however long it takes. Any other exception of a sink
# is caused by the facts and would come again.
PASSES = (ConnectionError, MemoryError)


class Ledger:
    """Drains one journal. `run` is for the main thread, `beat` for a second one."""

    def __init__(self, segments: Segments, sink: Sink) -> None:
        """`sink` writes a batch, all or nothing; ConnectionError means the database is away."""
        self._segments = segments
        self._sink = sink
        self._status = read_status(segments.status_file) or NOTHING_YET
        self._status = replace(self._status, database=True, refused=0, falls=0)
        self._telling = threading.Lock()
        self._refused: set[str] = set()
        self._last_unexpected = (
            "",
            0.0,
        )  # the last logged error, and when: monotonic clock, seconds

    def run(self, stop: threading.Event) -> None:
        """Drain until told to stop, then what is left, if that does not take long."""
        failures, until = 0, 0.0
        self._set_status()
        while not stop.is_set() or time.monotonic() < (until := until or _soon()):
            try:
                given = self.drain_some()
            except Exception as error:  # noqa: BLE001 - whatever the error is, facts wait
                self._database_is_away(error)
                if stop.is_set():
                    break
                stop.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
                failures += 1
                continue
            failures = 0
            if given is None and stop.is_set():
                break
            if given is None:
                stop.wait(LOOK_SECONDS)
            elif 0 < given < BATCH:
                stop.wait(GATHER_SECONDS)
        self._set_status()

    def beat(self, stop: threading.Event, pet: Callable[[], None]) -> None:
        """Show once a second that the process is alive, also while the database hangs."""
        while not stop.wait(BEAT_SECONDS / 2):
            pet()
            self._set_status()

    def drain_some(self) -> int | None:
        """Drain one batch and give how many facts it had; None when there is nothing left."""
        path = next(iter(self._segments.paths()), None)
        if path is None:
            return None
        raw, end, before = self._read(path)
        if raw:
            self._deliver(readable(raw))
            begins = self._status.begins if before else _begins(raw[0])
            self._set_status(
                segment=number_of(path), offset=end, lines=before + len(raw), begins=begins
            )
            return len(raw)
        if remove_if_complete(path, end):
            self._set_status(segment=number_of(path) + 1, offset=0, lines=0, begins="")
            return 0
        return None  # the engine is writing to it

    def _read(self, path: Path) -> tuple[list[bytes], int, int]:
        """Give the next lines, the offset behind them, and the number of lines before them."""
        known = self._status
        if known.segment == number_of(path) and known.lines:
            first = read_lines(path, 0, 1)[0]
            if first and _begins(first[0]) == known.begins:
                return *read_lines(path, known.offset, BATCH), known.lines
        return *read_lines(path, 0, BATCH), 0

    # ---- to the database

    def _deliver(self, lines: list[Line]) -> None:
        try:
            self._sink(lines)
        except PASSES:
            raise
        except Exception:  # noqa: BLE001 - the one fact that causes it is found below
            for line in lines:
                self._deliver_one(line)
        if not self._status.database:
            log.info("the database takes facts again")
            self._set_status(database=True)

    def _deliver_one(self, line: Line) -> None:
        try:
            self._sink([line])
        except PASSES:
            raise
        except Exception as error:  # noqa: BLE001 - the facts behind it must not wait for ever
            if not isinstance(error, BadFactError):
                self._log_unexpected(error)
            self._set_aside(line, str(error)[:200])

    def _set_aside(self, line: Line, why: str) -> None:
        """Keep a fact that the database can never take, once: the batch may be tried again."""
        fact = str(line.get("fact"))
        if fact in self._refused:
            return
        log.error("a fact was refused", fact=fact, why=why)
        self._refused.add(fact)
        self._set_status(refused=len(self._refused))
        # A full disk must not hold up the facts behind this one.
        with suppress(OSError), (self._segments.folder / "refused.json").open("ab") as file:
            file.write(json.dumps(line).encode() + b"\n")

    def _database_is_away(self, error: Exception) -> None:
        if not isinstance(error, PASSES):
            self._log_unexpected(error)
        elif self._status.database:
            log.warning("facts wait for the database", why=str(error)[:200])
        self._set_status(database=False)

    def _log_unexpected(self, error: Exception) -> None:
        """Log an unexpected error, at most once a minute."""
        self._set_status(falls=self._status.falls + 1)
        last, at = self._last_unexpected
        if repr(error) != last or time.monotonic() - at > QUIET_SECONDS:
            self._last_unexpected = repr(error), time.monotonic()
            log.error("the ledger failed, and goes on", exc_info=error)

    # ---- position

    @property
    def status(self) -> LedgerStatus:
        """The ledger's position, as last noted."""
        return self._status

    def _set_status(self, **changed: int | str | bool) -> None:
        """Note a change and write the status file. A crash before it drains a batch twice."""
        with self._telling:
            self._status = replace(self._status, at=time.monotonic(), **changed)  # type: ignore[arg-type]
            if self._segments.memory is None or own_folder(self._segments.memory) is not None:
                with suppress(OSError):
                    write_status(self._segments.status_file, self._status)

    def forget_if_empty(self) -> None:
        """Leave no file in memory when all is drained; for the end of the process."""
        if not self._segments.paths():
            self._segments.status_file.unlink(missing_ok=True)
            if self._segments.memory is not None:
                with suppress(OSError):
                    self._segments.memory.rmdir()


def _begins(line: bytes) -> str:
    return line[:120].decode(errors="replace")


def _soon() -> float:
    return time.monotonic() + CLOSE_SECONDS
