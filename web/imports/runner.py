"""The job kind `import`: checks, runs and undoes imports, some rows in each transaction.

The rows of a transaction and the number of rows done are stored together. So a worker that takes
over continues after the last stored rows, and no row is imported twice. A dry run stores no rows of
the target; it begins again when another worker takes over.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from crm.imports import store
from crm.imports.importing import Import, ImportAction, ImportState
from crm.imports.row import FileRow, WriteTask
from crm.jobs import store as jobs
from crm.jobs.job import Job
from crm.kernel.errors import MissingError
from crm.kernel.text import N_
from crm.uploads.store import set_in_use
from web.imports.rows import go_through
from web.imports.table import read_rows
from web.imports.targets import targets
from web.kit.clock import now
from web.kit.import_target import ImportTarget
from web.kit.jobs import Batch
from web.kit.settings import Settings

ROWS_AT_ONCE = 500
UNDONE_AT_ONCE = 2000
LEASE = timedelta(minutes=2)
LAST_SECONDS = 20.0  # for the rows in hand
MOST_ATTEMPTS = 5
AGAIN_AFTER = timedelta(seconds=15)
GONE = N_("The file is no longer available. Upload it again.")
BROKEN = N_("Something went wrong on our side. It has been logged.")

log = structlog.get_logger()


@dataclass(slots=True)
class Reading:
    """How far this worker has read the file of one import."""

    state: ImportState
    rows: Iterator[FileRow]
    task: WriteTask


class ImportRunner:
    """Works on one import at a time."""

    name = store.JOB

    def __init__(
        self, settings: Settings, database: sessionmaker[Session], stop: threading.Event
    ) -> None:
        """`stop` ends the work after the rows in hand."""
        self.last_seconds = LAST_SECONDS
        self._settings = settings
        self._database = database
        self._stop = stop
        self._thread = ThreadPoolExecutor(1, "imports")

    def claim(self, session: Session, in_hand: Counter[str], by: str, at: datetime) -> list[Batch]:
        """Claim the next import when the last one is over."""
        if in_hand.total():
            return []
        taken = jobs.claim(session, self.name, "", 1, at, LEASE, by)
        return [Batch((job,), partial(self._run, job)) for job in taken]

    async def _run(self, job: Job) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self.work, job)

    def work(self, job: Job) -> None:
        """Work on an import until it is over, cancelled, or the process has to end."""
        held: Job | None = job
        reading: Reading | None = None
        try:
            while held is not None:
                if self._stop.is_set():
                    with self._database.begin() as session:
                        jobs.release(session, [held], now())
                    return
                held, reading = self._step(held, reading)
        except SQLAlchemyError:
            raise  # the database is away: the job is due again when its lease ends
        except Exception as error:
            log.exception("an import failed by a fault of ours", key=job.key)
            if held is not None:
                self._fail(held, str(error))

    def _step(self, held: Job, reading: Reading | None) -> tuple[Job | None, Reading | None]:
        """Do some rows in one transaction; give the job as it is held now, None when it is over."""
        with self._database.begin() as session:
            try:
                one = store.lock_import(session, int(held.key))
            except MissingError:
                jobs.finish(session, held, now())
                return None, None
            target = targets().get(one.file.target)
            if not one.is_active or target is None:
                jobs.finish(session, held, now())
                return None, None
            renewed = jobs.renew(session, held, now() + LEASE)
            if renewed is None:  # another worker has it by now
                return None, None
            if one.state is ImportState.UNDOING:
                over = _undo(session, one, target)
            else:
                if reading is None or reading.state is not one.state:
                    reading = self._begin(session, one)
                over = reading is None or self._rows(session, one, target, reading)
            if over:
                jobs.finish(session, renewed, now())
                return None, None
            return renewed, reading

    def _begin(self, session: Session, one: Import) -> Reading | None:
        """Open the file where the work goes on; None if it is gone, and the import has failed."""
        dry_run = one.state is ImportState.CHECKING
        done = 0 if dry_run else one.counts.done
        if dry_run:
            store.forget_results(session, one.id)
        header = 1 if one.file.header else 0
        rows = read_rows(self._settings, one.file.upload, header + done)
        try:
            first = next(rows, None)
        except OSError:
            store.end(session, one, ImportAction.FAIL, now(), GONE)
            return None
        task = WriteTask(one.id, one.file.options, self._settings.region, dry_run)
        return Reading(one.state, _and_then(first, rows), task)

    def _rows(self, session: Session, one: Import, target: ImportTarget, reading: Reading) -> bool:
        """Do the next rows of the file; say whether they were the last."""
        some = list(islice(reading.rows, ROWS_AT_ONCE))
        if some:
            counts, bad_rows = go_through(session, target, one.file.mapping, some, reading.task)
            store.note_results(session, one.id, counts, bad_rows)
        if len(some) == ROWS_AT_ONCE:
            return False
        state = store.end(session, one, ImportAction.FINISH, now())
        if state is ImportState.DONE and one.file.upload:
            set_in_use(session, one.file.upload, in_use=False)
        return True

    def _fail(self, held: Job, why: str) -> None:
        with self._database.begin() as session:
            if held.attempt < MOST_ATTEMPTS:
                jobs.retry(session, held, now() + AGAIN_AFTER, why)
            elif jobs.give_up(session, held, now(), why):
                one = store.lock_import(session, int(held.key))
                if one.is_active:
                    store.end(session, one, ImportAction.FAIL, now(), BROKEN)


def _undo(session: Session, one: Import, target: ImportTarget) -> bool:
    """Remove some of the rows that an import added; say whether none is left."""
    if target.undo is not None and target.undo(session, one.id, UNDONE_AT_ONCE):
        return False
    store.end(session, one, ImportAction.FINISH, now())
    return True


def _and_then(first: FileRow | None, rows: Iterator[FileRow]) -> Iterator[FileRow]:
    if first is not None:
        yield first
        yield from rows
