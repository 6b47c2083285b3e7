"""A lane for each call: its orders are carried out one after the other, beside all other calls'.

Orders that wait behind one another leave together; whoever carries them out keeps their order.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

from crm.calls.record import CallId
from cti.core.commands import Command

log = structlog.get_logger(__name__)


class Lanes:
    """Carries orders out. What fails comes back through `failed`; nothing is raised."""

    def __init__(
        self,
        carry_out: Callable[[Sequence[Command]], Awaitable[Sequence[str]]],
        failed: Callable[[Command, str], None],
        last: Callable[[Command], bool] = lambda _: False,
    ) -> None:
        """`carry_out` says of each order why it could not be carried out, or "".

        An order that is to be the `last` holds up those behind it until it is carried out.
        """
        self._last = last
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
                commands = self._next(lane)
                try:
                    whys = await self._carry_out(commands)
                except Exception as error:  # noqa: BLE001 - law 5: failures come back as events
                    whys = [str(error) or type(error).__name__] * len(commands)
                for command, why in zip(commands, whys, strict=True):
                    if why:
                        order = type(command).__name__
                        log.info("an order failed", call=call, order=order, why=why)
                        self._failed(command, why)
        finally:
            del self._lanes[call]

    def _next(self, lane: deque[Command]) -> list[Command]:
        """Take what may leave together off a lane's head; at least one order."""
        taken = [lane.popleft()]
        while lane and not self._last(taken[-1]):
            taken.append(lane.popleft())
        return taken
