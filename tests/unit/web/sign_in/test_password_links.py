"""A new password by mail: the link works once, and only for its account."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.mail.mailroom import MailWorker, served
from unit.web.mail.post_office import PostOffice
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.people.models import PasswordLinkRow, UserRow
from crm.people.person import Language
from crm.people.rights import BuiltIn
from crm.people.roles.store import role_id
from crm.people.store import set_password, user_by_login
from web.kit.clock import now
from web.kit.passwords import hash_password

Database = sessionmaker[Session]
NEW = "quiet river under seven bridges"
ADDRESS = "li.wei@example.com"


@pytest.fixture
def office(database: Database, people: People, app: Any) -> Iterator[PostOffice]:
    with served(database, app, {people.li_wei: (ADDRESS, Language.ENGLISH)}) as opened:
        with database.begin() as session:
            session.execute(delete(PasswordLinkRow))
        yield opened
        with database.begin() as session:
            session.execute(delete(PasswordLinkRow))
            user = user_by_login(session, "li.wei")
            assert user
            set_password(session, user.id, hash_password(PASSWORD))


class ForgetfulUser:
    """A user who has forgotten the password, and reads mail."""

    def __init__(self, visitor: Visitor, office: PostOffice, mail_sender: MailWorker) -> None:
        self.visitor, self.office, self.mail_sender = visitor, office, mail_sender

    def asks(self, login: str = "li.wei") -> Any:
        return self.visitor.post_plain("/forgot", {"login": login})

    def link(self) -> str:
        """The path of the link in the last mail."""
        self.mail_sender.round()
        found = re.search(r"https://calls.example.com(/set-password/\S+)", self.letter().text)
        assert found
        return found[1]

    def letter(self) -> Any:
        return self.office.letters[-1]

    def opens(self, link: str) -> Any:
        answer = self.visitor.get(link)
        return self.visitor.get("/set-password") if answer.status_code == 303 else answer

    def sets(self, new: str = NEW, again: str = "") -> Any:
        form = {"new": new, "again": again or new}
        return self.visitor.post_plain("/set-password", form)


@pytest.fixture
def forgetful(visitor: Visitor, office: PostOffice, mail_sender: MailWorker) -> ForgetfulUser:
    return ForgetfulUser(visitor, office, mail_sender)


def test_a_forgotten_password_is_set_anew_by_a_link(
    forgetful: ForgetfulUser, database: Database, people: People
) -> None:
    visitor = forgetful.visitor
    visitor.enter(database, "li.wei")  # another browser, perhaps a thief's
    with database.begin() as session:
        before = session.scalar(text("SELECT count(*) FROM sessions WHERE user_id = :u"), {"u": 1})
    visitor.client.cookies.clear()
    told = forgetful.asks()
    shown = forgetful.opens(forgetful.link())
    done = forgetful.sets()
    after_login = visitor.get(done.headers["location"])
    with database.begin() as session:
        left = session.scalar(
            text("SELECT count(*) FROM sessions WHERE user_id = :u"), {"u": people.li_wei}
        )
        log = session.scalars(text("SELECT result FROM login_log ORDER BY id")).all()
    signed_in = visitor.sign_in("li.wei", NEW)

    assert before is not None
    assert told.status_code == 200
    assert "30 minutes" in told.text
    assert "li.wei" in shown.text
    assert done.headers["location"] == "/sign-in?done=password"
    assert "Your new password is set" in after_login.text
    assert left == 0
    assert log == ["link asked", "link used"]
    assert signed_in.status_code == 303
    assert forgetful.letter().recipient == ADDRESS


def test_the_user_gets_a_mail_about_the_new_password(forgetful: ForgetfulUser) -> None:
    forgetful.asks()
    forgetful.opens(forgetful.link())
    forgetful.sets()
    forgetful.mail_sender.round()

    assert "tell your administrator" in forgetful.letter().text


def test_a_link_is_good_once(forgetful: ForgetfulUser) -> None:
    forgetful.asks()
    link = forgetful.link()
    forgetful.opens(link)
    forgetful.sets()
    forgetful.visitor.client.cookies.clear()
    again = forgetful.opens(link)

    assert again.status_code == 410
    assert "has expired" in again.text
    assert forgetful.sets("another river under bridges").status_code == 410


def test_two_uses_of_one_link_at_once_set_one_password(
    forgetful: ForgetfulUser, client: TestClient
) -> None:
    forgetful.asks()
    forgetful.opens(forgetful.link())
    words = [f"{NEW} {number}" for number in range(4)]
    csrf = forgetful.visitor.csrf()
    answers: list[int] = []

    def choose(new: str) -> None:
        form = {"new": new, "again": new, "csrf": csrf}
        answers.append(client.post("/set-password", data=form).status_code)

    at_once = [threading.Thread(target=choose, args=(new,)) for new in words]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()

    assert sorted(answers) == [303, 410, 410, 410]


def test_a_link_is_good_for_half_an_hour(
    forgetful: ForgetfulUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetful.asks()
    link = forgetful.link()
    monkeypatch.setattr("web.sign_in.password_links.now", lambda: now() + timedelta(minutes=29))
    good = forgetful.opens(link).status_code
    monkeypatch.setattr("web.sign_in.password_links.now", lambda: now() + timedelta(minutes=31))

    assert good == 200
    assert forgetful.opens(link).status_code == 410
    assert forgetful.sets().status_code == 410


def test_a_newer_link_ends_the_ones_before(forgetful: ForgetfulUser) -> None:
    forgetful.asks()
    first = forgetful.link()
    forgetful.asks()
    second = forgetful.link()

    assert first != second
    assert forgetful.opens(first).status_code == 410
    assert forgetful.opens(second).status_code == 200


def test_a_password_set_otherwise_ends_the_links(
    forgetful: ForgetfulUser, database: Database, people: People
) -> None:
    forgetful.asks()
    link = forgetful.link()
    with database.begin() as session:
        set_password(session, people.li_wei, hash_password("x"), now())

    assert forgetful.opens(link).status_code == 410


def test_the_answer_does_not_tell_whether_there_is_an_account(forgetful: ForgetfulUser) -> None:
    pages = {
        re.sub(r'(content|value)="[^"]*"|https?://\S+', "", forgetful.asks(login).text)
        for login in ("li.wei", "nobody.here", ADDRESS, "x@example.com", "wang.fang")
    }
    forgetful.mail_sender.round()

    assert len(pages) == 1
    assert {one.recipient for one in forgetful.office.letters} == {ADDRESS}


def test_the_account_is_looked_for_only_when_the_answer_has_gone(
    forgetful: ForgetfulUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work for a known account is done after the answer, so its duration reveals nothing."""
    seen: list[str] = []
    monkeypatch.setattr(
        "web.sign_in.password_links.send_if_known", lambda *_: seen.append("looked")
    )
    monkeypatch.setattr(
        "web.sign_in.forgotten_pages._forgot_page",
        _noting("web.sign_in.forgotten_pages._forgot_page", seen),
    )
    forgetful.asks()

    assert seen == ["answered", "looked"]


