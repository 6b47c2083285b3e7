"""Jobs that belong to no single feature."""

from crm.idempotency import store
from web.kit.clock import now
from web.kit.feature import JobContext


def forget_old_answers(context: JobContext) -> None:
    """Remove the answers that were kept for repeated requests, after a day."""
    with context.database.begin() as session:
        store.forget_old(session, now())
