"""The job kind `webhook`: delivers due messages to each endpoint.

A message is delivered at least once, with the same id each time, and nearly in order: the oldest
are sent first, but a failed one does not hold up those behind it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session, sessionmaker

from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify_holders
from crm.outgoing.answer import OutgoingAnswer
from crm.outgoing.sending import OutgoingRequest, Sender
from crm.people.rights import Right
from crm.webhooks.deliveries import store
from crm.webhooks.store import JOB, lane_of
from crm.webhooks.store import endpoint as endpoint_of
from crm.webhooks.webhook import Claim, judge
from web.kit.i18n import N_
from web.kit.jobs import Batch

log = structlog.get_logger()

AT_ONCE = 4  # messages in progress to one endpoint, from one process
AT_ONCE_FAILING = 1  # to an endpoint that failed the last time: it may hang
LEASE = timedelta(seconds=30)  # longer than an attempt and the storing of its result
DATABASE_THREADS = 3
LAST_SECONDS = 3.0

# Called in the transaction in which an endpoint is switched off.
NotifySwitchedOff = Callable[[Session, int], None]


def notify_switched_off(session: Session, endpoint: int) -> None:
    """Notify all users who manage webhooks that one was switched off."""
    log.warning("a webhook was switched off", endpoint=endpoint)
    notify_holders(
        session,
        Right.WEBHOOKS_MANAGE,
        NewNotice(
            N_("The webhook “{name}” was deactivated because its receiver keeps failing."),
            {"name": endpoint_of(session, endpoint).draft.name},
            f"/webhooks/{endpoint}",
            NoticeKind.WEBHOOK,
            urgent=True,
        ),
    )


def request_of(claim: Claim) -> OutgoingRequest:
    """Make the request that delivers a message."""
    return OutgoingRequest(claim.event, claim.url, claim.inside, claim.body, claim.secrets)


class WebhookSender:
    """Delivers each message on its own; a hanging receiver does not delay the others."""

    name = JOB

    def __init__(
        self,
        database: sessionmaker[Session],
        sender: Sender,
        notify: NotifySwitchedOff = notify_switched_off,
    ) -> None:
        """`database` needs a connection for each of the threads here."""
        self.last_seconds = LAST_SECONDS
        self._database = database
        self._sender = sender
        self._tell_off = notify
        self._threads = ThreadPoolExecutor(DATABASE_THREADS, "webhooks")

    def claim(self, session: Session, in_hand: Counter[str], by: str, at: datetime) -> list[Batch]:
        """Claim for each endpoint as many messages as it may get at once."""
        taken: list[Claim] = []
        for endpoint, failing_since in store.endpoints_due(session, at).items():
            most = AT_ONCE if failing_since is None else AT_ONCE_FAILING
            if (free := most - in_hand[lane_of(endpoint)]) > 0:
                taken += store.claim(session, endpoint, free, at, LEASE, by)
        return [Batch((one.job,), partial(self._deliver, one)) for one in taken]

    async def _deliver(self, claim: Claim) -> None:
        result = await self._sender.send(request_of(claim))
        # If this fails, the delivery is unknown: the message is sent again after the lease.
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._note, claim, result)

    def _note(self, claim: Claim, result: OutgoingAnswer) -> None:
        chance = random.random()  # noqa: S311 - no secret
        decision = judge(claim.job.attempt, result, claim.failing_since, chance)
        with self._database.begin() as session:
            if store.note_attempt(session, claim, result, decision):
                self._tell_off(session, claim.endpoint)
