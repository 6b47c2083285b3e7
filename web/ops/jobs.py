"""Jobs of the installation itself: the nightly backup, and what is removed with time."""

from datetime import timedelta

from crm.idempotency import store
from crm.jobs.store import forget_finished
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.kit.uploads.files import remove_old_uploads
from web.ops.nightly import back_up_if_due

KEEP_UPLOADS_DAYS = 30
KEEP_JOBS = timedelta(days=31)  # longer than what people see of them, with their attempts


def forget_old_answers(context: JobContext) -> None:
    """Remove the answers that were kept for repeated requests, after a day."""
    with context.database.begin() as session:
        store.forget_old(session, now())


def forget_old_jobs(context: JobContext) -> None:
    """Remove the jobs that were done or given up a month ago."""
    with context.database.begin() as session:
        forget_finished(session, now() - KEEP_JOBS)


def forget_old_uploads(context: JobContext) -> None:
    """Remove uploaded files that are a month old and not in use."""
    with context.database.begin() as session:
        remove_old_uploads(session, context.settings, KEEP_UPLOADS_DAYS, now())


JOBS = FeatureJobs(
    repeated=(
        RepeatedJob(forget_old_answers, minutes=5),
        RepeatedJob(forget_old_jobs, minutes=5),
        RepeatedJob(forget_old_uploads, minutes=60),
        RepeatedJob(back_up_if_due, minutes=1),
    ),
)
