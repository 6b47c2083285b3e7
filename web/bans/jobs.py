"""The repeated work of bans: old attempts are deleted."""

from datetime import timedelta

from cti.bans.alarms.store import end_bans
from cti.bans.store import attempts, forget_old
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob

KEPT_DAYS = 30


def forget_old_attempts(context: JobContext) -> None:
    """Delete attempts of more than 30 days ago, and bans that are over."""
    with context.database.begin() as session:
        forget_old(session, now() - timedelta(days=KEPT_DAYS), now())
        banned = {one.address for one in attempts(session, now()) if one.banned_until}
        end_bans(session, banned, now())


JOBS = FeatureJobs(repeated=(RepeatedJob(forget_old_attempts, minutes=10),))
