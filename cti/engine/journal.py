"""Facts on their way to PostgreSQL: on disk at once, in the database when it is there.

One thread writes what has gathered into the current segment, with an fsync at most every 20 ms.
Another drains the segments, oldest first, into a sink; a drained segment is deleted. A crash
between sink and deletion writes facts twice, which their ids make harmless. With the database away
segments pile up on disk; with the disk full facts stay in memory and go straight to the sink. What
is not on the disk yet stands in a volatile log (`cti/engine/volatile_log.py`), which outlives a
killed engine.

Neither thread ends before the journal does. What nobody thought of is told with its traceback
and counted: facts whose writing fell go the way of those for which the disk has no room, and a fact
on which the sink falls is set aside in `refused.json`. That file, named `000000000000.jsonl` while
the engine is stopped, is drained again before all others.
"""

import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any

import structlog

from cti.engine.volatile_log import Shelter

FLUSH_SECONDS = 0.02
GATHER_SECONDS = 0.5
"""Between one small batch and the next. Each folds its calls' records anew, in Python: a batch at
every flush took half of the engine's time at ten calls a second. An agent who opens his last call
should find in it what he has just noted, so it is no longer than that."""
SEGMENT_BYTES = 4_000_000
BATCH = 500
AGENT = b'"state": '  # stands in the lines that speak of an agent, and in hardly another
QUIET_SECONDS = 60.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)

Line = dict[str, Any]
Sink = Callable[[Sequence[Line]], None]

_encode = json.JSONEncoder(ensure_ascii=False).encode
log = structlog.get_logger(__name__)


class BadFactError(Exception):
    """The sink can never take this batch: a fact in it is wrong, not the database away."""


# What passes by itself, so that facts wait for it however long it takes. Anything else that a sink
# raises comes of the facts, and would come again.
PASSES = (ConnectionError, MemoryError)


