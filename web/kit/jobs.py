"""What a feature does in the jobs processes: kinds of the job queue, and repeated work.

A feature that has such work exports `JOBS` from its `jobs.py`, and `web/features.py` finds it. The
jobs processes import these modules alone, so `jobs.py` and what it imports know no page and no API:
a process with all pages takes half as much memory again.
"""

import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session, sessionmaker

from crm.jobs.job import Job
from web.kit.import_target import ImportTarget
from web.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class JobContext:
    """What jobs may use; `stop` is set when the process has been told to end."""

    settings: Settings
    database: sessionmaker[Session]
    stop: threading.Event


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


@dataclass(frozen=True, slots=True)
class RepeatedJob:
    """Work that is repeated by one of the jobs processes; it may happen twice."""

    run: Callable[[JobContext], None]
    minutes: int
    at_start: bool = False  # also as soon as a process begins to lead


# Makes a kind of the job queue for one jobs process.
JobKindFactory = Callable[[JobContext], JobKind]


@dataclass(frozen=True, slots=True)
class FeatureJobs:
    """The jobs of one feature."""

    kinds: tuple[JobKindFactory, ...] = ()  # done by every jobs process
    repeated: tuple[RepeatedJob, ...] = ()  # by one jobs process at a time
    import_targets: tuple[ImportTarget, ...] = ()  # what files can be imported into
