"""Recordings: begun by Asterisk on our word, watched while they grow, looked at when they are over.

A dead recorder stops no call. Asterisk tells of no full disk and of no file that it could not open,
so we look ourselves: at the room on the disk, and at the files. Whatever is not there is told with
its reason, to the call's story and to the floor.
"""

import asyncio
import math
import shutil
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from crm.calls.record import CallId
from cti import events as e
from cti.ari import ARIClient, ARIError
from cti.asterisk import Request, record
from cti.call import Call, Stage

ANSWER_SECONDS = 1.0  # of the disk, and of Asterisk's dialplan
TRIES = 3
ROOM_SECONDS = 1.0  # for so long a folder and its room that were seen are not asked for again
OPEN_SECONDS = 3.0  # by then MixMonitor has opened its files
CLOSED_SECONDS = 1.0  # by then it has closed them after a call
SHORTEST_SECONDS = 2.0  # a shorter talk may leave nothing but silence
ROOM_BYTES = 2**20
SIDES = ("in", "out")
HEADER_BYTES = 44 * len(SIDES)  # of files without any sound

FULL = "the disk for recordings is full"
NO_SOUND = "no sound came"
NO_FILE = "Asterisk writes no file"
NO_ANSWER = "the recorder did not answer"
STANDS = "the recording does not grow"

Value = TypeVar("Value")


