"""Mail on the wire: a real server that takes, refuses, hangs and goes away; and the pages of it."""

import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.post_office import PostOffice, open_office
from unit.web.visitor import Visitor

from crm.errors import InvalidError
from crm.mail import store
from crm.mail.mail import Mail, MailFailure, MailKind, MailState, NewMail, Wanted
from crm.mail.models import MailRow
from crm.mail.store import MailFilter
from crm.notices.models import NoticeRow
from crm.notices.notice import Kind, NewNotice
from crm.notices.store import notices, notify
from crm.parameters.models import ParameterRow
from crm.parameters.store import save
from crm.people.models import UserRow
from crm.people.person import Language
from web.clock import now
from web.mail.letter import Letter, envelope
from web.mail.postman import Postman
from web.mail.server import seal_password
from web.settings import Settings

Database = sessionmaker[Session]
CHEN, ADMIN = "chen@example.com", "admin@example.com"
BROKEN = NewNotice("The nightly backup failed: {why}", {"why": "no space"}, "/status", urgent=True)


@pytest.fixture
def office(database: Database, people: People, app: Any) -> Iterator[PostOffice]:
    """A server that the house knows; chen.jing reads Chinese, admin English."""
    with open_office() as opened:
        with database.begin() as session:
            session.execute(delete(MailRow))
            session.execute(delete(NoticeRow))
            name(session, opened.port)
            address(session, people.chen_jing, CHEN, Language.CHINESE)
            address(session, people.admin, ADMIN, Language.ENGLISH)
        app.state.house.settled.forget()
        yield opened
        with database.begin() as session:
            session.execute(delete(ParameterRow))
            session.execute(delete(MailRow))
            session.execute(update(UserRow).values(email="", language="en"))
        app.state.house.settled.forget()


def name(session: Session, port: int, **more: object) -> None:
    known = {
        "mail_server": "127.0.0.1",
        "mail_port": port,
        "mail_security": "none",
        "mail_from": "hotline@example.com",
        "mail_links": "https://calls.example.com",
    }
    save(session, known | more, None)


def address(session: Session, user: int, email: str, language: Language) -> None:
    changed = update(UserRow).where(UserRow.id == user)
    session.execute(changed.values(email=email, language=language.value))


@pytest.fixture
def postman(settings: Settings, database: Database) -> Postman:
    return Postman(settings, database, threading.Event())


def outbox(database: Database) -> list[Mail]:
    with database.begin() as session:
        return list(reversed(store.mails(session, MailFilter()).items))


def put(database: Database, to: str = CHEN, **more: Any) -> None:
    values = {"sentence": "Hello {name}", "name": "Chen", "url": "/status"}
    with database.begin() as session:
        store.put(session, [NewMail(MailKind.NOTICE, to, Language.ENGLISH, values, **more)])


def again_now(database: Database) -> None:
    with database.begin() as session:
        session.execute(update(MailRow).values(due_at=now()))


def test_an_urgent_notice_comes_by_mail_in_the_readers_language(
    office: PostOffice, postman: Postman, database: Database, people: People
) -> None:
    with database.begin() as session:
        notify(session, [people.chen_jing, people.admin, people.li_wei], BROKEN)
    postman.round()
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
    [(Wanted.OFF, 0, 0), (Wanted.URGENT, 1, 0), (Wanted.ALL, 1, 1)],
)
def test_everybody_gets_by_mail_what_he_chose(  # noqa: PLR0913, PLR0917 - a story
    office: PostOffice,
    database: Database,
    people: People,
    choice: Wanted,
    urgent: int,
    plain: int,
) -> None:
    assert office
    with database.begin() as session:
        store.want(session, people.admin, choice)
        notify(session, [people.admin], BROKEN)
        first = len(store.mails(session, MailFilter()).items)
        notify(session, [people.admin], NewNotice("Something happened."))
        both = len(store.mails(session, MailFilter()).items)
        store.want(session, people.admin, Wanted.URGENT)

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
    office: PostOffice, postman: Postman, database: Database
) -> None:
    office.refused[CHEN] = "451 4.7.1 Greylisted, come again"
    put(database)
    postman.round()
    (waiting,) = outbox(database)
    at_once = postman.round()
    office.refused.clear()
    again_now(database)
    postman.round()
    postman.round()

    assert (waiting.state, waiting.failure) == (MailState.WAITING, MailFailure.LATER)
    assert "Greylisted" in waiting.answer
    assert timedelta(seconds=20) < waiting.due_at - now() < timedelta(seconds=40)
    assert at_once == 0
    assert len(office.letters) == 1


