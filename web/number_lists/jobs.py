"""The work of number lists in the jobs process: entries expire, and files are imported."""

from crm.number_lists.entries.store import expire_entries
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.number_lists.importing import LIST_ENTRIES


def expire_due_entries(context: JobContext) -> None:
    """Mark the entries that have expired."""
    with context.database.begin() as session:
        expire_entries(session, now())


JOBS = FeatureJobs(
    repeated=(RepeatedJob(expire_due_entries, minutes=5),), import_targets=(LIST_ENTRIES,)
)
