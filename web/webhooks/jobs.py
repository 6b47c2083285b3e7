"""Jobs of the webhooks."""

from datetime import timedelta

from crm.webhooks.deliveries.store import forget_deliveries
from web.kit.clock import now
from web.kit.feature import JobContext

KEEP_DELIVERIES = timedelta(days=30)


def forget_old_deliveries(context: JobContext) -> None:
    """Remove messages that arrived, or were given up, a month ago."""
    with context.database.begin() as session:
        forget_deliveries(session, now() - KEEP_DELIVERIES)
