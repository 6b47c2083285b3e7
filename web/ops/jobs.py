"""The jobs process: runs the repeated jobs of all features, one process of all at a time.

The leader holds an advisory lock of PostgreSQL on a connection of its own: if it dies, or loses the
database, the lock is free and another process leads. So a job may run twice.
"""

import signal
import threading
from collections.abc import Callable

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from crm.sql.db import connect, sessions
from web.features import features
from web.kit.clock import now
from web.kit.feature import Job, JobContext
from web.kit.settings import Settings
from web.ops.logs import take_in_libraries

log = structlog.get_logger()

LEADER_LOCK = 0x4A4F4253  # "JOBS"
LOOK_SECONDS = 5.0


def run(settings: Settings) -> None:
    """Lead, or wait to lead, until SIGTERM or SIGINT."""
    if not structlog.is_configured():
        take_in_libraries()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    engine = connect(settings.database_url, pool_size=3, statement_timeout_ms=60_000)
    # In every process that runs this, not only in the leader's.
    workers = [
        threading.Thread(target=work, args=(settings, stop), name=work.__name__)
        for feature in features()
        for work in feature.workers
    ]
    for one in workers:
        one.start()
    try:
        serve(engine, JobContext(settings, sessions(engine), stop))
    finally:
        stop.set()
        for one in workers:
            one.join()
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
    for job in (job for feature in features() for job in feature.jobs):
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


def _safely(job: Job, context: JobContext) -> Callable[[], None]:
    def run_job() -> None:
        try:
            job.run(context)
        except SQLAlchemyError as error:
            name = getattr(job.run, "__name__", "")
            log.warning("a job could not be done", job=name, why=type(error).__name__)

    return run_job
