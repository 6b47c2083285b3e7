"""Sending mail to a real server that accepts, refuses, hangs and goes away."""

import ssl
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from unit.web.conftest import People
from unit.web.mail.mailroom import (
    ADMIN,
    CHEN,
    Database,
    MailWorker,
    again_now,
    name_server,
    outbox,
    put,
)
from unit.web.mail.post_office import Letter, PostOffice, open_office
from unit.web.visitor import Visitor

from crm.mail import store
from crm.mail.mail import MailFailure, MailPreference, MailState
from crm.mail.store import MailFilter
from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notices, notify
from crm.parameters.models import ParameterRow
from web.kit.clock import now
from web.kit.settings import Settings
from web.mail.server import seal_password
from web.mail.words import FAILURES

BROKEN = NewNotice("The nightly backup failed: {why}", {"why": "no space"}, "/status", urgent=True)


def test_an_urgent_notice_comes_by_mail_in_the_readers_language(
    office: PostOffice, mail_sender: MailWorker, database: Database, people: People
) -> None:
    with database.begin() as session:
        notify(session, [people.chen_jing, people.admin, people.li_wei], BROKEN)
    mail_sender.round()
    chinese, english = sorted(office.letters, key=lambda one: one.recipient, reverse=True)

    assert (chinese.recipient, english.recipient) == (CHEN, ADMIN)
    assert str(chinese.message["Subject"]).startswith("夜间备份失败")
    assert english.message["Subject"] == "The nightly backup failed: no space"
    assert "https://calls.example.com/status" in english.text
    assert 'href="https://calls.example.com/status"' in chinese.html
    assert chinese.message["From"] == "Hotline <hotline@example.com>"
    assert chinese.sender == "hotline@example.com"
    assert chinese.message["Auto-Submitted"] == "auto-generated"
    assert english.raw.isascii()
    assert {one.state for one in outbox(database)} == {MailState.SENT}
    assert office.connections == 1


@pytest.mark.parametrize(
    ("choice", "urgent", "plain"),
    [(MailPreference.OFF, 0, 0), (MailPreference.URGENT, 1, 0), (MailPreference.ALL, 1, 1)],
)
def test_everyone_gets_by_mail_what_they_chose(  # noqa: PLR0913, PLR0917 - a story
    office: PostOffice,
    database: Database,
    people: People,
    choice: MailPreference,
    urgent: int,
    plain: int,
) -> None:
    assert office
    with database.begin() as session:
        store.set_mail_preference(session, people.admin, choice)
        notify(session, [people.admin], BROKEN)
        first = len(store.mails(session, MailFilter()).items)
        notify(session, [people.admin], NewNotice("Something happened."))
        both = len(store.mails(session, MailFilter()).items)
        store.set_mail_preference(session, people.admin, MailPreference.URGENT)

    assert (first, both - first) == (urgent, plain)


def test_a_matter_that_is_told_once_is_mailed_once(
    office: PostOffice, database: Database, people: People
) -> None:
    assert office
    once = NewNotice("The engine is away.", once="engine 1", urgent=True)
    with database.begin() as session:
        for _ in range(3):
            notify(session, [people.admin], once)

    assert len(outbox(database)) == 1


def test_a_notice_that_is_not_committed_is_not_mailed(
    office: PostOffice, database: Database, people: People
) -> None:
    assert office
    with database() as session:
        notify(session, [people.admin], BROKEN)
        session.rollback()

    assert outbox(database) == []


def test_without_a_server_nothing_is_put_into_the_outbox(
    office: PostOffice, database: Database, people: People
) -> None:
    assert office
    with database.begin() as session:
        session.execute(delete(ParameterRow))
        notify(session, [people.admin], BROKEN)

    assert outbox(database) == []


