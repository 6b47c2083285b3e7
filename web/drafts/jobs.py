"""Jobs of the drafts: forgetting old ones."""

from crm.drafts.store import drop_old_drafts
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob


def forget_old_drafts(context: JobContext) -> None:
    """Remove drafts that were not touched for a week."""
    with context.database.begin() as session:
        drop_old_drafts(session, now())


JOBS = FeatureJobs(repeated=(RepeatedJob(forget_old_drafts, minutes=60),))