class Journal:
    """`keep` may be called from the loop: it never waits and never fails."""

    def __init__(
        self,
        folder: Path,
        sink: Sink,
        synced: Callable[[float], None] | None = None,
        shelter: Shelter | None = None,
    ) -> None:
        """`sink` writes a batch, all or nothing; ConnectionError says that it is away.

        `synced` hears how many seconds each fsync took; in the journal's thread. `shelter` holds
        what is not on the disk yet, so that a killed engine loses nothing.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._sink = sink
        self._told = synced
        self._gathered: deque[bytes] = deque()
        self._unwritten: deque[bytes] = deque()  # the disk would not take them
        self._wake = threading.Event()
        self._drain = threading.Event()
        self._closing = False
        self._shelter = shelter
        self._handing = threading.Lock()  # held for moments: facts change hands
        self._writing = False
        self._unsynced = False
        self._refused: set[str] = set()
        self._fell_over = ("", 0.0)  # what was told last, and when: monotonic clock, seconds
        self.falls = 0
        self._hurry = threading.Event()
        self._rotating = threading.Lock()
        self._open: tuple[int, FileIO] | None = None  # the segment that is written to
        self._synced = 0.0  # monotonic clock, seconds
        old = sorted(folder.glob("*.jsonl"))
        self._segment = int(old[-1].stem) + 1 if old else 1
        self._position: tuple[Path, int] | None = None
        self._taken = sum(self._lines(path) for path in old)  # counted by the loop only
        self._sheltered = shelter.left() if shelter is not None else []
        self._gathered.extend(self._sheltered)
        self._taken += len(self._sheltered)
        self._given = 0  # counted by the sinking thread only
        self.database = True
        self.disk = True
        self._threads = [
            threading.Thread(target=self._write, name="journal", daemon=True),
            threading.Thread(target=self._sink_all, name="facts", daemon=True),
        ]

    @property
    def taken(self) -> int:
        """How many facts were taken, what a life before has left among them."""
        return self._taken

    @property
    def given(self) -> int:
        """How many of them are in the database; they get there in their order."""
        return self._given

    @property
    def refused(self) -> int:
        """How many facts were set aside since we began."""
        return len(self._refused)

    @property
    def backlog(self) -> int:
        """How many facts are not in the database yet."""
        return self._taken - self._given

    def left_of_agents(self) -> list[Line]:
        """Give what a life before has left here of agents' states, in order; for a thread.

        Read before the database is: what is not here any more is there.
        """
        raw: list[bytes] = []
        for path in sorted(self._folder.glob("*.jsonl")):
            with suppress(FileNotFoundError), path.open("rb") as file:
                raw += [line for line in file if AGENT in line]
        return _readable(raw + [line for line in self._sheltered if AGENT in line])

    def start(self) -> None:
        """Begin writing and draining."""
        for thread in self._threads:
            thread.start()
        self._wake.set()
        self._drain.set()

    def keep(self, lines: Sequence[Line]) -> None:
        """Take facts, in order."""
        raw = [_encode(line).encode() + b"\n" for line in lines]
        with self._handing:
            if self._shelter is not None:
                self._shelter.add(b"".join(raw))
            self._gathered.extend(raw)
        self._taken += len(lines)
        self._wake.set()

    def close(self, seconds: float = 3.0) -> None:
        """Write what was taken; drain if the database takes it in time."""
        self._closing = True
        self._hurry.set()
        self._wake.set()
        self._drain.set()
        self._threads[0].join(seconds)
        self._drain.set()
        self._threads[1].join(seconds)
        if any(one.is_alive() for one in self._threads):
            return
        if self._open is not None:
            self._open[1].close()
        if self._shelter is not None:
            self._shelter.close()

    # ---- to disk

    def _write(self) -> None:
        while True:
            # What has been written outlives the engine at once, and the machine after the fsync.
            woken = self._wake.wait(FLUSH_SECONDS if self._unsynced else 1.0)
            if woken and self._shelter is not None:
                self._hurry.wait(FLUSH_SECONDS)  # what the shelter holds may gather
            self._wake.clear()
            try:
                self._write_gathered()
            except Exception as error:  # noqa: BLE001 - a thread that ends, ends silently
                self._fell(error)
            if self._closing and not (self._gathered or self._unsynced):
                return

    def _write_gathered(self) -> None:
        with self._handing:
            batch = list(self._gathered)
            self._gathered.clear()
            self._writing = bool(batch)
        if batch:
            self._unsynced = self._append(batch)
            self._writing = False
            self._out_of_shelter()
            if time.monotonic() - self._synced < FLUSH_SECONDS and not self._closing:
                return
        if self._unsynced:
            self._unsynced = False
            self._sync()
            self._drain.set()

    def _out_of_shelter(self) -> None:
        """Empty the shelter if every fact is safe elsewhere."""
        if self._shelter is not None:
            with self._handing:
                if not (self._gathered or self._unwritten or self._writing):
                    self._shelter.clear()

    def _append(self, batch: list[bytes]) -> bool:
        text = b"".join(batch)
        try:
            with self._rotating:
                file = self._opened()
                if file.write(text) != len(text):
                    raise OSError("the disk is full")  # noqa: TRY301 - to end as the others do
                if file.tell() > SEGMENT_BYTES:
                    os.fsync(file.fileno())
                    self._segment += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the facts still have a way
            self._cannot(error)
            self._unwritten.extend(batch)
            return False
        self.disk = True
        return True

    def _sync(self) -> None:
        self._synced = time.monotonic()
        try:
            with self._rotating:
                os.fsync(self._opened().fileno())
        except OSError as error:
            self._cannot(error)
            return
        if self._told is not None:
            self._told(time.monotonic() - self._synced)

    def _opened(self) -> FileIO:
        """Give the current segment's file: open as long as it is that, and no longer."""
        if self._open is None or self._open[0] != self._segment:
            if self._open is not None:
                self._open[1].close()
                self._open = None
            self._open = (self._segment, FileIO(self._path(self._segment), "ab"))
        return self._open[1]

    def _cannot(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            self._fell(error)
        elif self.disk:
            log.error("the journal cannot write", why=str(error))
        self.disk = False
        # Part of a batch may be there: nothing may be written behind a torn line.
        with self._rotating:
            self._segment += 1
        self._drain.set()

    # ---- to the database

    def _sink_all(self) -> None:
        failures = 0
        while True:
            self._drain.wait(1.0)
            self._drain.clear()
            try:
                while (given := self._sink_some()) is not None:
                    failures = 0
                    if 0 < given < BATCH:
                        self._hurry.wait(GATHER_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, facts wait
                if not isinstance(error, PASSES):
                    self._fell(error)
                elif self.database:
                    log.warning("facts wait for the database", why=str(error)[:200])
                self.database = False
                if self._closing:
                    return
                time.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
                failures += 1
                self._drain.set()
                continue
            if self._closing and not self._threads[0].is_alive():
                return

    def _sink_some(self) -> int | None:
        """Sink one batch and give how many facts it had; None when there is nothing left."""
        if self._unwritten:
            taken = list(self._unwritten)[:BATCH]
            self._give(_readable(taken))
            for _ in taken:
                self._unwritten.popleft()
            self._out_of_shelter()
            return len(taken)
        segments = (one for one in self._folder.iterdir() if one.suffix == ".jsonl")
        path = min(segments, default=None)
        if path is None:
            return None
        offset = self._position[1] if self._position and self._position[0] == path else 0
        lines, end = _read(path, offset)
        if lines:
            self._give(lines)
            self._position = (path, end)
            return len(lines)
        with self._rotating:
            size = path.stat().st_size
            if path == self._path(self._segment):
                if size == 0 or end != size:
                    return None
                # All of it is in the database: begin a new segment, so that this one can go.
                self._segment += 1
            elif _read(path, end)[0]:
                return 0  # written to since we looked, just before it was closed
            # What is left of an old segment is a line torn by a power cut or a full disk, whose
            # facts nobody was promised, or are in memory.
            path.unlink()
        self._position = None
        return 0

    def _give(self, lines: list[Line]) -> None:
        try:
            self._sink(lines)
        except PASSES:
            raise
        except Exception:  # noqa: BLE001 - told of the one fact that it comes of
            for line in lines:
                self._give_alone(line)
        if not self.database:
            log.info("the database takes facts again")
        self.database = True
        self._given += len(lines)

    def _give_alone(self, line: Line) -> None:
        try:
            self._sink([line])
        except PASSES:
            raise
        except Exception as error:  # noqa: BLE001 - the facts behind it must not wait for ever
            if not isinstance(error, BadFactError):
                self._fell(error)
            self._set_aside(line, str(error)[:200])

    def _set_aside(self, line: Line, why: str) -> None:
        """Keep what the database can never take, once: the batch may be tried again."""
        fact = str(line.get("fact"))
        if fact in self._refused:
            return
        log.error("a fact was refused", fact=fact, why=why)
        self._refused.add(fact)
        # A disk that is full must not hold up the facts behind this one.
        with suppress(OSError), (self._folder / "refused.json").open("ab") as file:
            file.write(json.dumps(line).encode() + b"\n")

    def _fell(self, error: Exception) -> None:
        """Tell of what nobody thought of: once a minute, if it comes again and again."""
        self.falls += 1
        last, at = self._fell_over
        if repr(error) != last or time.monotonic() - at > QUIET_SECONDS:
            self._fell_over = repr(error), time.monotonic()
            log.error("the journal fell, and goes on", exc_info=error)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:012d}.jsonl"

    @staticmethod
    def _lines(path: Path) -> int:
        with path.open("rb") as file:
            return sum(1 for _ in file)


def _read(path: Path, offset: int) -> tuple[list[Line], int]:
    """Up to a batch of whole lines from an offset; a torn last line is left for later."""
    lines: list[Line] = []
    with path.open("rb") as file:
        file.seek(offset)
        while len(lines) < BATCH:
            raw = file.readline()
            if not raw.endswith(b"\n"):
                break
            offset = file.tell()
            lines += _readable([raw])
    return lines, offset


def _readable(raw: Iterable[bytes]) -> list[Line]:
    """Leave out lines torn by a power cut in the middle of a write that nobody was promised."""
    lines: list[Line] = []
    for one in raw:
        try:
            line = json.loads(one)
        except (ValueError, RecursionError):
            line = None
        if isinstance(line, dict):
            lines.append(line)
        else:
            log.warning("a line of the journal cannot be read")
    return lines
