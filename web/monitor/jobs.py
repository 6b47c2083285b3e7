"""The job of the monitor: queues that were changed for a day are taken back after midnight."""

from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.monitor.queues import take_back


def take_back_queues(context: JobContext) -> None:
    """Give agents their usual queues again."""
    with context.database.begin() as session:
        take_back(session, now())


JOBS = FeatureJobs(repeated=(RepeatedJob(take_back_queues, minutes=1, at_start=True),))
