"""Lanes: each leg's commands are carried out in order, beside those of other legs.

A command for several legs is in the lanes of all of them and runs when it is first in each.
Commands that wait one behind the other are sent together; `carry_out` keeps their order.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog

from cti.core.commands import Command, DropBridge, legs_of

log = structlog.get_logger(__name__)

Lane = deque[Command]


class Lanes:
    """Carries commands out. Failures are given to `failed`; nothing is raised."""

    def __init__(
        self,
        carry_out: Callable[[Sequence[Command]], Awaitable[Sequence[str]]],
        failed: Callable[[Command, str], None],
        last: Callable[[Command], bool] = lambda _: False,
    ) -> None:
        """`carry_out` gives for each command why it failed, or "".

        A command for which `last` is true holds up those behind it until it is carried out.
        """
        self._last = last
        self._carry_out = carry_out
        self._failed = failed
        self._lanes: dict[str, Lane] = {}
        self._running: set[str] = set()  # lanes whose first commands are being carried out
        self._due: dict[str, None] = {}  # lanes that got commands in this turn of the loop
        self._tasks: set[asyncio.Task[None]] = set()

    def give(self, commands: Iterable[Command]) -> None:
        """Append commands to their lanes."""
        for command in commands:
            for name in _lanes_of(command):
                self._lanes.setdefault(name, deque()).append(command)
                if not self._due:
                    # Commands given in one turn of the loop are sent together.
                    asyncio.get_running_loop().call_soon(self._begin)
                self._due[name] = None

    def busy(self, leg: str) -> bool:
        """Whether a leg has commands under way."""
        return leg in self._lanes

    @property
    def open(self) -> int:
        """How many legs have commands under way."""
        return len(self._lanes)

    @property
    def waiting(self) -> int:
        """How many commands wait or are being carried out, counted once per leg."""
        return sum(map(len, self._lanes.values()))

    async def close(self) -> None:
        """Drop the commands that are not carried out."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self) -> None:
        names, self._due = self._due, {}
        self._start(names)

    def _start(self, names: Iterable[str]) -> None:
        """Start the commands at the head of these lanes that can start."""
        for name in names:
            batch = self._ready(name)
            if batch:
                lanes = {lane for command in batch for lane in _lanes_of(command)}
                self._running |= lanes
                task = asyncio.create_task(self._run(batch, lanes))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def _ready(self, name: str) -> list[Command]:
        """Give the commands at the head of a lane that may be sent together now."""
        batch: list[Command] = []
        taken: Counter[str] = Counter()
        for command in self._lanes.get(name, ()):
            lanes = _lanes_of(command)
            if any(lane in self._running for lane in lanes):
                break
            if any(self._lanes[lane][taken[lane]] is not command for lane in lanes):
                break
            batch.append(command)
            taken.update(lanes)
            if self._last(command):
                break
        return batch

    async def _run(self, batch: list[Command], lanes: set[str]) -> None:
        try:
            try:
                whys = await self._carry_out(batch)
            except Exception as error:  # noqa: BLE001 - failures come back as events
                whys = [str(error) or type(error).__name__] * len(batch)
            for command, why in zip(batch, whys, strict=True):
                if why:
                    log.info(
                        "an order failed",
                        order=type(command).__name__,
                        legs=legs_of(command),
                        why=why,
                    )
                    self._failed(command, why)
        finally:
            for command in batch:
                for lane in _lanes_of(command):
                    self._take(lane)
            self._running -= lanes
            self._start(lanes)

    def _take(self, name: str) -> None:
        lane = self._lanes[name]
        lane.popleft()
        if not lane:
            del self._lanes[name]


def _lanes_of(command: Command) -> tuple[str, ...]:
    """Give the lanes of a command, each once; an empty bridge has a lane of its own."""
    legs = tuple(dict.fromkeys(legs_of(command)))
    if not legs and isinstance(command, DropBridge):
        return (command.bridge,)
    return legs
