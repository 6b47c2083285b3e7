"""`hotline jobs`: the worker of the job queue, and the clock for what is done every few minutes.

Every process that runs this works on the queue. Only one of them, the leader, runs the clock: it
holds an advisory lock of PostgreSQL on a connection of its own. If it dies or loses the database,
the lock is free and the next process leads. Everything here may be done twice.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from crm.idempotency import store as repeats
from crm.jobs import store as queue
from crm.notices import store as notices
from crm.people.sessions.store import forget_expired
from crm.sql.db import connect, sessions
from crm.webhooks.deliveries.store import forget_deliveries
from web.kit.clock import now
from web.kit.jobs import JobKind
from web.kit.settings import Settings
from web.mail.sender import MailSender, forget_old_mails
from web.ops.job_worker import AWAY_SECONDS, JobWorker
from web.ops.logs import take_in_libraries
from web.ops.nightly import nightly_backup
from web.webhooks.sender import WebhookSender
from web.webhooks.sending import Sender
from web.webhooks.signing import Seal

log = structlog.get_logger()
Job = Callable[[sessionmaker[Session]], None]

LEADER_LOCK = 0x4A4F4253  # "JOBS"
LOOK_SECONDS = 5.0
SWEEP_MINUTES = 5
LOOK_MINUTES = 1  # for jobs that have their own time of day
KEEP_DELIVERIES = timedelta(days=30)
KEEP_JOBS = timedelta(days=31)  # longer than what people see of them, whose attempts they count
CONNECTIONS = 6  # of the worker, the webhooks and the mail: each has threads that use one


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
        serve(engine, stop, more=(nightly_backup(settings, stop),))
    finally:
        stop.set()
        worker.join()
        engine.dispose()


def work_queue(settings: Settings, stop: threading.Event) -> None:
    """Work on the job queue until told to stop; for a thread of its own."""
    engine = connect(settings.database_url, pool_size=CONNECTIONS, statement_timeout_ms=20_000)
    database = sessions(engine)
    kinds: tuple[JobKind, ...] = (
        WebhookSender(database, Sender(Seal(settings))),
        MailSender(settings, database, stop),
    )
    try:
        while not stop.is_set():
            try:
                asyncio.run(JobWorker(database, kinds).work(stop))
            except Exception:
                log.exception("the worker of the job queue failed and is started again")
                stop.wait(AWAY_SECONDS)
    finally:
        engine.dispose()


def serve(
    engine: Engine,
    stop: threading.Event,
    look_seconds: float = LOOK_SECONDS,
    more: Sequence[Job] = (),
) -> None:
    """Lead whenever no other process does; wait for a database that is away.

    `more` are jobs beside those that need only the database.
    """
    while not stop.is_set():
        try:
            with engine.connect() as connection:
                if _take_lock(connection):
                    _lead(engine, connection, stop, look_seconds, more)
        except SQLAlchemyError as error:
            log.warning("the database cannot be reached", why=type(error).__name__)
        stop.wait(look_seconds)


def close_expired_sessions(database: sessionmaker[Session]) -> None:
    """Remove expired sessions."""
    with database.begin() as session:
        forget_expired(session, now())


def forget_old_deliveries(database: sessionmaker[Session]) -> None:
    """Remove webhook messages that were delivered or given up long ago."""
    with database.begin() as session:
        forget_deliveries(session, now() - KEEP_DELIVERIES)


def forget_old_notices(database: sessionmaker[Session]) -> None:
    """Remove notifications of last month, and yesterday's answers kept for repeated requests."""
    with database.begin() as session:
        notices.forget_old(session, now())
        repeats.forget_old(session, now())


def forget_old_jobs(database: sessionmaker[Session]) -> None:
    """Remove jobs that were done or given up last month."""
    with database.begin() as session:
        queue.forget_finished(session, now() - KEEP_JOBS)


def _take_lock(connection: Connection) -> bool:
    held = connection.execute(select(func.pg_try_advisory_lock(LEADER_LOCK))).scalar_one()
    connection.commit()  # the lock is the session's, not the transaction's
    return bool(held)


def _lead(
    engine: Engine,
    connection: Connection,
    stop: threading.Event,
    look_seconds: float,
    more: Sequence[Job],
) -> None:
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True})
    database = sessions(engine)
    scheduler.add_job(_safely(close_expired_sessions, database), next_run_time=now())
    scheduler.add_job(_safely(close_expired_sessions, database), "interval", minutes=SWEEP_MINUTES)
    scheduler.add_job(_safely(forget_old_deliveries, database), "interval", minutes=SWEEP_MINUTES)
    scheduler.add_job(_safely(forget_old_notices, database), "interval", minutes=SWEEP_MINUTES)
    scheduler.add_job(_safely(forget_old_mails, database), "interval", minutes=SWEEP_MINUTES)
    scheduler.add_job(_safely(forget_old_jobs, database), "interval", minutes=SWEEP_MINUTES)
    for job in more:
        scheduler.add_job(_safely(job, database), "interval", minutes=LOOK_MINUTES)
    scheduler.start()
    log.info("leading the jobs")
    try:
        while not stop.wait(look_seconds):
            # Raises when the connection is gone, and with it the lock.
            connection.execute(select(1))
            connection.commit()
    finally:
        scheduler.shutdown(wait=stop.is_set())
        if not connection.closed and not connection.invalidated:
            # Pooled connections live on: the lock must not live with them.
            connection.invalidate()


def _safely(job: Job, database: sessionmaker[Session]) -> Callable[[], None]:
    def done() -> None:
        try:
            job(database)
        except SQLAlchemyError as error:
            log.warning("a job could not be done", job=job.__name__, why=type(error).__name__)

    return done
