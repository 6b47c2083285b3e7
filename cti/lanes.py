"""A lane for each call: its orders are carried out one after the other, beside all other calls'."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from crm.calls.record import CallId
from cti.commands import Command

log = structlog.get_logger(__name__)


class Lanes:
    """Carries orders out. What fails comes back through `failed`; nothing is raised."""

    def __init__(
        self,
        carry_out: Callable[[Command], Awaitable[None]],
        failed: Callable[[Command, str], None],
    ) -> None:
        """`carry_out` raises for an order that could not be carried out."""
        self._carry_out = carry_out
        self._failed = failed
        self._lanes: dict[CallId, deque[Command]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def give(self, commands: tuple[Command, ...]) -> None:
        """Put orders behind those already given."""
        for command in commands:
            lane = self._lanes.get(command.call)
            if lane is not None:
                lane.append(command)
                continue
            self._lanes[command.call] = deque([command])
            task = asyncio.create_task(self._run(command.call))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def busy(self, call: CallId) -> bool:
        """Whether orders of a call are on their way."""
        return call in self._lanes

    @property
    def open(self) -> int:
        """How many calls have orders on their way."""
        return len(self._lanes)

    @property
    def waiting(self) -> int:
        """How many orders wait behind others of their call."""
        return sum(map(len, self._lanes.values()))

    async def close(self) -> None:
        """Drop what was not carried out."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, call: CallId) -> None:
        lane = self._lanes[call]
        try:
            while lane:
                command = lane.popleft()
                try:
                    await self._carry_out(command)
                except Exception as error:  # noqa: BLE001 - law 5: failures come back as events
                    why = str(error) or type(error).__name__
                    log.info("an order failed", call=call, order=type(command).__name__, why=why)
                    self._failed(command, why)
        finally:
            del self._lanes[call]
