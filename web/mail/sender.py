"""The job kind `mail`: sends due mails through the site's mail server.

All mails go to the same server, so one connection carries several, one after the other. A mail is
sent at least once, always with the same Message-ID.
"""

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial

import structlog
from sqlalchemy.orm import Session, sessionmaker

from crm.jobs.job import Job
from crm.kernel.errors import InvalidError
from crm.mail import store
from crm.mail.mail import (
    OF_SERVER,
    Mail,
    MailDecision,
    MailFailure,
    MailResult,
    MailState,
    judge,
)
from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify_holders
from crm.parameters.parameter import Parameters
from crm.parameters.store import parameters
from crm.people.rights import Right
from web.kit.clock import now
from web.kit.i18n import reader, site_zone
from web.kit.jobs import Batch
from web.kit.sealing import mark
from web.kit.settings import Settings
from web.mail.attachments import attachment_of
from web.mail.letter import envelope, links_of, write_letter
from web.mail.server import MailError, MailServer, connected, hand_over, server_of
from web.mail.words import FAILURES

AT_ONCE = 20  # mails over one connection
LEASE = timedelta(minutes=15)
LONGEST_BATCH_SECONDS = 300.0  # well within the lease
LAST_SECONDS = 60.0  # for the mail being sent: a slow server may take that long for four answers
# The first attempts take about twelve minutes.
TELL_AFTER_ATTEMPTS = 4

log = structlog.get_logger()
Held = tuple[Job, Mail]


class MailSender:
    """Sends due mails, one batch at a time."""

    name = store.JOB

    def __init__(
        self, settings: Settings, database: sessionmaker[Session], stop: threading.Event
    ) -> None:
        """`stop` ends a batch after the mail being sent."""
        self.last_seconds = LAST_SECONDS
        self._settings = settings
        self._database = database
        self._stop = stop
        self._thread = ThreadPoolExecutor(1, "mail")

    def claim(self, session: Session, in_hand: Counter[str], by: str, at: datetime) -> list[Batch]:
        """Claim the next batch when the last one is done and a mail server is set."""
        if in_hand.total():
            return []
        known = parameters(session)
        server = server_of(self._settings, known)
        if server is None:
            return []
        taken = store.claim(session, AT_ONCE, at, LEASE, by)
        if not taken:
            return []
        return [Batch([job for job, _ in taken], partial(self._send, taken, server, known))]

    async def _send(self, taken: Sequence[Held], server: MailServer, known: Parameters) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._send_in_thread, taken, server, known)

    def _send_in_thread(self, taken: Sequence[Held], server: MailServer, known: Parameters) -> None:
        if fresh := [one for one in taken if not self._is_late(one)]:
            self._carry(fresh, server, known)

    def _carry(self, mails: Sequence[Held], server: MailServer, known: Parameters) -> None:
        until = time.monotonic() + LONGEST_BATCH_SECONDS
        left = list(mails)
        try:
            with connected(server) as line:
                while left and not self._stop.is_set() and time.monotonic() < until:
                    _, mail = left[0]
                    letter = self._write(mail, known, server)
                    if isinstance(letter, MailResult):
                        self._note(left[0], letter)
                    else:
                        self._note(left[0], hand_over(line, server, mail.address, letter))
                    left.pop(0)
        except MailError as error:
            # The others would fail too; each waits for its own next attempt.
            for one in left:
                self._note(one, error.result)

    def _write(self, one: Mail, known: Parameters, server: MailServer) -> MailResult | EmailMessage:
        begin = links_of(self._settings, known.text("mail_links"))
        region = self._settings.region
        reads = reader(one.language, "", site_zone(region, known.text("timezone")), region)
        id_ = f"mail-{one.id}-{mark(self._settings, 'mail id', str(one.created_at))[:12]}"
        try:
            file = attachment_of(self._settings, one)
            letter = write_letter(one, reads, self._settings, begin, file)
            return envelope(letter, server.sender, one.address, id_, now())
        except InvalidError as error:
            wrong = MailFailure.SENDER if error.field == "mail_from" else MailFailure.ADDRESS
            return MailResult(wrong)
        except Exception as error:  # one mail must never stop the others
            log.exception("a mail could not be written", mail=one.id)
            return MailResult(MailFailure.REFUSED, str(error)[:200], for_good=True)

    def _is_late(self, held: Held) -> bool:
        _, mail = held
        late = mail.good_until is not None and mail.good_until <= now()
        if late:
            self._note(held, MailResult(MailFailure.LATE, for_good=True))
        return late

    def _note(self, held: Held, result: MailResult) -> None:
        job, mail = held
        decision = judge(job.attempt, result, random.random())  # noqa: S311 - no secret
        with self._database.begin() as session:
            store.note_attempt(session, job, result, decision, now())
            _notify(session, mail, result, decision)
        if result.failure is not None:
            log.warning("a mail could not be sent", mail=mail.id, why=result.failure.value)


def _notify(session: Session, mail: Mail, result: MailResult, decision: MailDecision) -> None:
    """Notify the administrators on the pages, once a day; a mail about mail would not arrive."""
    away = result.failure in OF_SERVER and mail.attempts >= TELL_AFTER_ATTEMPTS
    dead = decision.state is MailState.DEAD and result.failure is not MailFailure.LATE
    if result.failure is None or not (away or dead):
        return
    notice = NewNotice(
        FAILURES[result.failure],
        {},
        "/mail?state=dead" if dead else "/mail",
        NoticeKind.SYSTEM,
        f"mail {'dead' if dead else 'away'} {now():%Y-%m-%d}",
        by_mail=False,
    )
    notify_holders(session, Right.PARAMETERS_EDIT, notice)
