"""The worker of the job queue: claims due jobs of each kind and does many at a time.

Any number of processes may run one. A job is done at least once; its kind decides how often it is
tried and when.
"""

import asyncio
import os
import socket
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from crm.jobs import store
from crm.jobs.job import Job
from web.kit.clock import now
from web.kit.jobs import Batch, JobKind

LOOK_SECONDS = 1.0
AWAY_SECONDS = 5.0  # before the next attempt after the database did not answer
DATABASE_THREADS = 2
LOOKUP_THREADS = 32  # look-ups of names; a dead name server blocks a thread for long

log = structlog.get_logger()
Result = TypeVar("Result")


class JobWorker:
    """The batches of one process; a slow one does not delay the others."""

    def __init__(
        self,
        database: sessionmaker[Session],
        kinds: Sequence[JobKind],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """`database` needs a connection for each thread here, and for each of the kinds."""
        self._database = database
        self._kinds = kinds
        self._look_seconds = look_seconds
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._running: dict[asyncio.Task[None], tuple[JobKind, Batch]] = {}
        self._threads = ThreadPoolExecutor(DATABASE_THREADS, "jobs")

    async def work(self, stop: threading.Event) -> None:
        """Claim and do jobs until told to stop."""
        lookups = ThreadPoolExecutor(LOOKUP_THREADS, "lookups")
        asyncio.get_running_loop().set_default_executor(lookups)
        try:
            while not stop.is_set():
                await self._wait(await self._look())
        finally:
            await self._stop()
            self._threads.shutdown()
            lookups.shutdown(wait=False, cancel_futures=True)

    async def work_once(self) -> int:
        """Do the due jobs and wait for them; give their number."""
        await self._look()
        count = sum(len(batch.jobs) for _, batch in self._running.values())
        while self._running:
            await self._wait(self._look_seconds)
        return count

    async def _look(self) -> float:
        """Start all due jobs; give the seconds until the next look."""
        wait = self._look_seconds
        for kind in self._kinds:
            try:
                batches = await self._ask(partial(self._claim, kind, self._in_hand(kind)))
            except SQLAlchemyError as error:
                log.warning("jobs cannot reach the database", why=type(error).__name__)
                return AWAY_SECONDS
            except Exception:
                log.exception("jobs could not be claimed", kind=kind.name)
                wait = AWAY_SECONDS
            else:
                for batch in batches:
                    self._running[asyncio.create_task(self._run(batch))] = (kind, batch)
        return wait

    def _in_hand(self, kind: JobKind) -> Counter[str]:
        running = self._running.values()
        return Counter(job.lane for of, batch in running if of is kind for job in batch.jobs)

    def _claim(self, kind: JobKind, in_hand: Counter[str], session: Session) -> list[Batch]:
        return kind.claim(session, in_hand, self._name, now())

    async def _run(self, batch: Batch) -> None:
        await batch.run()
        await self._ask(partial(_release, batch.jobs))

    async def _wait(self, seconds: float) -> None:
        """Wait for the next look; a batch that ends makes room for the next one."""
        if not self._running:
            await asyncio.sleep(seconds)
            return
        done, _ = await asyncio.wait(
            self._running, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        for task in done:
            kind, batch = self._running.pop(task)
            _report(kind, batch, task)

    async def _stop(self) -> None:
        """Let batches end in time; cancel the others and give their jobs back."""
        for kind in self._kinds:
            tasks = {task: batch for task, (of, batch) in self._running.items() if of is kind}
            if not tasks:
                continue
            done, late = await asyncio.wait(tasks, timeout=kind.last_seconds)
            for task in done:
                _report(kind, tasks[task], task)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            left = [job for task in late for job in tasks[task].jobs]
            try:
                await self._ask(partial(_release, left))
            except SQLAlchemyError as error:
                log.warning("jobs could not be given back", why=type(error).__name__)

    async def _ask(self, question: Callable[[Session], Result]) -> Result:
        def asked() -> Result:
            with self._database.begin() as session:
                return question(session)

        return await asyncio.get_running_loop().run_in_executor(self._threads, asked)


def _release(jobs: Sequence[Job], session: Session) -> None:
    store.release(session, jobs, now())


def _report(kind: JobKind, batch: Batch, task: asyncio.Task[None]) -> None:
    error = task.exception()
    keys = [job.key for job in batch.jobs]
    if isinstance(error, SQLAlchemyError):
        log.warning(
            "a job's result could not be stored",
            kind=kind.name,
            keys=keys,
            why=type(error).__name__,
        )
    elif error is not None:
        log.error("a job failed by a fault of ours", kind=kind.name, keys=keys, exc_info=error)
