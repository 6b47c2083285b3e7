"""Jobs that only say that something was saved: one round of work settles all of them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from crm.jobs.job import Job
from crm.jobs.store import claim, finish
from web.kit.clock import now
from web.kit.jobs import Batch, JobContext

AT_ONCE = 100
LEASE = timedelta(minutes=5)


class JobsOfARound:
    """A kind of the job queue whose due jobs are all done by one call of `work`."""

    last_seconds = 10.0

    def __init__(
        self, name: str, work: Callable[[JobContext], object], context: JobContext
    ) -> None:
        """`work` is called in a thread, with `context`."""
        self.name = name
        self._work = work
        self._context = context

    def claim(self, session: Session, in_hand: Counter[str], by: str, at: datetime) -> list[Batch]:
        """Claim all due jobs together when the last round is over."""
        if in_hand.total():
            return []
        held = claim(session, self.name, "", AT_ONCE, at, LEASE, by)
        return [Batch(held, partial(asyncio.to_thread, self._do, held))] if held else []

    def _do(self, held: Sequence[Job]) -> None:
        self._work(self._context)
        with self._context.database.begin() as session:
            for one in held:
                finish(session, one, now())