def _noting(name: str, seen: list[str]) -> Any:
    module, _, attribute = name.rpartition(".")
    real = getattr(__import__(module, fromlist=["x"]), attribute)

    def noted(*given: Any, **named: Any) -> Any:
        seen.append("answered")
        return real(*given, **named)

    return noted


def test_many_questions_from_one_address_have_to_wait(forgetful: ForgetfulUser) -> None:
    answers = [forgetful.asks(f"p{number}").status_code for number in range(11)]

    assert answers == [200] * 10 + [429]


def test_a_stranger_cannot_fill_a_mailbox(forgetful: ForgetfulUser) -> None:
    for _ in range(6):
        forgetful.asks()
    forgetful.mail_sender.round()

    assert len(forgetful.office.letters) == 3


def test_a_disabled_user_gets_no_link(
    forgetful: ForgetfulUser, database: Database, people: People
) -> None:
    with database.begin() as session:
        session.execute(update(UserRow).where(UserRow.id == people.li_wei).values(enabled=False))
    forgetful.asks()
    forgetful.mail_sender.round()
    with database.begin() as session:
        session.execute(update(UserRow).where(UserRow.id == people.li_wei).values(enabled=True))

    assert not forgetful.office.letters


def test_an_address_shared_by_two_names_neither_but_a_login_does(
    forgetful: ForgetfulUser, database: Database, people: People
) -> None:
    with database.begin() as session:
        session.execute(
            update(UserRow).where(UserRow.id == people.wang_fang).values(email=ADDRESS.upper())
        )
    forgetful.asks(ADDRESS)
    forgetful.mail_sender.round()
    none = len(forgetful.office.letters)
    forgetful.asks("LI.WEI")
    forgetful.mail_sender.round()

    assert (none, len(forgetful.office.letters)) == (0, 1)