class Recorder:
    """The recordings of one engine's calls."""

    def __init__(
        self,
        folder: Path,
        ari: ARIClient,
        clock: Callable[[], float],
        hear: Callable[[e.Event], None],
    ) -> None:
        """`hear` takes what is found out; `folder` is where all recordings lie."""
        self.missed = 0  # talks without their recording, or without a part of it
        self._root = folder
        self._ari = ari
        self._clock = clock
        self._hear = hear
        self._tries: Counter[CallId] = Counter()
        self._sizes: Mapping[CallId, int | None] = {}  # when they were last seen
        self._waits: dict[CallId, asyncio.Future[bool]] = {}
        self._day: tuple[Path, float] | None = None  # the day's folder, and when it was seen
        self._full_at = -math.inf  # when the disk was last seen to be full
        self._full = False
        self._looks: set[asyncio.Task[None]] = set()
        # Threads of their own: a database that hangs must not keep a recording's folder waiting.
        self._threads = ThreadPoolExecutor(2, "disk")

    @property
    def full(self) -> bool:
        """Whether there was no room on the disk when it was last looked at."""
        return self._full

    # ---- beginning

    async def begin(self, call: Call, before: Sequence[Request]) -> list[ARIError | None]:
        """Send what was ordered before, and the caller to the recorder and back."""
        name = recording_name(call)
        if why := await self._no_room(self._root / name):
            self._fail(call.id, why)
            return await self._ari.ask_all(before)
        back = self._waits[call.id] = asyncio.get_running_loop().create_future()
        try:
            answers = await self._ari.ask_all([*before, *record(call.id, name)])
            refused = next((str(one) for one in answers[len(before) :] if one is not None), None)
            if refused is not None:
                self._fail(call.id, refused or NO_ANSWER)
            elif await asyncio.wait_for(back, ANSWER_SECONDS):
                self._hear(e.RecordingBegan(call.id, name))
        except TimeoutError:
            self._fail(call.id, NO_ANSWER)
        finally:
            del self._waits[call.id]
        return answers[: len(before)]

    def caller_back(self, call: CallId) -> None:
        """The caller is back from the dialplan that started his recording."""
        if not self._settle(call, back=True):
            self._hear(e.CameLate(call))

    def caller_gone(self, call: CallId) -> None:
        """The caller has hung up: whoever waits for him waits in vain."""
        self._settle(call, back=False)

    def _settle(self, call: CallId, *, back: bool) -> bool:
        waits = self._waits.get(call)
        if waits is None or waits.done():
            return False
        waits.set_result(back)
        return True

    async def _no_room(self, path: Path) -> str:
        """Make the day's folder, and say why nothing can be written there."""
        day = path.parent
        if self._day is None or self._day[0] != day or self._older(self._day[1]):
            try:
                self._note_room(await self._ask_disk(partial(_make, day)))
            except (OSError, TimeoutError) as error:
                return str(error) or NO_ANSWER
            self._day = day, self._clock()
        return FULL if self._full else ""

    def _older(self, seen: float) -> bool:
        return self._clock() - seen >= ROOM_SECONDS

    # ---- watching

    async def watch(self, calls: Collection[Call], is_busy: Callable[[CallId], bool]) -> None:
        """See that each recording grows; try again, some times, for one that was never begun.

        `is_busy` tells of calls with orders under way, which are let alone.
        """
        talks = [
            call
            for call in calls
            if call.talked is not None and call.stage is Stage.TALKING and not is_busy(call.id)
        ]
        old = [c for c in talks if c.recording == "on" and self._clock() - c.since > OPEN_SECONDS]
        try:
            sizes = await self._look({call.id: recording_name(call) for call in old})
        except TimeoutError:
            return  # the disk stands still: nothing can be said of what lies on it
        if self._full:
            for call in calls:
                if call.recording == "on":
                    self._cut(call.id, FULL)
            return  # nothing is begun anew now
        self._compare(sizes)
        for call in talks:
            if call.recording == "failed" and self._tries[call.id] < TRIES:
                self._tries[call.id] += 1
                self._hear(e.RecordAgain(call.id))
        known = {call.id for call in calls}
        for gone in self._tries.keys() - known:
            del self._tries[gone]

    def _compare(self, sizes: Mapping[CallId, int | None]) -> None:
        for id_, size in sizes.items():
            if size is None:
                self._fail(id_, NO_FILE)
            elif size == self._sizes.get(id_):
                self._cut(id_, STANDS)
        self._sizes = sizes

    def over(self, call: Call) -> None:
        """A call that was recorded has ended: look once more at what there is of it."""
        look = asyncio.create_task(self._look_back(call, self._clock()))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def _look_back(self, call: Call, ended: float) -> None:
        await asyncio.sleep(CLOSED_SECONDS)
        try:
            sizes = await self._look({call.id: recording_name(call)})
        except TimeoutError:
            return
        began = ended if call.talked is None else call.talked
        if self._full_at >= began:
            self._fail(call.id, FULL, over=True)
        elif ended - began > SHORTEST_SECONDS and (size := sizes[call.id] or 0) <= HEADER_BYTES:
            self._fail(call.id, NO_SOUND if size else NO_FILE, over=True)

    def _cut(self, call: CallId, why: str) -> None:
        """Note that a recording lacks sound; begun anew it would be written over what there is."""
        self._tries[call] = TRIES
        self._fail(call, why)

    def _fail(self, call: CallId, why: str, *, over: bool = False) -> None:
        self.missed += 1
        self._hear(e.RecordingFailed(call, why[:200], over))

    # ---- the disk

    async def _look(self, names: Mapping[CallId, str]) -> Mapping[CallId, int | None]:
        files = {call: self._root / name for call, name in names.items()}
        room, sizes = await self._ask_disk(partial(_room_and_sizes, self._root, files))
        self._note_room(room)
        return sizes

    def _note_room(self, room: int) -> None:
        self._full = room < ROOM_BYTES
        if self._full:
            self._full_at = self._clock()

    async def _ask_disk(self, question: Callable[[], Value]) -> Value:
        asked = asyncio.get_running_loop().run_in_executor(self._threads, question)
        return await asyncio.wait_for(asyncio.shield(asked), ANSWER_SECONDS)


def recording_name(call: Call) -> str:
    """Where a call's sound lies below the recordings folder, without `-in.wav`, `-out.wav`."""
    day = time.strftime("%Y/%m/%d", time.gmtime(call.arrived))
    kept = "".join(ch if ch.isalnum() or ch == "-" else "_" for ch in call.id)
    return f"{day}/{kept}"


def _make(day: Path) -> int:
    day.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(day).free


def _room_and_sizes(
    root: Path, files: Mapping[CallId, Path]
) -> tuple[int, Mapping[CallId, int | None]]:
    try:
        room = shutil.disk_usage(root).free
    except OSError:
        room = ROOM_BYTES  # there is no disk to be full
    return room, {call: _size(path) for call, path in files.items()}


def _size(path: Path) -> int | None:
    """Give the bytes of both sides; None where there is no file."""
    try:
        return sum(path.with_name(f"{path.name}-{side}.wav").stat().st_size for side in SIDES)
    except OSError:
        return None
