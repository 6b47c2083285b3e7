"""Jobs of the imports: working on them, and removing old bad rows."""

from datetime import timedelta

from crm.imports.store import forget_old_bad_rows
from web.imports.runner import ImportRunner
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob

KEEP_BAD_ROWS = timedelta(days=30)  # as long as the uploaded files


def run_imports(context: JobContext) -> ImportRunner:
    """Make the job kind that works on imports."""
    return ImportRunner(context.settings, context.database, context.stop)


def forget_bad_rows(context: JobContext) -> None:
    """Remove the bad rows of imports that are a month old."""
    with context.database.begin() as session:
        forget_old_bad_rows(session, now() - KEEP_BAD_ROWS)


JOBS = FeatureJobs(
    kinds=(run_imports,),
    repeated=(RepeatedJob(forget_bad_rows, minutes=60),),
)