def test_an_unknown_recipient_is_given_up_and_the_next_mail_goes(
    office: PostOffice, postman: Postman, database: Database, people: People
) -> None:
    office.refused[CHEN] = "550 5.1.1 No such user"
    put(database)
    put(database, ADMIN)
    postman.round()
    dead, sent = outbox(database)
    with database.begin() as session:
        told = [one for one in notices(session, people.admin) if "mail" in one.sentence]

    assert (dead.state, dead.failure) == (MailState.DEAD, MailFailure.RECIPIENT)
    assert "No such user" in dead.answer
    assert sent.state is MailState.SENT
    assert len(told) == 1
    assert told[0].kind is Kind.SYSTEM
    assert len(outbox(database)) == 2  # nothing is mailed about mail


def test_a_server_that_is_away_keeps_all_mails_waiting(
    office: PostOffice, postman: Postman, database: Database
) -> None:
    with database.begin() as session:
        name(session, 1)
    for to in (CHEN, ADMIN):
        put(database, to)
    postman.round()
    found = outbox(database)

    assert {one.failure for one in found} == {MailFailure.CONNECT}
    assert {one.state for one in found} == {MailState.WAITING}
    assert not office.letters


def test_after_two_days_of_a_dead_server_a_mail_is_given_up_and_can_be_sent_again(
    office: PostOffice, postman: Postman, database: Database
) -> None:
    with database.begin() as session:
        name(session, 1)
    put(database)
    for _ in range(10):
        again_now(database)
        postman.round()
    (dead,) = outbox(database)
    with database.begin() as session:
        name(session, office.port)
        count = store.send_again(session, MailFilter(MailState.DEAD), now())
    postman.round()

    assert (dead.state, dead.attempts) == (MailState.DEAD, 10)
    assert count == 1
    assert len(office.letters) == 1


def test_two_postmen_send_a_mail_once(
    office: PostOffice, settings: Settings, database: Database
) -> None:
    for number in range(30):
        put(database, f"p{number}@example.com")
    men = [Postman(settings, database, threading.Event()) for _ in range(2)]
    rounds = [threading.Thread(target=lambda one=one: [one.round(), one.round()]) for one in men]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()

    assert sorted(one.recipient for one in office.letters) == sorted(
        f"p{number}@example.com" for number in range(30)
    )


def test_a_postman_who_dies_with_a_mail_in_hand_loses_nothing(
    office: PostOffice, postman: Postman, database: Database
) -> None:
    put(database)
    with database.begin() as session:
        store.claim(session, 5, now(), timedelta(minutes=15))
    nothing = postman.round()
    again_now(database)  # the lease ends
    postman.round()

    assert nothing == 0
    assert len(office.letters) == 1


def test_a_mail_that_is_of_no_use_any_longer_is_not_sent(
    office: PostOffice, postman: Postman, database: Database
) -> None:
    put(database, good_until=now() - timedelta(seconds=1))
    postman.round()
    (late,) = outbox(database)

    assert (late.state, late.failure) == (MailState.DEAD, MailFailure.LATE)
    assert not office.letters


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> tuple[Path, Path]:
    from web.setup.certificate import _make  # noqa: PLC0415 - a certificate of ours

    folder = tmp_path_factory.mktemp("tls")
    assert settings
    _make(("127.0.0.1",), folder / "c.pem", folder / "k.pem", now())
    return folder / "c.pem", folder / "k.pem"


