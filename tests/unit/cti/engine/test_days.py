"""The agents' days: restored after a start, begun anew at midnight, with the database away."""

import asyncio
import contextlib

from acd.agent_days.store import DaySoFar
from acd.queue import AgentId
from acd.settings import DayBegan, DayRestored
from acd.today import Today
from cti.engine import days as module
from cti.engine.days import AgentDays

ONE, TWO = AgentId(1), AgentId(2)


class Records:
    """Days of one agent; the first question fails."""

    def __init__(self):
        self.began, self.asked = 1000.0, []
        self.away = True

    def midnight(self):
        if self.away:
            self.away = False
            raise OSError("no database")
        return self.began

    def agent_days(self, until):
        self.asked.append(until)
        return {ONE: DaySoFar(Today(calls=3), {})}


def test_days_are_restored_once_and_begin_at_midnight(monkeypatch):
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.0)
    records, heard, restored = Records(), [], asyncio.Event()

    def handle(event):
        heard.append(event)
        restored.set()

    days = AgentDays(records, lambda: 2000.0, handle, lambda: [ONE, TWO])

    async def story():
        running = asyncio.create_task(days.run())
        await asyncio.wait_for(restored.wait(), 10)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await days.look()
        records.began += 24 * 3600
        await days.look()
        await days.look()

    asyncio.run(story())
    assert records.asked == [2000.0]
    assert heard == [DayRestored(ONE, Today(calls=3), {}), DayBegan(ONE), DayBegan(TWO)]