def test_a_weak_password_leaves_the_link_as_it_is(forgetful: ForgetfulUser) -> None:
    forgetful.asks()
    forgetful.opens(forgetful.link())
    weak = forgetful.sets("password")
    other = forgetful.sets(NEW, "something else")

    assert (weak.status_code, other.status_code) == (422, 422)
    assert forgetful.sets().status_code == 303


def test_the_link_is_nowhere_in_the_database(forgetful: ForgetfulUser, database: Database) -> None:
    forgetful.asks()
    with database.begin() as session:
        waiting = session.execute(text("SELECT * FROM mails")).all()
    token = forgetful.link().rpartition("/")[2]
    with database.begin() as session:
        links = session.execute(text("SELECT * FROM password_links")).all()
        sent = session.execute(text("SELECT * FROM mails")).all()

    assert links
    assert sent
    for row in (*waiting, *links, *sent):
        assert token not in str(row)
    assert sent[0].sealed == ""


def test_the_links_token_is_removed_from_the_address(forgetful: ForgetfulUser) -> None:
    forgetful.asks()
    answer = forgetful.visitor.get(forgetful.link())

    assert answer.headers["location"] == "/set-password"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "path=/set-password" in cookie


def test_without_a_mail_server_nothing_is_offered(visitor: Visitor) -> None:
    assert visitor.get("/forgot").status_code == 404
    assert "/forgot" not in visitor.get("/sign-in").text


def test_the_sign_in_page_links_to_the_password_page(forgetful: ForgetfulUser) -> None:
    assert 'href="/forgot"' in forgetful.visitor.get("/sign-in").text
    assert forgetful.visitor.get("/forgot").status_code == 200


def test_a_new_user_gets_a_mail(
    admin: Visitor, office: PostOffice, mail_sender: MailWorker, database: Database
) -> None:
    with database.begin() as session:
        role = role_id(session, BuiltIn.AGENT)
    body = {"login": "sun.li", "name": "Sun Li", "role": role, "email": "sun@example.com"}
    body |= {"mail_link": True, "language": "zh_CN"}
    made = admin.ask("/users", body)
    unreachable = admin.ask("/users", body | {"login": "sun.er", "email": ""})
    mail_sender.round()
    (letter,) = office.letters

    assert (made.status_code, unreachable.status_code) == (201, 422)
    assert letter.message["Subject"] == "您的 Hotline 账号"
    assert "sun.li" in letter.text
    assert "/set-password/" in letter.html


def test_an_administrator_sends_a_link(
    admin: Visitor, office: PostOffice, mail_sender: MailWorker, people: People
) -> None:
    page = admin.get(f"/users/{people.li_wei}").text
    sent = admin.post(f"/users/{people.li_wei}/password-link")
    nobody = admin.post(f"/users/{people.wang_fang}/password-link")
    mail_sender.round()

    assert "Email password link" in page
    assert (sent.status_code, nobody.status_code) == (303, 409)
    assert [one.recipient for one in office.letters] == [ADDRESS]
