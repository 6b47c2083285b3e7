"""The worker of the job queue: every kind gets its turn, and nothing is lost when it stops."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from crm.jobs import store as jobs
from crm.jobs.job import Job, NewJob
from crm.jobs.models import JobRow
from web.kit.clock import now
from web.kit.jobs import Batch
from web.ops.job_worker import JobWorker

Database = sessionmaker[Session]
LEASE = timedelta(minutes=5)


class Kind:
    """A kind of job for the tests, done by a function."""

    last_seconds = 0.1

    def __init__(self, name: str, do: Callable[[Job], Awaitable[None]]) -> None:
        self.name = name
        self._do = do

    def claim(self, session: Session, in_hand: Counter[str], by: str, at: datetime) -> list[Batch]:
        free = 2 - in_hand[""]
        held = jobs.claim(session, self.name, "", free, at, LEASE, by) if free > 0 else []
        return [Batch((job,), partial(self._do, job)) for job in held]


@pytest.fixture
def queue(database: Database) -> Iterator[Database]:
    yield database
    with database.begin() as session:
        session.execute(delete(JobRow))


def put(database: Database, kind: str, *keys: str) -> None:
    with database.begin() as session:
        jobs.put(session, kind, [NewJob(key) for key in keys])


def states(database: Database) -> dict[str, tuple[str, int]]:
    with database.begin() as session:
        found = session.execute(select(JobRow.key, JobRow.state, JobRow.attempts))
        return {key: (state, attempts) for key, state, attempts in found}


def finishing(database: Database, done: list[str]) -> Callable[[Job], Awaitable[None]]:
    async def do(job: Job) -> None:
        await asyncio.sleep(0)
        done.append(job.key)
        with database.begin() as session:
            jobs.finish(session, job, now())

    return do


async def hang(_job: Job) -> None:
    await asyncio.Event().wait()


async def fail(_job: Job) -> None:
    await asyncio.sleep(0)
    raise ValueError("a fault of ours")


async def leave(_job: Job) -> None:
    await asyncio.sleep(0)


def run_until(worker: JobWorker, true: Callable[[], object]) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(worker.work(stop)))
    thread.start()
    deadline = time.monotonic() + 10
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert true()


def test_a_kind_that_hangs_keeps_no_other_waiting_and_is_given_back(queue: Database) -> None:
    done: list[str] = []
    put(queue, "slow", "s1", "s2", "s3")
    put(queue, "quick", "q1", "q2", "q3", "q4", "q5")
    kinds = [Kind("slow", hang), Kind("quick", finishing(queue, done))]

    run_until(JobWorker(queue, kinds, look_seconds=0.01), lambda: len(done) == 5)

    found = states(queue)
    assert {found[key] for key in ("q1", "q5")} == {("done", 1)}
    assert {found[key] for key in ("s1", "s2", "s3")} == {("waiting", 0)}


def test_a_job_that_raises_is_left_to_its_lease_and_stops_nothing(queue: Database) -> None:
    done: list[str] = []
    put(queue, "bad", "b1")
    put(queue, "good", "g1")
    kinds = [Kind("bad", fail), Kind("good", finishing(queue, done))]

    assert asyncio.run(JobWorker(queue, kinds).work_once()) == 2

    assert done == ["g1"]
    assert states(queue)["b1"] == ("waiting", 1)
    assert asyncio.run(JobWorker(queue, kinds).work_once()) == 0


def test_a_job_that_is_not_tried_is_due_at_once(queue: Database) -> None:
    put(queue, "left", "l1")

    assert asyncio.run(JobWorker(queue, [Kind("left", leave)]).work_once()) == 1
    assert states(queue)["l1"] == ("waiting", 0)
