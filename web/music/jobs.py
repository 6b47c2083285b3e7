"""The jobs of music on hold: making it known to Asterisk as soon as it is saved, and at start."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from crm.jobs.job import Job
from crm.jobs.store import claim, finish
from web.kit.clock import now
from web.kit.jobs import Batch, FeatureJobs, JobContext, RepeatedJob
from web.music.files import settle_music
from web.music.words import MAKE

AT_ONCE = 100
LEASE = timedelta(minutes=5)


class MusicMaker:
    """Makes music known to Asterisk."""

    name = MAKE
    last_seconds = 10.0

    def __init__(self, context: JobContext) -> None:
        """Make it in the sounds of this installation."""
        self._settings = context.settings
        self._database = context.database

    def claim(self, session: Session, in_hand: Counter[str], by: str, at: datetime) -> list[Batch]:
        """Claim all changes together: one round makes them all known."""
        if in_hand.total():
            return []
        held = claim(session, MAKE, "", AT_ONCE, at, LEASE, by)
        return [Batch(held, partial(self._run, held))] if held else []

    async def _run(self, held: Sequence[Job]) -> None:
        await asyncio.to_thread(self._make, held)

    def _make(self, held: Sequence[Job]) -> None:
        settle_music(self._settings, self._database)
        with self._database.begin() as session:
            for one in held:
                finish(session, one, now())


def _settle(context: JobContext) -> None:
    settle_music(context.settings, context.database)


JOBS = FeatureJobs(kinds=(MusicMaker,), repeated=(RepeatedJob(_settle, minutes=1, at_start=True),))
