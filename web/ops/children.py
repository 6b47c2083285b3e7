"""One child process of the supervisor: started, watched, restarted, stopped."""

import asyncio
import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import structlog

from web.ops.setup.programs import Power, dies_with

SHORT_LIFE_SECONDS = 2.0
SPARE_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 10.0
STOP_SECONDS = 5.0
HAND_OVER_SECONDS = 30.0
ABLE = b"."  # written by a healthy process; another byte: alive, but unable to work
SILENCE_SECONDS = 3.0  # a process that is silent for longer counts as frozen
LARGEST_LOG_BYTES = 20_000_000
PET_LATE_SECONDS = 1.5
OLDER_LOGS = 5

log = structlog.get_logger(__name__)


class ChildState(StrEnum):
    """The state of a child process."""

    RUNNING = "running"
    PAUSING = "pausing"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """A process to run, and how to stop it."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    watched: bool = False  # it gets HOTLINE_WATCHDOG_FD and pets it twice a second
    # A spare process waits with everything imported and starts when it reads a line: importing
    # takes longer than a caller may hear silence.
    spare: bool = False
    # A socket that the spare process takes over; at a restart the old one ends only after that.
    socket: Path | None = None
    # Started by root, it keeps only these powers; None leaves it all of them.
    powers: frozenset[Power] | None = None


@dataclass(frozen=True, slots=True)
class _Life:
    """One process of a child, and the reading end of its watchdog's pipe (-1: none)."""

    process: asyncio.subprocess.Process
    reading: int


