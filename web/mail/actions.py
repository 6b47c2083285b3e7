"""Actions of administrators on mail: send a test, send again."""

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.errors import RefusedError
from crm.mail import store
from crm.mail.mail import (
    Mail,
    MailId,
    MailKind,
    MailPreference,
    MailResult,
    MailState,
    NewMail,
    checked_address,
)
from crm.people.person import SignedIn
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.mail.letter import envelope, links_of, write_letter
from web.mail.server import MailError, MailServer, connected, hand_over, server_of
from web.mail.words import FAILURES

TEST_SECONDS = 5.0  # the user waits for the page


@dataclass(frozen=True, slots=True)
class TestMail:
    """The result of a test, as a sentence; `said` is the server's answer."""

    well: bool
    sentence: str
    said: str


def present_server(request: Request) -> MailServer | None:
    """Give the configured mail server; None if mail is off."""
    context = context_of(request)
    return server_of(context.settings, context.parameters())


def send_test(request: Request, who: SignedIn, typed: str) -> TestMail:
    """Send a test mail at once and give the server's answer; it is written to the audit log."""
    context, reader = context_of(request), reader_of(request)
    address = checked_address(typed or who.user.email, "address")
    context.settings_cache.forget()
    server = present_server(request)
    if server is None:
        raise RefusedError("No mail server configured.")
    answer = _tried(request, who, server, address)
    after = {"address": address, "why": answer.text}
    with context.database.begin() as session:
        note(session, request, who, "mail.tested", "mails", server.host, {}, after)
    return TestMail(answer.failure is None, _sentence(reader, answer, address), answer.text)


def send_again(session: Session, request: Request, who: SignedIn, wanted: store.MailFilter) -> int:
    """Send mails again that were given up; give their number."""
    count = store.send_again(session, wanted, now())
    if count:
        note(session, request, who, "mail.sent_again", "mails", "", {}, {"count": count})
    return count


def choose(session: Session, request: Request, who: SignedIn, choice: MailPreference) -> None:
    """Save which notifications a user wants by mail."""
    before = store.mail_preference(session, who.user.id)
    store.set_mail_preference(session, who.user.id, choice)
    before_and_after = {"mail_notices": before.value}, {"mail_notices": choice.value}
    note(session, request, who, "account.changed", "users", who.user.id, *before_and_after)


def _tried(request: Request, who: SignedIn, server: MailServer, address: str) -> MailResult:
    context, at = context_of(request), now()
    new = NewMail(MailKind.TEST, address, who.user.language, {"name": who.user.name})
    mail = _mail(new)
    links = links_of(context.settings, context.parameters().text("mail_links"))
    letter = write_letter(mail, reader_of(request), context.settings, links)
    message = envelope(letter, server.sender, address, f"test-{int(at.timestamp())}", at)
    try:
        with connected(server, TEST_SECONDS) as line:
            return hand_over(line, server, address, message)
    except MailError as error:
        return error.result


def _mail(new: NewMail) -> Mail:
    """Make a mail that is never in the outbox, to write its text from."""
    return Mail(
        id=MailId(0),
        kind=new.kind,
        user=new.user,
        address=new.address,
        language=new.language,
        values=new.values,
        sealed="",
        state=MailState.WAITING,
        attempts=0,
        created_at=now(),
        due_at=now(),
        good_until=None,
        done_at=None,
        failure=None,
        answer="",
    )


def _sentence(reader: Reader, answer: MailResult, address: str) -> str:
    if answer.failure is None:
        return reader.say(N_("The mail server accepted the email to {address}."), address=address)
    return reader.gettext(FAILURES[answer.failure])
