"""The agents' days: read from the facts after a start, and begun anew at the site's midnight."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

import structlog

from acd.agent_days.store import DaySoFar
from acd.queue import AgentId
from acd.settings import DayBegan, DayRestored
from cti.core import events as e

SLICE = 100  # agents in a row, before other tasks get their turn
LONGEST_SLEEP_SECONDS = 600.0
"""The site's time zone may be changed, and a clock may be set."""
AGAIN_SECONDS = 10.0

log = structlog.get_logger(__name__)


class DayRecords(Protocol):
    """The database, as far as days go; called in a thread."""

    def agent_days(self, until: float) -> Mapping[AgentId, DaySoFar]:
        """Give what agents have done today until a time."""
        ...

    def midnight(self) -> float:
        """Give when the present day began where the site is, in seconds since the epoch."""
        ...


class AgentDays:
    """Restores the agents' days, and begins them at midnight."""

    def __init__(
        self,
        records: DayRecords,
        clock: Callable[[], float],
        handle: Callable[[e.Event], None],
        agents: Callable[[], Collection[AgentId]],
    ) -> None:
        """`agents` gives the ids of all agents that the engine knows now."""
        self._records = records
        self._clock = clock
        self._handle = handle
        self._agents = agents
        self._began = 0.0  # the midnight of the days that are counted

    async def run(self) -> None:
        """Restore the days once, then begin new ones."""
        started = self._clock()
        while not self._began:
            try:
                self._began = await asyncio.to_thread(self._records.midnight)
                days = await asyncio.to_thread(self._records.agent_days, started)
            except Exception as error:  # noqa: BLE001 - until the database is there
                log.warning("the agents' days could not be read", why=str(error)[:200])
                self._began = 0.0
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            await self._all(
                DayRestored(id_, one.today, one.offered_at) for id_, one in days.items()
            )
        while True:
            await asyncio.sleep(min(LONGEST_SLEEP_SECONDS, self._until_midnight()))
            await self.look()

    async def look(self) -> None:
        """Begin the days if midnight has passed."""
        try:
            midnight = await asyncio.to_thread(self._records.midnight)
        except Exception as error:  # noqa: BLE001 - a little later, then
            log.warning("the site's midnight could not be read", why=str(error)[:200])
            return
        if midnight > self._began:
            self._began = midnight
            await self._all(map(DayBegan, list(self._agents())))

    def _until_midnight(self) -> float:
        """How long until the next midnight, if the day has 24 hours; at least a second."""
        return max(1.0, self._began + 24 * 3600 - self._clock())

    async def _all(self, events: Iterable[e.Event]) -> None:
        for number, event in enumerate(events, start=1):
            self._handle(event)
            if number % SLICE == 0:
                await asyncio.sleep(0)