def test_what_the_server_asks_to_repeat_waits_and_arrives_once(
    office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    office.refused[CHEN] = "451 4.7.1 Greylisted, come again"
    put(database)
    mail_sender.round()
    (waiting,) = outbox(database)
    at_once = mail_sender.round()
    office.refused.clear()
    again_now(database)
    mail_sender.round()
    mail_sender.round()

    assert (waiting.state, waiting.failure) == (MailState.WAITING, MailFailure.LATER)
    assert "Greylisted" in waiting.answer
    assert timedelta(seconds=20) < waiting.due_at - now() < timedelta(seconds=40)
    assert at_once == 0
    assert len(office.letters) == 1


def test_an_unknown_recipient_is_given_up_and_the_next_mail_goes(
    office: PostOffice, mail_sender: MailWorker, database: Database, people: People
) -> None:
    office.refused[CHEN] = "550 5.1.1 No such user"
    put(database)
    put(database, ADMIN)
    mail_sender.round()
    dead, sent = outbox(database)
    with database.begin() as session:
        told = [one for one in notices(session, people.admin).items if "mail" in one.sentence]

    assert (dead.state, dead.failure) == (MailState.DEAD, MailFailure.RECIPIENT)
    assert "No such user" in dead.answer
    assert sent.state is MailState.SENT
    assert len(told) == 1
    assert told[0].kind is NoticeKind.SYSTEM
    assert len(outbox(database)) == 2  # no mail is sent about mail


def test_a_recipient_that_is_no_address_is_given_up_for_a_reason_that_can_be_translated(
    office: PostOffice, mail_sender: MailWorker, database: Database, admin: Visitor
) -> None:
    put(database, "reception")
    put(database, ADMIN)
    mail_sender.round()
    dead, sent = outbox(database)
    (_, shown) = admin.get("/api/v1/mail").json()["items"]

    assert (dead.state, dead.failure, dead.answer) == (MailState.DEAD, MailFailure.ADDRESS, "")
    assert shown["failure_name"] == FAILURES[MailFailure.ADDRESS]
    assert sent.state is MailState.SENT
    assert len(office.letters) == 1


def test_with_an_invalid_sender_mail_waits_until_it_is_corrected(
    office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    with database.begin() as session:
        name_server(session, office.port, mail_from="reception")
    put(database)
    mail_sender.round()
    (waiting,) = outbox(database)

    assert (waiting.state, waiting.failure) == (MailState.WAITING, MailFailure.SENDER)
    assert waiting.answer == ""
    assert not office.letters


def test_a_server_that_is_away_keeps_all_mails_waiting(
    office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    with database.begin() as session:
        name_server(session, 1)
    for to in (CHEN, ADMIN):
        put(database, to)
    mail_sender.round()
    found = outbox(database)

    assert {one.failure for one in found} == {MailFailure.CONNECT}
    assert {one.state for one in found} == {MailState.WAITING}
    assert not office.letters


def test_after_two_days_of_a_dead_server_a_mail_is_given_up_and_can_be_sent_again(
    office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    with database.begin() as session:
        name_server(session, 1)
    put(database)
    for _ in range(10):
        again_now(database)
        mail_sender.round()
    (dead,) = outbox(database)
    with database.begin() as session:
        name_server(session, office.port)
        count = store.send_again(session, MailFilter(MailState.DEAD), now())
    mail_sender.round()

    assert (dead.state, dead.attempts) == (MailState.DEAD, 10)
    assert count == 1
    assert len(office.letters) == 1


def test_two_senders_send_a_mail_once(
    office: PostOffice, settings: Settings, database: Database
) -> None:
    for number in range(30):
        put(database, f"p{number}@example.com")
    men = [MailWorker(settings, database) for _ in range(2)]
    rounds = [threading.Thread(target=lambda one=one: [one.round(), one.round()]) for one in men]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()

    assert sorted(one.recipient for one in office.letters) == sorted(
        f"p{number}@example.com" for number in range(30)
    )


def test_a_sender_that_dies_while_it_sends_loses_no_mail(
    office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    put(database)
    with database.begin() as session:
        store.claim(session, 5, now(), timedelta(minutes=15))
    nothing = mail_sender.round()
    again_now(database)  # the lease ends
    mail_sender.round()

    assert nothing == 0
    assert len(office.letters) == 1


def test_an_outdated_mail_is_not_sent(
    office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    put(database, good_until=now() - timedelta(seconds=1))
    mail_sender.round()
    (late,) = outbox(database)

    assert (late.state, late.failure) == (MailState.DEAD, MailFailure.LATE)
    assert not office.letters


@pytest.mark.parametrize("at_once", [False, True])
def test_the_way_is_encrypted_and_the_password_goes_inside(  # noqa: PLR0913, PLR0917 - a story
    office: PostOffice,
    settings: Settings,
    mail_sender: MailWorker,
    database: Database,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    *,
    at_once: bool,
) -> None:
    assert office
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    monkeypatch.setattr("web.mail.server.ssl.create_default_context", lambda: trusting)
    with open_office(certificate, at_once=at_once) as safe:
        safe.account = ("hotline", "a word")
        with database.begin() as session:
            name_server(
                session,
                safe.port,
                mail_security="tls" if at_once else "starttls",
                mail_user="hotline",
                mail_password=seal_password(settings, "a word"),
            )
        put(database)
        mail_sender.round()

        assert safe.signed_in_over_tls is True
        assert len(safe.letters) == 1


def carried(office: PostOffice, mail_sender: MailWorker, database: Database, name: str) -> Letter:
    """Put a notice with a person's name into the outbox, and give the mail that arrives."""
    put(database, name=name)
    mail_sender.round()
    (letter,) = office.letters
    return letter


def test_a_name_with_line_breaks_becomes_no_header(
    office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    letter = carried(office, mail_sender, database, "x\r\nBcc: evil@example.com\r\n\r\nbody")

    assert letter.message["Bcc"] is None
    assert letter.message["Subject"] == "Hello x Bcc: evil@example.com body"


def test_html_in_a_notice_is_shown_as_it_is_written(
    office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    letter = carried(office, mail_sender, database, "<script>alert(1)</script>")

    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "<script>alert(1)</script>" in letter.text
