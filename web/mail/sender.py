"""Sends mail: takes what is due from the outbox and hands it to the site's mail server.

There is one server for all mails, so one connection carries one mail after the other. Mails are
claimed with a lease and given up as webhooks are, so any number of processes may send. A mail is
handed over at least once, with the same Message-ID.
"""

import random
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from crm.kernel.errors import InvalidError
from crm.mail import store
from crm.mail.mail import (
    OF_SERVER,
    Mail,
    MailAnswer,
    MailFailure,
    MailState,
    MailVerdict,
    judge,
    server_is_named,
)
from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify_holders
from crm.parameters.parameter import Parameters
from crm.parameters.store import parameters
from crm.people.rights import Right
from crm.sql.db import connect, sessions
from web.kit.clock import now
from web.kit.i18n import site_zone
from web.kit.request import reader
from web.kit.sealing import mark
from web.kit.settings import Settings
from web.mail.letter import envelope, links_of, write_letter
from web.mail.server import MailError, MailServer, connected, hand_over, server_of
from web.mail.words import FAILURES

LOOK_SECONDS = 2.0
AWAY_SECONDS = 5.0  # before the database is asked again after it did not answer
AT_ONCE = 20  # mails over one line
LEASE = timedelta(minutes=15)
LONGEST_ROUND_SECONDS = 300.0  # well within the lease
# With the first attempts some twelve minutes have gone by.
TELL_AFTER_ATTEMPTS = 4

log = structlog.get_logger()


class MailSender:
    """Sends the mails that are due."""

    def __init__(
        self, settings: Settings, database: sessionmaker[Session], stop: threading.Event
    ) -> None:
        """`stop` ends a round after the mail that is in hand."""
        self._settings = settings
        self._database = database
        self._stop = stop
        self._zone = site_zone(settings.region)

    def round(self) -> int:
        """Send what is due now; give how many mails were claimed."""
        with self._database.begin() as session:
            known = parameters(session)
            taken = store.claim(session, AT_ONCE, now(), LEASE) if server_is_named(known) else []
        if not taken:
            return 0
        fresh = [one for one in taken if not self._is_late(one)]
        server = server_of(self._settings, known)
        if fresh and server is not None:
            self._carry(fresh, server, known)
        return len(taken)

    def _carry(self, mails: Sequence[Mail], server: MailServer, known: Parameters) -> None:
        until = time.monotonic() + LONGEST_ROUND_SECONDS
        left = list(mails)
        try:
            with connected(server) as line:
                while left and not self._stop.is_set() and time.monotonic() < until:
                    one = left[0]
                    answer = self._write(one, known, server)
                    if isinstance(answer, MailAnswer):
                        self._note(one, answer)
                    else:
                        self._note(one, hand_over(line, server, one.address, answer))
                    left.pop(0)
        except MailError as error:
            # None of them would fare better now; each waits for its own next attempt.
            for one in left:
                self._note(one, error.answer)
            return
        if left:
            with self._database.begin() as session:
                store.release(session, left, now(), timedelta())

    def _write(self, one: Mail, known: Parameters, server: MailServer) -> MailAnswer | EmailMessage:
        begin = links_of(self._settings, known.text("mail_links"))
        reads = reader(one.language, "", self._zone, self._settings.region)
        id_ = f"mail-{one.id}-{mark(self._settings, 'mail id', str(one.created_at))[:12]}"
        try:
            letter = write_letter(one, reads, self._settings, begin)
            return envelope(letter, server.sender, one.address, id_, now())
        except InvalidError as error:
            wrong = MailFailure.SENDER if error.field == "mail_from" else MailFailure.ADDRESS
            return MailAnswer(wrong)
        except Exception as error:  # a mail must never stop the ones behind it
            log.exception("a mail could not be written", mail=one.id)
            return MailAnswer(MailFailure.REFUSED, str(error)[:200], for_good=True)

    def _is_late(self, one: Mail) -> bool:
        late = one.good_until is not None and one.good_until <= now()
        if late:
            self._note(one, MailAnswer(MailFailure.LATE, for_good=True))
        return late

    def _note(self, one: Mail, answer: MailAnswer) -> None:
        verdict = judge(one.attempts, answer, random.random())  # noqa: S311 - no secret
        with self._database.begin() as session:
            store.note_attempt(session, one, answer, verdict, now())
            _tell(session, one, answer, verdict)
        if answer.failure is not None:
            log.warning("a mail could not be sent", mail=one.id, why=answer.failure.value)


def post(settings: Settings, stop: threading.Event) -> None:
    """Send mail until the event is set; for a thread of its own."""
    engine = connect(settings.database_url, pool_size=1, statement_timeout_ms=20_000)
    mail_sender = MailSender(settings, sessions(engine), stop)
    try:
        while not stop.is_set():
            try:
                carried = mail_sender.round()
            except SQLAlchemyError as error:
                log.warning("mail cannot reach the database", why=type(error).__name__)
                stop.wait(AWAY_SECONDS)
            except Exception:
                log.exception("the mail sender failed and starts again")
                stop.wait(AWAY_SECONDS)
            else:
                stop.wait(0 if carried == AT_ONCE else LOOK_SECONDS)
    finally:
        engine.dispose()


def _tell(session: Session, one: Mail, answer: MailAnswer, verdict: MailVerdict) -> None:
    """Give a notice, once a day, to the people who can mend it; a mail would not arrive."""
    away = answer.failure in OF_SERVER and one.attempts >= TELL_AFTER_ATTEMPTS
    dead = verdict.state is MailState.DEAD and answer.failure is not MailFailure.LATE
    if answer.failure is None or not (away or dead):
        return
    notice = NewNotice(
        FAILURES[answer.failure],
        {},
        "/mail?state=dead" if dead else "/mail",
        NoticeKind.SYSTEM,
        f"mail {'dead' if dead else 'away'} {now():%Y-%m-%d}",
        by_mail=False,
    )
    notify_holders(session, Right.PARAMETERS_EDIT, notice)
