"""The jobs process: works on the job queue, and runs the repeated jobs of all features.

Every jobs process works on the queue. Only one of them, the leader, runs the repeated jobs: it
holds an advisory lock of PostgreSQL on a connection of its own. If it dies or loses the database,
the lock is free and another process leads. So a job may run twice.
"""

import asyncio
import signal
import threading
from collections.abc import Callable

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from crm.sql.db import connect, sessions
from web.features import feature_jobs
from web.kit.clock import now
from web.kit.jobs import JobContext, RepeatedJob
from web.kit.settings import Settings
from web.ops.job_worker import AWAY_SECONDS, JobWorker
from web.ops.logs import take_in_libraries

log = structlog.get_logger()

LEADER_LOCK = 0x4A4F4253  # "JOBS"
LOOK_SECONDS = 5.0
CONNECTIONS = 8  # for the worker's threads and those of the kinds


def run(settings: Settings) -> None:
    """Work on the queue, and lead or wait to lead, until SIGTERM or SIGINT."""
    if not structlog.is_configured():
        take_in_libraries()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    engine = connect(settings.database_url, pool_size=3, statement_timeout_ms=60_000)
    worker = threading.Thread(target=work_queue, args=(settings, stop), name="job queue")
    worker.start()
    try:
        serve(engine, JobContext(settings, sessions(engine), stop))
    finally:
        stop.set()
        worker.join()
        engine.dispose()


def work_queue(settings: Settings, stop: threading.Event) -> None:
    """Work on the job queue until told to stop; for a thread of its own."""
    engine = connect(settings.database_url, pool_size=CONNECTIONS, statement_timeout_ms=20_000)
    context = JobContext(settings, sessions(engine), stop)
    kinds = [make(context) for jobs in feature_jobs() for make in jobs.kinds]
    try:
        while not stop.is_set():
            try:
                asyncio.run(JobWorker(context.database, kinds).work(stop))
            except Exception:
                log.exception("the worker of the job queue failed and is started again")
                stop.wait(AWAY_SECONDS)
    finally:
        engine.dispose()


def serve(engine: Engine, context: JobContext, look_seconds: float = LOOK_SECONDS) -> None:
    """Lead whenever no other process does, until told to stop; a lost database is waited for."""
    while not context.stop.is_set():
        try:
            with engine.connect() as connection:
                if _take_lock(connection):
                    _lead(connection, context, look_seconds)
        except SQLAlchemyError as error:
            log.warning("the database cannot be reached", why=type(error).__name__)
        context.stop.wait(look_seconds)


def _take_lock(connection: Connection) -> bool:
    held = connection.execute(select(func.pg_try_advisory_lock(LEADER_LOCK))).scalar_one()
    connection.commit()  # the lock is the session's, not the transaction's
    return bool(held)


def _lead(connection: Connection, context: JobContext, look_seconds: float) -> None:
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True})
    for job in (job for jobs in feature_jobs() for job in jobs.repeated):
        run_once = _safely(job, context)
        if job.at_start:
            scheduler.add_job(run_once, next_run_time=now())
        scheduler.add_job(run_once, "interval", minutes=job.minutes)
    scheduler.start()
    log.info("leading the jobs")
    try:
        while not context.stop.wait(look_seconds):
            # Raises when the connection is gone, and with it the lock.
            connection.execute(select(1))
            connection.commit()
    finally:
        scheduler.shutdown(wait=context.stop.is_set())
        if not connection.closed and not connection.invalidated:
            # Pooled connections live on: the lock must not live with them.
            connection.invalidate()


def _safely(job: RepeatedJob, context: JobContext) -> Callable[[], None]:
    def run_job() -> None:
        try:
            job.run(context)
        except SQLAlchemyError as error:
            name = getattr(job.run, "__name__", "")
            log.warning("a job could not be done", job=name, why=type(error).__name__)

    return run_job
