"""Jobs of signing in: removing expired sessions."""

from crm.people.sessions.store import forget_expired
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob


def close_expired_sessions(context: JobContext) -> None:
    """Remove the sessions that have expired."""
    with context.database.begin() as session:
        forget_expired(session, now())


JOBS = FeatureJobs(
    repeated=(RepeatedJob(close_expired_sessions, minutes=5, at_start=True),),
)
