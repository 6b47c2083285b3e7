"""Jobs of the webhooks: delivering messages, and removing old ones."""

from datetime import timedelta

from crm.outgoing.sending import Sender
from crm.webhooks.deliveries.store import forget_deliveries
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.webhooks.sender import WebhookSender
from web.webhooks.signing import seal_of

KEEP_DELIVERIES = timedelta(days=30)


def deliver_webhooks(context: JobContext) -> WebhookSender:
    """Make the job kind that delivers messages to webhooks."""
    return WebhookSender(context.database, Sender(seal_of(context.settings), now))


def forget_old_deliveries(context: JobContext) -> None:
    """Remove messages that were delivered or given up a month ago."""
    with context.database.begin() as session:
        forget_deliveries(session, now() - KEEP_DELIVERIES)


JOBS = FeatureJobs(
    kinds=(deliver_webhooks,),
    repeated=(RepeatedJob(forget_old_deliveries, minutes=5),),
)
