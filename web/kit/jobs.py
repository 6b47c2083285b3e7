"""A kind of job, as the worker of the job queue needs it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from crm.jobs.job import Job


@dataclass(frozen=True, slots=True)
class Batch:
    """Claimed jobs that are done together, such as mails over one connection.

    `run` settles each job that it tries, in the transaction of its result. Jobs that it leaves are
    given back and due at once. If it raises, its jobs are due again when their lease ends.
    """

    jobs: Sequence[Job]
    run: Callable[[], Awaitable[None]]


class JobKind(Protocol):
    """A kind of job: what to claim, and how to do it."""

    name: str
    last_seconds: float
    """For so long a batch may go on when the worker is told to stop; then it is cancelled."""

    def claim(self, session: Session, in_hand: Counter[str], by: str, at: datetime) -> list[Batch]:
        """Claim the due jobs for which there is room.

        `in_hand` counts this worker's unfinished jobs of the kind by lane; `by` names the worker.
        """
        ...
