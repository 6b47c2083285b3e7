"""The repeated work of alarms: those of costs end with their day, old ones are deleted."""

from datetime import timedelta

from crm.alarms.store import end_old, forget_old
from crm.parameters.store import parameters
from cti.outbound.alarms import DAY_COST
from cti.outbound.guard import midnight
from web.kit.clock import now
from web.kit.i18n import site_zone
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob

KEPT_DAYS = 365


def tidy_alarms(context: JobContext) -> None:
    """End the alarms of costs of days before, and delete alarms of long ago."""
    at = now()
    with context.database.begin() as session:
        zone = site_zone(context.settings.region, parameters(session).text("timezone"))
        end_old(session, DAY_COST, midnight(at, zone), at)
        forget_old(session, at - timedelta(days=KEPT_DAYS))


JOBS = FeatureJobs(repeated=(RepeatedJob(tidy_alarms, minutes=5),))
