"""Jobs that belong to no single feature: removing old answers and old jobs."""

from datetime import timedelta

from crm.idempotency import store
from crm.jobs.store import forget_finished
from web.kit.clock import now
from web.kit.feature import JobContext

KEEP_JOBS = timedelta(days=31)  # longer than users see them, with their attempts


def forget_old_answers(context: JobContext) -> None:
    """Remove the answers stored for repeated requests, after a day."""
    with context.database.begin() as session:
        store.forget_old(session, now())


def forget_old_jobs(context: JobContext) -> None:
    """Remove the jobs that were done or given up a month ago."""
    with context.database.begin() as session:
        forget_finished(session, now() - KEEP_JOBS)
