"""Recordings: started in Asterisk, watched while they grow, checked when they are over.

A failing recorder stops no call. Asterisk reports neither a full disk nor a file it could not open,
so the disk's free space and the files are checked here. A missing recording is reported with its
reason, in the call's timeline and on the floor page.
"""

import asyncio
import math
import shutil
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from crm.calls.record import NO_FILE, NO_SOUND, CallId
from cti.asterisk.ami import AMIAway, AMIError
from cti.asterisk.ari import ARIClient, ARIError
from cti.asterisk.orders import Request, record
from cti.core import events as e
from cti.core.call import Call
from cti.core.leg import LegId
from cti.core.recording_events import RecordAgain, RecordingBegan, RecordingFailed, RecordingOver
from cti.core.stage import Stage, situation
from cti.core.state import SwitchState

ANSWER_SECONDS = 1.0  # of the disk, and of Asterisk's dialplan
TRIES = 3
ROOM_SECONDS = 1.0  # how long a folder and its free space are not checked again
SLICE = 20  # calls before other tasks get their turn
OPEN_SECONDS = 3.0  # by then MixMonitor has opened its files
CLOSED_SECONDS = 1.0  # by then it has closed them after a call
SHORTEST_SECONDS = 2.0  # a shorter talk may leave nothing but silence
ROOM_BYTES = 2**20
SIDES = ("in", "out")
HEADER_BYTES = 44 * len(SIDES)  # size of files without any sound

FULL = "the disk for recordings is full"
NO_ANSWER = "the recorder did not answer"
NOT_GROWING = "the recording does not grow"

Value = TypeVar("Value")

AMISend = Callable[..., Awaitable[object]]
"""Sends an action with its values to AMI."""

log = structlog.get_logger(__name__)


async def _no_ami(action: str, **_values: str) -> object:
    raise AMIAway(f"{action}: no link to AMI")


