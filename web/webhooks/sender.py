"""Sends webhooks: takes what is due from the outbox and posts it to the endpoints.

Any number of processes may do this at once; the one that claims a message has a lease of it. A
message is delivered at least once, with the same id each time, and nearly in order: the oldest are
sent first, but one that failed does not hold up those behind it.
"""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify_holders
from crm.people.rights import Right
from crm.sql.db import connect, sessions
from crm.webhooks.deliveries import store
from crm.webhooks.store import endpoint as endpoint_of
from crm.webhooks.webhook import Claim, DeliveryAnswer, judge
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.settings import Settings
from web.webhooks.sending import Sender
from web.webhooks.signing import Seal

log = structlog.get_logger()
Result = TypeVar("Result")

LOOK_SECONDS = 1.0
AWAY_SECONDS = 5.0  # before the database is asked again after it did not answer
AT_ONCE = 4  # messages on their way to one endpoint, from one process
AT_ONCE_FAILING = 1  # to one that failed the last time: it may be hanging
LEASE = timedelta(seconds=30)  # longer than an attempt with all that belongs to it
NAME_THREADS = 32  # looking up names; a dead name server holds a thread for long
DATABASE_THREADS = 3
LAST_SECONDS = 3.0  # for requests that are open when the sender stops

# Called in the transaction in which an endpoint was switched off.
TellOff = Callable[[Session, int], None]


def deliver(settings: Settings, stop: threading.Event) -> None:
    """Deliver until the event is set; for a thread of its own."""
    engine = connect(settings.database_url, pool_size=DATABASE_THREADS, statement_timeout_ms=20_000)
    sender = Sender(Seal(settings))
    try:
        while not stop.is_set():
            try:
                asyncio.run(WebhookSender(engine, sender, tell_off).work(stop))
            except Exception:
                log.exception("the webhook sender failed and starts again")
                stop.wait(AWAY_SECONDS)
    finally:
        engine.dispose()


def tell_off(session: Session, endpoint: int) -> None:
    """Notify all who manage webhooks that one was switched off."""
    log.warning("a webhook was switched off", endpoint=endpoint)
    notify_holders(
        session,
        Right.WEBHOOKS_MANAGE,
        NewNotice(
            N_("The webhook “{name}” was switched off because its receiver fails."),
            {"name": endpoint_of(session, endpoint).draft.name},
            f"/webhooks/{endpoint}",
            NoticeKind.WEBHOOK,
            urgent=True,
        ),
    )


class WebhookSender:
    """Open requests by endpoint; a receiver that hangs keeps no other waiting."""

    def __init__(
        self,
        engine: Engine,
        sender: Sender,
        tell_off: TellOff,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """`engine` needs a connection for each of the threads here."""
        self._database = sessions(engine)
        self._sender = sender
        self._tell_off = tell_off
        self._look_seconds = look_seconds
        self._carried: dict[asyncio.Task[None], Claim] = {}
        self._threads = ThreadPoolExecutor(DATABASE_THREADS, "webhooks")

    async def work(self, stop: threading.Event) -> None:
        """Claim and send, until the event is set."""
        names = ThreadPoolExecutor(NAME_THREADS, "webhook-names")
        asyncio.get_running_loop().set_default_executor(names)
        try:
            while not stop.is_set():
                await self._wait(await self._look())
        finally:
            await self._hand_back()
            self._threads.shutdown()
            names.shutdown(wait=False, cancel_futures=True)

    async def _look(self) -> float:
        """Set out with all that is due; give the seconds until it is worth looking again."""
        try:
            claims = await self._ask(partial(self._take, Counter(self._busy())))
        except SQLAlchemyError as error:
            log.warning("webhooks cannot reach the database", why=type(error).__name__)
            return AWAY_SECONDS
        for claim in claims:
            self._carried[asyncio.create_task(self._carry(claim))] = claim
        return self._look_seconds

    def _busy(self) -> list[int]:
        return [claim.endpoint for claim in self._carried.values()]

    def _take(self, busy: Counter[int], session: Session) -> list[Claim]:
        at, taken = now(), []
        for endpoint, failing_since in store.endpoints_due(session, at).items():
            most = AT_ONCE if failing_since is None else AT_ONCE_FAILING
            if (free := most - busy[endpoint]) > 0:
                taken += store.claim(session, endpoint, free, at, LEASE)
        return taken

    async def _carry(self, claim: Claim) -> None:
        answer = await self._sender.send(claim)
        try:
            await self._ask(partial(self._note, claim, answer))
        except SQLAlchemyError as error:
            # The result is lost then: the message is sent again when the lease ends.
            log.warning("a delivery could not be noted", why=type(error).__name__)

    def _note(self, claim: Claim, answer: DeliveryAnswer, session: Session) -> None:
        verdict = judge(claim.attempt, answer, claim.failing_since, random.random())  # noqa: S311
        switched_off = store.note_attempt(session, claim, answer, verdict)
        if switched_off:
            self._tell_off(session, claim.endpoint)

    async def _wait(self, seconds: float) -> None:
        """Wait for the next look; a message that has arrived makes room for the next one."""
        if not self._carried:
            await asyncio.sleep(seconds)
            return
        done, _ = await asyncio.wait(
            self._carried, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        for task in done:
            del self._carried[task]
            if error := task.exception():
                log.error("a delivery failed by a fault of ours", exc_info=error)

    async def _hand_back(self) -> None:
        """Let what is on its way arrive, and give the rest back, so that it goes out soon."""
        if not self._carried:
            return
        _, late = await asyncio.wait(self._carried, timeout=LAST_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        claims = [self._carried[task] for task in late]
        try:
            await self._ask(lambda session: store.release(session, claims, now()))
        except SQLAlchemyError as error:
            log.warning("deliveries could not be given back", why=type(error).__name__)

    async def _ask(self, question: Callable[[Session], Result]) -> Result:
        def asked() -> Result:
            with self._database.begin() as session:
                return question(session)

        return await asyncio.get_running_loop().run_in_executor(self._threads, asked)