class Child:
    """A planned process that is kept running until it is stopped."""

    def __init__(self, plan: ProcessPlan, changed: Callable[[], None]) -> None:
        """Keep the plan; `start` runs it. `changed` is called at every change of state."""
        self.plan = plan
        self.state = ChildState.STOPPED
        self.restarts = 0
        self.since = 0.0  # seconds since 1970, for the status page
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._asked = False  # it ends because a restart was requested
        self._petted: float | None = None  # monotonic clock of the loop
        self._able: float | None = None  # likewise: the last time it could do its work
        self._alive: float | None = None  # likewise: the first time that this process wrote
        self._spare: _Life | None = None
        self._spare_task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process id, 0 while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else 0

    @property
    def died_early(self) -> bool:
        """Whether it has ended at least once since `start`."""
        return self.restarts > 0

    def silent_seconds(self) -> float:
        """Seconds since a watched process last wrote; infinite if it never has."""
        return _seconds_since(self._petted)

    def unable_seconds(self) -> float:
        """Seconds since it last reported that it can work; it may be alive meanwhile."""
        return _seconds_since(self._able)

    def cut_off_seconds(self) -> float:
        """Seconds that it has been alive and reported that it cannot work."""
        if self._petted is None or self._alive is None or self.silent_seconds() > PET_LATE_SECONDS:
            return 0.0
        return self._petted - max(self._alive, self._able or 0.0)

    def start(self) -> None:
        """Run it, and again whenever it ends."""
        self._task = asyncio.create_task(self._keep(), name=self.plan.name)

    async def stop(self) -> None:
        """Ask it to end; after five seconds kill it and everything it started."""
        self._stopping = True
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.plan.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                log.warning("a process did not stop and is killed", name=self.plan.name)
                self._kill_group(process.pid)
                await process.wait()
        for task in (self._task, self._spare_task):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        if self._spare is not None:
            self._kill_group(self._spare.process.pid)
            await self._spare.process.wait()
            _close(self._spare.reading)
        self._set(ChildState.STOPPED)

    async def restart(self) -> None:
        """End it, so that it starts again at once; returns when another process runs.

        Raises OSError, leaving it as it is, if a process of the present sources cannot start.
        """
        old, process = self.pid, self._process
        if process is None or not old:
            return  # it is being started already
        if self.plan.spare:
            await self._renew_spare()
        if self.plan.socket:
            await self._hand_over(self.plan.socket)
        self._asked = True
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(self.plan.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            log.warning("a process did not stop and is killed", name=self.plan.name)
            self._kill_group(old)
            await process.wait()
        while self.pid in {0, old}:  # noqa: ASYNC110 - moments
            await asyncio.sleep(0.02)

    def hang_up(self) -> None:
        """Send SIGHUP, on which a server reads its configuration again."""
        if self._process is not None and self.pid:
            self._process.send_signal(signal.SIGHUP)

    async def _keep(self) -> None:
        pause = 0.5
        while not self._stopping:
            began = asyncio.get_running_loop().time()
            code = await self._live()
            if self._stopping:
                return
            if self._asked:
                self._asked, pause = False, 0.5
                continue
            self.restarts += 1
            lived = asyncio.get_running_loop().time() - began
            log.warning("a process ended", name=self.plan.name, code=code, lived=round(lived, 1))
            if lived >= SHORT_LIFE_SECONDS:
                pause = 0.5
                continue
            self._set(ChildState.PAUSING)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _live(self) -> int:
        """Run it once; give its exit code."""
        life = await self._begin()
        if life is None:
            return 127
        self._process = life.process
        self._set(ChildState.RUNNING)
        watch = asyncio.create_task(self._watch(life.reading)) if self.plan.watched else None
        if self.plan.spare:
            self._spare_task = asyncio.create_task(self._stand_by())
        code = await self._process.wait()
        if watch:
            watch.cancel()
        # Processes that it left behind would hold ports and files that the next one needs.
        self._kill_group(self._process.pid)
        return code

    async def _begin(self) -> _Life | None:
        """Start the spare process, or a new one if there is none."""
        if self._spare_task is not None:
            self._spare_task.cancel()
            await asyncio.gather(self._spare_task, return_exceptions=True)
        life, self._spare = self._spare, None
        if life is None or life.process.returncode is not None:
            life = await self._spawn()
        await _begin(life)
        return life

    async def _stand_by(self) -> None:
        """Start a spare process, once the main one has had the processor to itself."""
        await asyncio.sleep(SPARE_SECONDS)
        self._spare = await self._spawn()

    async def _renew_spare(self) -> None:
        """Replace the spare process by one of the present sources, which may have changed."""
        if self._spare_task is not None:
            self._spare_task.cancel()
            await asyncio.gather(self._spare_task, return_exceptions=True)
        if self._spare is not None:
            self._kill_group(self._spare.process.pid)
            await self._spare.process.wait()
            _close(self._spare.reading)
        self._spare = await self._spawn()
        await asyncio.sleep(SPARE_SECONDS)  # it imports; the old one works meanwhile
        if self._spare is None or self._spare.process.returncode is not None:
            raise OSError("a new process ended at once, so the present one was left as it is")

    async def _hand_over(self, path: Path) -> None:
        """Start the spare process beside the old one, and wait until it has the socket."""
        before, spare = _inode(path), self._spare
        loop = asyncio.get_running_loop()
        until = loop.time() + HAND_OVER_SECONDS
        await _begin(spare)
        while _inode(path) in {0, before}:
            if spare is None or spare.process.returncode is not None or loop.time() > until:
                if spare is not None:
                    self._kill_group(spare.process.pid)
                raise OSError("a new process did not begin, so the present one was left as it is")
            await asyncio.sleep(0.02)

    async def _spawn(self) -> _Life | None:
        reading, writing = os.pipe() if self.plan.watched else (-1, -1)
        environment = {**os.environ, **self.plan.environment}
        passed: tuple[int, ...] = ()
        if self.plan.watched:
            environment["HOTLINE_WATCHDOG_FD"] = str(writing)
            passed = (writing,)
        if self.plan.spare:
            environment["HOTLINE_STAND_BY"] = "1"
        try:
            with self.plan.log.open("ab") as output:
                process = await asyncio.create_subprocess_exec(
                    *self.plan.command,
                    stdin=asyncio.subprocess.PIPE
                    if self.plan.spare
                    else asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=environment,
                    pass_fds=passed,
                    # A Ctrl-C must stop the processes in our order, and a group can be killed by
                    # its id. It is no session: Linux shares a full machine by session, and beside a
                    # busy Asterisk the engine would wait hundreds of milliseconds for the
                    # processor.
                    process_group=0,
                    preexec_fn=dies_with(os.getpid(), powers=self.plan.powers),
                )
        except OSError as error:
            log.error("a process could not be started", name=self.plan.name, why=str(error))  # noqa: TRY400
            _close(reading, writing)
            return None
        _close(writing)
        return _Life(process, reading)

    async def _watch(self, reading: int) -> None:
        """Kill a process that has served its watchdog and falls silent: its loop is frozen."""
        loop = asyncio.get_running_loop()
        os.set_blocking(reading, False)
        petted = False

        def pet() -> None:
            nonlocal petted
            try:
                if said := os.read(reading, 4096):
                    self._petted = loop.time()
                    if not petted:
                        petted, self._alive = True, self._petted
                    if ABLE in said:
                        self._able = self._petted
                else:
                    loop.remove_reader(reading)
            except BlockingIOError:
                pass

        loop.add_reader(reading, pet)
        try:
            while True:
                await asyncio.sleep(0.25)
                if petted and self.silent_seconds() > SILENCE_SECONDS and self.pid:
                    log.error("a frozen process is killed", name=self.plan.name, pid=self.pid)
                    os.kill(self.pid, signal.SIGKILL)
                    petted = False
        finally:
            loop.remove_reader(reading)
            _close(reading)

    def _kill_group(self, pid: int) -> None:
        # Its process group has its id.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)

    def _set(self, state: ChildState) -> None:
        self.state = state
        self.since = time.time()
        self._changed()


async def _begin(life: _Life | None) -> None:
    """Let a spare process start; one that has started ignores this."""
    if life is not None and life.process.stdin is not None:
        with contextlib.suppress(ConnectionError):
            life.process.stdin.write(b"begin\n")
            await life.process.stdin.drain()


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _seconds_since(at: float | None) -> float:
    return float("inf") if at is None else asyncio.get_running_loop().time() - at


def _close(*numbers: int) -> None:
    for number in numbers:
        if number >= 0:
            os.close(number)


def tidy_log(path: Path, largest: int = LARGEST_LOG_BYTES) -> None:
    """Rotate a log file if it is large."""
    with contextlib.suppress(OSError):
        if path.stat().st_size > largest:
            rotate(path)


def rotate(path: Path, older: int = OLDER_LOGS) -> None:
    """Move a log's lines to `NAME.1` and the older ones one further; drop the oldest.

    The processes keep the file open and append to it, so it is copied and then emptied: lines
    written in between, in some microseconds, are lost.
    """
    with contextlib.suppress(OSError):
        for number in range(older - 1, 0, -1):
            one = path.with_name(f"{path.name}.{number}")
            if one.exists():
                one.replace(path.with_name(f"{path.name}.{number + 1}"))
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)