class Recorder:
    """Starts and watches the recordings of the engine's calls."""

    def __init__(
        self,
        folder: Path,
        ari: ARIClient,
        clock: Callable[[], float],
        handle: Callable[[e.Event], None],
    ) -> None:
        """`handle` takes the events; `folder` is the folder of all recordings."""
        self.missed = 0  # talks without a recording, or without a part of it
        self.ami: AMISend = _no_ami
        self._root = folder
        self._ari = ari
        self._clock = clock
        self._handle = handle
        self._tries: Counter[CallId] = Counter()
        self._begun: set[CallId] = set()
        self._counted: set[CallId] = set()  # calls counted in `missed`
        self._sizes: Mapping[CallId, int | None] = {}  # at the last look
        self._waits: dict[LegId, asyncio.Future[bool]] = {}
        self._day: tuple[Path, float] | None = None  # the day's folder, and when it was checked
        self._full_at = -math.inf  # when the disk was last found full
        self._full = False
        self._looks: set[asyncio.Task[None]] = set()
        # Threads of its own: a database that hangs must not delay a recording's folder.
        self._threads = ThreadPoolExecutor(2, "disk")

    @property
    def full(self) -> bool:
        """Whether the disk was full at the last look."""
        return self._full

    # ---- starting

    async def begin(
        self, call: Call, leg: LegId, before: Sequence[Request]
    ) -> list[ARIError | None]:
        """Send `before`'s requests, then the customer's leg to the recorder and back."""
        name = recording_name(call)
        there = call.recording == "failed" and await self._has_sound(self._root / name)
        if there is not False:
            # A second start would overwrite sound that is, or may be, there.
            if there and call.id not in self._begun:
                self._begin(call.id, name)  # it started after we had stopped waiting for it
            return await self._ari.ask_all(before)
        if why := await self._no_room(self._root / name):
            self._fail(call.id, why)
            return await self._ari.ask_all(before)
        back = self._waits[leg] = asyncio.get_running_loop().create_future()
        try:
            answers = await self._ari.ask_all([*before, *record(leg, name)])
            refused = next((str(one) for one in answers[len(before) :] if one is not None), None)
            if refused is not None:
                self._fail(call.id, refused or NO_ANSWER)
            elif await asyncio.wait_for(back, ANSWER_SECONDS):
                self._begin(call.id, name)
        except TimeoutError:
            self._fail(call.id, NO_ANSWER)
        finally:
            del self._waits[leg]
        return answers[: len(before)]

    async def end(self, call: Call | None, leg: LegId) -> None:
        """Stop a recording though the leg stays. If AMI does not answer, `watch` tries again."""
        if call is None:
            return
        try:
            await asyncio.wait_for(self.ami("StopMixMonitor", Channel=leg), ANSWER_SECONDS)
        except (AMIAway, TimeoutError) as error:
            log.info("a recording could not be stopped", call=call.id, why=str(error))
            return
        except AMIError as error:
            # There is nothing to stop, or the leg is gone.
            log.info("no recording was stopped", call=call.id, why=str(error))
        else:
            self._look_back_at(call)
        self._begun.discard(call.id)
        self._handle(RecordingOver(call.id))

    def _begin(self, call: CallId, name: str) -> None:
        self._begun.add(call)
        self._handle(RecordingBegan(call, name))

    async def _has_sound(self, path: Path) -> bool | None:
        """Whether there is sound already; None while the disk does not answer: unknown."""
        try:
            return (await self._ask_disk(partial(_size, path)) or 0) > HEADER_BYTES
        except TimeoutError:
            return None

    def leg_back(self, leg: LegId) -> None:
        """Note that a leg is back from the dialplan that started its recording.

        If the start was given up by then, commands given meanwhile were refused and are given
        again.
        """
        if not self._settle(leg, back=True):
            self._handle(e.Misplaced(leg))

    def leg_ended(self, leg: LegId) -> None:
        """A leg has ended: stop waiting for it."""
        self._settle(leg, back=False)

    def _settle(self, leg: LegId, *, back: bool) -> bool:
        waits = self._waits.get(leg)
        if waits is None or waits.done():
            return False
        waits.set_result(back)
        return True

    async def _no_room(self, path: Path) -> str:
        """Make the day's folder; give why nothing can be written there, or ""."""
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

    async def watch(self, state: SwitchState, is_busy: Callable[[str], bool]) -> None:
        """Check that each recording grows; try again, some times, one that was never started.

        `is_busy` is true for legs with commands under way; their calls are skipped.
        """
        self._forget_all_but(state.calls)
        old = [
            call
            for call in state.calls.values()
            if call.recording == "on" and _talks(state, call, is_busy, self._clock() - OPEN_SECONDS)
        ]
        try:
            sizes = await self._look({call.id: recording_name(call) for call in old})
        except TimeoutError:
            return  # the disk does not answer: nothing is known of its files
        recorded = [c.id for c in state.calls.values() if c.recording == "on" and _alive(c)]
        for number, id_ in enumerate(recorded, start=1):
            if number % SLICE == 0:
                await asyncio.sleep(0)
            call = state.calls.get(id_)
            if call is not None and _alive(call) and call.recording == "on":
                self._judge(id_, sizes)
        self._sizes = sizes
        for call in list(state.calls.values()):
            if call.recording == "ending" and _alive(call) and not _busy(state, call, is_busy):
                self._handle(RecordAgain(call.id))
                continue
            failed = call.recording == "failed" and not self._full  # nothing is started on it
            again = failed and self._tries[call.id] < TRIES
            if again and _talks(state, call, is_busy, self._clock()):
                self._tries[call.id] += 1
                self._handle(RecordAgain(call.id))

    def _judge(self, call: CallId, sizes: Mapping[CallId, int | None]) -> None:
        size, before = sizes.get(call), self._sizes.get(call)
        if self._full:
            self._fail(call, FULL)
        elif call in sizes and size is None:
            self._fail(call, NO_FILE)
        elif size is not None and size == before:
            self._fail(call, NOT_GROWING)
        else:
            return
        if size is not None:
            self._tries[call] = TRIES  # no new try: the sound that exists is kept

    def _forget_all_but(self, calls: Iterable[CallId]) -> None:
        known = set(calls)
        for gone in self._tries.keys() - known:
            del self._tries[gone]
        self._begun.intersection_update(known)
        self._counted.intersection_update(known)

    def over(self, call: Call | None) -> None:
        """A call is ending: if it was recorded, check its files once more."""
        if call is not None and _alive(call) and call.recording == "on":
            self._look_back_at(call)

    def _look_back_at(self, call: Call) -> None:
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

    def _fail(self, call: CallId, why: str, *, over: bool = False) -> None:
        self.missed += call not in self._counted
        self._counted.add(call)
        self._handle(RecordingFailed(call, why[:200], over))

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
        return await asyncio.wait_for(asked, ANSWER_SECONDS)  # or it is not asked at all


def _alive(call: Call) -> bool:
    return call.ended is None


def _talks(state: SwitchState, call: Call, is_busy: Callable[[str], bool], since: float) -> bool:
    """Whether a call has been in a talk from `since` on, with no command of it under way."""
    seen = situation(state, call)
    if seen.stage is not Stage.TALKING or seen.since > since:
        return False
    return not _busy(state, call, is_busy)


def _busy(state: SwitchState, call: Call, is_busy: Callable[[str], bool]) -> bool:
    return any(is_busy(leg.id) for leg in state.call_legs(call.id))


def recording_name(call: Call) -> str:
    """Give a call's path below the recordings folder, without `-in.wav`, `-out.wav`."""
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
    """Give the bytes of both sides; None if there is no file."""
    try:
        return sum(path.with_name(f"{path.name}-{side}.wav").stat().st_size for side in SIDES)
    except OSError:
        return None