@pytest.mark.parametrize("at_once", [False, True])
def test_the_way_is_encrypted_and_the_password_goes_inside(  # noqa: PLR0913, PLR0917 - a story
    office: PostOffice,
    settings: Settings,
    postman: Postman,
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
            name(
                session,
                safe.port,
                mail_security="tls" if at_once else "starttls",
                mail_user="hotline",
                mail_password=seal_password(settings, "a word"),
            )
        put(database)
        postman.round()

        assert safe.signed_in_over_tls is True
        assert len(safe.letters) == 1


class Desk:
    """An administrator who tests the way."""

    def __init__(self, admin: Visitor) -> None:
        self.admin = admin

    def test(self, to: str = ADMIN) -> Any:
        answer = self.admin.ask("/mail/test", {"address": to})
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def desk(admin: Visitor, office: PostOffice) -> Desk:
    assert office
    return Desk(admin)


def test_a_test_mail_tells_what_the_server_said(desk: Desk, office: PostOffice) -> None:
    told = desk.test()

    assert told["well"]
    assert "queued as 4XyZ" in told["said"]
    assert office.letters[0].message["Subject"] == "A test mail from Hotline"
    assert "Admin" in office.letters[0].text


def test_each_fault_of_the_way_has_its_sentence(  # noqa: PLR0913, PLR0917 - a story
    desk: Desk,
    office: PostOffice,
    settings: Settings,
    database: Database,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.mail.deeds.TEST_SECONDS", 0.5)

    def said(**more: object) -> tuple[bool, str]:
        with database.begin() as session:
            name(session, office.port, **more)
        told = desk.test()
        return told["well"], f"{told['sentence']} {told['said']}"

    assert "name is not known" in said(mail_server="nowhere.invalid")[1]
    assert "no connection" in said(mail_port=1)[1]
    assert "no STARTTLS" in said(mail_security="starttls")[1]
    assert "could not be encrypted" in said(mail_security="tls")[1]
    with open_office(certificate) as strange:
        assert (
            "self-signed certificate" in said(mail_port=strange.port, mail_security="starttls")[1]
        )
    office.account = ("hotline", "right")
    sealed = seal_password(settings, "wrong")
    assert "Bad credentials" in said(mail_user="hotline", mail_password=sealed)[1]
    assert "can no longer be read" in said(mail_user="hotline", mail_password="gibberish")[1]
    with database.begin() as session:
        name(session, office.port, mail_user="", mail_password="")
    office.sender_answer = "553 5.7.1 Not your address"
    assert "sender's address" in said()[1]
    office.sender_answer = "250 Ok"
    office.refused[ADMIN] = "550 5.1.1 No such user"
    assert "recipient's address" in said()[1]
    office.refused.clear()
    office.data_answer = "554 5.7.1 Spam"
    assert "refused the mail" in said()[1]
    office.greeting = "554 No service"
    assert "broke off" in said()[1]
    office.silent = True
    assert "in time" in said()[1]


@pytest.mark.parametrize(
    "bad",
    [
        "a@b\r\nBcc: x@y.example",
        "a@b.example, c@d.example",
        "Name <a@b.example>",
        "a@b.example\n",
        "a b@c.example",
        "@b",
        "a@",
        "a@b..c",
        '"quoted"@b.example',
        "é@b.example",
        f"{'x' * 250}@b.example",
    ],
)
def test_what_is_no_plain_address_never_comes_to_the_wire(desk: Desk, bad: str) -> None:
    letter = Letter("s", "t", "h")
    if bad != "a@b.example\n":  # spaces around are nobody's fault
        with pytest.raises(InvalidError):
            envelope(letter, "hotline@example.com", bad, "1", now())
        with pytest.raises(InvalidError):
            envelope(letter, bad, ADMIN, "1", now())
        assert desk.admin.ask("/mail/test", {"address": bad}).status_code == 422


def test_a_name_with_line_breaks_becomes_no_header(
    office: PostOffice, postman: Postman, database: Database
) -> None:
    values = {"sentence": "Hello {name}", "name": "x\r\nBcc: evil@example.com\r\n\r\nbody"}
    with database.begin() as session:
        store.put(session, [NewMail(MailKind.NOTICE, CHEN, Language.ENGLISH, values)])
    postman.round()
    (letter,) = office.letters

    assert letter.message["Bcc"] is None
    assert letter.message["Subject"] == "Hello x Bcc: evil@example.com body"


def test_html_in_a_notice_is_shown_as_it_is_written(
    office: PostOffice, postman: Postman, database: Database
) -> None:
    values = {"sentence": "Hello {name}", "name": "<script>alert(1)</script>"}
    with database.begin() as session:
        store.put(session, [NewMail(MailKind.NOTICE, CHEN, Language.ENGLISH, values)])
    postman.round()
    (letter,) = office.letters

    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "<script>alert(1)</script>" in letter.text


def test_the_servers_password_is_kept_sealed_and_never_shown(
    admin: Visitor, office: PostOffice, database: Database
) -> None:
    assert office
    set_ = admin.ask("/parameters", {"mail_password": "geheim 123"}, "PATCH")
    page = admin.get("/parameters").text
    with database.begin() as session:
        kept = session.scalars(text("SELECT value::text FROM parameters")).all()
        noted = session.scalars(text("SELECT before::text || after::text FROM audit_log")).all()
    shown = next(one for one in set_.json()["items"] if one["key"] == "mail_password")
    kept_on = admin.ask("/parameters", {"mail_password": shown["value"]}, "PATCH")
    with database.begin() as session:
        after = session.scalars(text("SELECT value::text FROM parameters")).all()

    assert (set_.status_code, kept_on.status_code) == (200, 200)
    assert shown["secret"]
    for told in (set_.text, page, *kept, *noted):
        assert "geheim" not in told
    assert sorted(kept) == sorted(after)


@pytest.mark.parametrize(
    ("key", "bad"),
    [
        ("mail_from", "nobody"),
        ("mail_server", "smtp example com"),
        ("mail_links", "javascript:alert(1)"),
        ("mail_links", "https://x.example/path?a=b"),
        ("mail_links", "https://user@x.example"),
        ("backup_key", "age1nonsense"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_with_its_name(
    admin: Visitor, key: str, bad: str
) -> None:
    answer = admin.ask("/parameters", {key: bad}, "PATCH")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == key


def test_the_page_shows_what_became_of_mails_and_sends_them_again(
    admin: Visitor, office: PostOffice, postman: Postman, database: Database
) -> None:
    office.refused[CHEN] = "550 5.1.1 No such user"
    put(database)
    postman.round()
    page = admin.get("/mail").text
    dead = admin.get("/mail?state=dead").text
    office.refused.clear()
    again = admin.post("/mail/send-again", {})
    postman.round()

    assert "No such user" in page
    assert "Hello Chen" in dead
    assert "127.0.0.1" in page
    assert again.status_code == 303
    assert len(office.letters) == 1
    assert admin.ask("/mail/send-again", {}).json() == {"count": 0}


def test_the_page_tests_the_way(admin: Visitor, office: PostOffice) -> None:
    well = admin.post("/mail/test", {"address": ADMIN})
    office.greeting = "554 No service"
    ill = admin.post("/mail/test", {"address": ADMIN})
    wrong = admin.post("/mail/test", {"address": "nobody"})

    assert "took the mail to admin@example.com" in well.text
    assert "broke off" in ill.text
    assert wrong.status_code == 422


def test_without_a_server_the_page_says_so(admin: Visitor) -> None:
    assert "No mail server is named" in admin.get("/mail").text
    assert admin.post("/mail/test", {"address": ADMIN}).status_code == 422


def test_everybody_chooses_on_his_own_page(li_wei: Visitor) -> None:
    before = li_wei.ask("/account/mail", method="GET").json()
    chosen = li_wei.post("/account/mail", {"notices": "all"})
    after = li_wei.ask("/account/mail", method="GET").json()
    wrong = li_wei.post("/account/mail", {"notices": "sometimes"})
    back = li_wei.ask("/account/mail", {"notices": "urgent"}, "PUT")

    assert (before, after) == ({"notices": "urgent"}, {"notices": "all"})
    assert (chosen.status_code, wrong.status_code, back.status_code) == (303, 422, 200)
