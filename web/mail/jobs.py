"""Jobs of the mail: sending mails, and removing old ones."""

from datetime import timedelta

from crm.mail import store
from crm.people.links import store as links
from web.kit.clock import now
from web.kit.jobs import FeatureJobs, JobContext, RepeatedJob
from web.mail.sender import MailSender

KEPT = timedelta(days=30)


def send_mails(context: JobContext) -> MailSender:
    """Make the job kind that sends mails."""
    return MailSender(context.settings, context.database, context.stop)


def forget_old_mails(context: JobContext) -> None:
    """Remove mails that were sent or given up a month ago, and password links that have expired."""
    with context.database.begin() as session:
        store.forget_old(session, now() - KEPT)
        links.forget_old(session, now())


JOBS = FeatureJobs(
    kinds=(send_mails,),
    repeated=(RepeatedJob(forget_old_mails, minutes=5),),
)
