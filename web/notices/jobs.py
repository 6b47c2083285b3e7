"""Jobs of the notices: removing old ones."""

from crm.notices.store import forget_old
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob


def forget_old_notices(context: JobContext) -> None:
    """Remove the notices of last month."""
    with context.database.begin() as session:
        forget_old(session, now())


JOBS = FeatureJobs(repeated=(RepeatedJob(forget_old_notices, minutes=5),))
