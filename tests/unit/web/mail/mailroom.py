"""Mail in the tests: a site with a mail server, its outbox, and its sender."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from sqlalchemy import delete, update
from sqlalchemy.orm import Session, sessionmaker
from unit.web.mail.post_office import PostOffice, open_office

from crm.jobs.models import JobRow
from crm.mail import store
from crm.mail.mail import Mail, MailKind, NewMail
from crm.mail.models import MailRow
from crm.mail.store import MailFilter
from crm.notices.models import NoticeRow
from crm.parameters.models import ParameterRow
from crm.parameters.store import save
from crm.people.models import UserRow
from crm.people.person import Language
from web.kit.clock import now
from web.kit.settings import Settings
from web.mail.sender import MailSender
from web.ops.job_worker import JobWorker

Database = sessionmaker[Session]
CHEN, ADMIN = "chen@example.com", "admin@example.com"


@contextlib.contextmanager
def served(
    database: Database, app: FastAPI, readers: dict[int, tuple[str, Language]]
) -> Iterator[PostOffice]:
    """A mail server that the site uses, and users with addresses; removed again at the end."""
    with open_office() as opened:
        with database.begin() as session:
            session.execute(delete(MailRow))
            session.execute(delete(JobRow))
            session.execute(delete(NoticeRow))
            name_server(session, opened.port)
            for user, (email, language) in readers.items():
                changed = update(UserRow).where(UserRow.id == user)
                session.execute(changed.values(email=email, language=language.value))
        app.state.context.settings_cache.forget()
        yield opened
        with database.begin() as session:
            session.execute(delete(ParameterRow))
            session.execute(delete(MailRow))
            session.execute(delete(JobRow))
            session.execute(update(UserRow).values(email="", language="en"))
        app.state.context.settings_cache.forget()


def name_server(session: Session, port: int, **more: object) -> None:
    """Set the parameters of mail."""
    known = {
        "mail_server": "127.0.0.1",
        "mail_port": port,
        "mail_security": "none",
        "mail_from": "hotline@example.com",
        "mail_links": "https://calls.example.com",
    }
    save(session, known | more, None)


class MailWorker:
    """Works on the mail queue, as `hotline jobs` does."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._worker = JobWorker(database, [MailSender(settings, database, threading.Event())])

    def round(self) -> int:
        """Send the due mails; give their number."""
        return asyncio.run(self._worker.work_once())


def outbox(database: Database) -> list[Mail]:
    """Give all mails, the oldest first."""
    with database.begin() as session:
        return list(reversed(store.mails(session, MailFilter()).items))


def put(database: Database, to: str = CHEN, *, name: str = "Chen", **more: Any) -> None:
    """Put a notice into the outbox."""
    values = {"sentence": "Hello {name}", "name": name, "url": "/status"}
    with database.begin() as session:
        store.put(session, [NewMail(MailKind.NOTICE, to, Language.ENGLISH, values, **more)])


def again_now(database: Database) -> None:
    """Make all mails due."""
    with database.begin() as session:
        session.execute(update(JobRow).values(due_at=now(), lease_until=None))
