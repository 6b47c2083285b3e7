"""The pages of mail: the test mail, the outbox, and valid addresses."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from unit.web.mail.mailroom import ADMIN, CHEN, Database, MailWorker, name_server, put
from unit.web.mail.post_office import PostOffice, open_office
from unit.web.visitor import Visitor

from crm.kernel.errors import InvalidError
from web.kit.clock import now
from web.kit.settings import Settings
from web.mail.letter import Letter, envelope
from web.mail.server import seal_password


class Desk:
    """An administrator who sends test mails."""

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
    assert office.letters[0].message["Subject"] == "Test email from Hotline"
    assert "Admin" in office.letters[0].text


def test_each_fault_of_the_way_has_its_sentence(  # noqa: PLR0913, PLR0917 - a story
    desk: Desk,
    office: PostOffice,
    settings: Settings,
    database: Database,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.mail.actions.TEST_SECONDS", 0.5)

    def said(**more: object) -> tuple[bool, str]:
        with database.begin() as session:
            name_server(session, office.port, **more)
        told = desk.test()
        return told["well"], f"{told['sentence']} {told['said']}"

    assert "Unknown mail server host name" in said(mail_server="nowhere.invalid")[1]
    assert "No connection" in said(mail_port=1)[1]
    assert "no STARTTLS" in said(mail_security="starttls")[1]
    assert "could not be encrypted" in said(mail_security="tls")[1]
    with open_office(certificate) as strange:
        assert (
            "self-signed certificate" in said(mail_port=strange.port, mail_security="starttls")[1]
        )
    office.account = ("hotline", "right")
    sealed = seal_password(settings, "wrong")
    assert "Bad credentials" in said(mail_user="hotline", mail_password=sealed)[1]
    assert "password cannot be read" in said(mail_user="hotline", mail_password="gibberish")[1]
    with database.begin() as session:
        name_server(session, office.port, mail_user="", mail_password="")
    office.sender_answer = "553 5.7.1 Not your address"
    assert "sender's address" in said()[1]
    office.sender_answer = "250 Ok"
    office.refused[ADMIN] = "550 5.1.1 No such user"
    assert "recipient's address" in said()[1]
    office.refused.clear()
    office.data_answer = "554 5.7.1 Spam"
    assert "refused the email" in said()[1]
    office.greeting = "554 No service"
    assert "closed the connection" in said()[1]
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
def test_an_invalid_address_is_never_sent_to_the_server(desk: Desk, bad: str) -> None:
    letter = Letter("s", "t", "h")
    if bad != "a@b.example\n":  # spaces around an address are removed
        with pytest.raises(InvalidError):
            envelope(letter, "hotline@example.com", bad, "1", now())
        with pytest.raises(InvalidError):
            envelope(letter, bad, ADMIN, "1", now())
        assert desk.admin.ask("/mail/test", {"address": bad}).status_code == 422


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


def test_the_page_shows_the_results_of_mails_and_sends_them_again(
    admin: Visitor, office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    office.refused[CHEN] = "550 5.1.1 No such user"
    put(database)
    mail_sender.round()
    page = admin.get("/mail").text
    dead = admin.get("/mail?state=dead").text
    office.refused.clear()
    again = admin.post("/mail/send-again", {})
    mail_sender.round()

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

    assert "accepted the email to admin@example.com" in well.text
    assert "closed the connection" in ill.text
    assert wrong.status_code == 422


def test_without_a_server_the_page_says_so(admin: Visitor) -> None:
    assert "No mail server configured" in admin.get("/mail").text
    assert admin.post("/mail/test", {"address": ADMIN}).status_code == 422


def test_everyone_chooses_on_their_own_page(li_wei: Visitor) -> None:
    before = li_wei.ask("/account/mail", method="GET").json()
    chosen = li_wei.post("/account/mail", {"notices": "all"})
    after = li_wei.ask("/account/mail", method="GET").json()
    wrong = li_wei.post("/account/mail", {"notices": "sometimes"})
    back = li_wei.ask("/account/mail", {"notices": "urgent"}, "PUT")

    assert (before, after) == ({"notices": "urgent"}, {"notices": "all"})
    assert (chosen.status_code, wrong.status_code, back.status_code) == (303, 422, 200)
