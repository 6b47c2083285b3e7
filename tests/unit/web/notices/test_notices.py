"""The bell: notices in the reader's language, shown at once."""

import secrets
import time

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.live.test_sockets import until
from unit.web.visitor import Visitor

from crm.notices.models import NoticeRow
from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notices, notify
from crm.people.person import Language, NewUser, UserDraft
from crm.people.rights import BuiltIn
from crm.people.store import add_user, change_user, set_language

Database = sessionmaker[Session]
AGENT, SUPERVISOR = 1, 2  # ids of roles
CHANGED = NewNotice("Your password was changed by {name}.", {"name": "Admin"}, "/account")


@pytest.fixture(autouse=True)
def nothing_yet(database: Database) -> None:
    with database.begin() as session:
        session.execute(delete(NoticeRow))


def give(database: Database, person: int, notice: NewNotice = CHANGED) -> int:
    with database.begin() as session:
        return notify(session, [person], notice)[0]


def test_a_notice_reaches_the_open_page_at_once(
    li_wei: Visitor, people: People, database: Database
) -> None:
    with li_wei.client.websocket_connect("/live") as socket:
        first = until(socket, lambda message: "unread" in message)
        id_ = give(database, people.li_wei)
        told = until(socket, lambda message: "notice" in message)

    assert first == {"unread": 0}
    assert (told["notice"]["id"], told["unread"]) == (id_, 1)
    assert told["notice"]["text"] == "Your password was changed by Admin."


def test_what_one_page_reads_the_other_one_knows(
    li_wei: Visitor, people: People, database: Database
) -> None:
    id_ = give(database, people.li_wei)
    with li_wei.client.websocket_connect("/live") as socket:
        before = until(socket, lambda message: "unread" in message)
        li_wei.ask(f"/notices/{id_}/read")
        after = until(socket, lambda message: message.get("unread") == 0)

    assert (before, after) == ({"unread": 1}, {"unread": 0})


def test_a_notice_is_only_its_person_s(li_wei: Visitor, people: People, database: Database) -> None:
    id_ = give(database, people.wang_fang)

    assert li_wei.get("/api/v1/notices").json() == {"items": [], "next": None, "unread": 0}
    assert li_wei.ask(f"/notices/{id_}/read").status_code == 404


def test_the_bell_shows_a_list_and_the_page_a_page(
    li_wei: Visitor, people: People, database: Database
) -> None:
    give(database, people.li_wei)

    bell = li_wei.get("/notices", HX_Request="true", HX_Target="notice-items")
    page = li_wei.get("/notices")

    assert "<html" not in bell.text
    assert 'data-unread="1"' in bell.text
    assert "<html" in page.text
    assert "Your password was changed by Admin." in page.text


def test_reading_a_notice_leads_to_what_it_is_about(
    li_wei: Visitor, people: People, database: Database
) -> None:
    id_ = give(database, people.li_wei)

    answer = li_wei.post(f"/notices/{id_}/read")

    assert (answer.status_code, answer.headers["location"]) == (303, "/account")


def test_a_notice_leads_nowhere_else(li_wei: Visitor, people: People, database: Database) -> None:
    id_ = give(
        database, people.li_wei, NewNotice("x", url="//elsewhere.example", kind=NoticeKind.SYSTEM)
    )

    assert li_wei.post(f"/notices/{id_}/read").headers["location"] == "/"


def draft(role: BuiltIn) -> UserDraft:
    return UserDraft("chen.jing", "Chen Jing", role)


def test_a_person_who_loses_a_right_sees_less_at_once(
    chen_jing: Visitor, database: Database, people: People
) -> None:
    with chen_jing.client.websocket_connect("/live") as socket:
        first = until(socket, lambda message: "snapshot" in message)
        with database.begin() as session:
            change_user(session, people.chen_jing, draft(BuiltIn.AGENT))
        try:
            began = time.monotonic()
            second = until(socket, lambda message: "snapshot" in message)
        finally:
            with database.begin() as session:
                change_user(session, people.chen_jing, draft(BuiltIn.SUPERVISOR))

    assert (first["snapshot"]["topic"], second["snapshot"]["topic"]) == ("floor", "desk")
    assert time.monotonic() - began < 3


def told(database: Database, person: int) -> list[tuple[str, str]]:
    """Give the notices of a user, in English, with their addresses."""
    with database.begin() as session:
        found = notices(session, person).items
    return [(one.sentence.format(**one.values), one.url) for one in found]


@pytest.fixture
def somebody(database: Database) -> int:
    login = f"told.{secrets.token_hex(4)}"
    with database.begin() as session:
        return int(add_user(session, NewUser(login, "Zhao Lei", BuiltIn.AGENT, "x")).id)


def test_a_person_with_a_new_role_is_told_who_gave_it(
    admin: Visitor, database: Database, somebody: int
) -> None:
    admin.ask(f"/users/{somebody}", {"role": SUPERVISOR}, "PATCH")

    assert told(database, somebody) == [("Admin changed your role to Supervisor.", "/account")]


def test_a_person_who_keeps_the_role_gets_no_notice(
    admin: Visitor, database: Database, somebody: int
) -> None:
    admin.ask(f"/users/{somebody}", {"role": AGENT, "name": "Zhao Lei 2"}, "PATCH")

    assert told(database, somebody) == []


def test_a_person_with_a_reset_password_is_told_who_reset_it(
    admin: Visitor, database: Database, somebody: int
) -> None:
    admin.ask(f"/users/{somebody}/password-reset")

    assert told(database, somebody) == [("Admin set a new password for you.", "/account")]


def test_a_refused_change_gives_no_notice(
    admin: Visitor, database: Database, somebody: int
) -> None:
    body = {"role": SUPERVISOR, "timezone": "Mars/Olympus"}
    refused = admin.ask(f"/users/{somebody}", body, "PATCH")

    assert refused.status_code == 422
    assert told(database, somebody) == []


def test_the_new_role_is_named_in_its_users_language(
    admin: Visitor, database: Database, somebody: int
) -> None:
    with database.begin() as session:
        set_language(session, somebody, Language.CHINESE)

    admin.ask(f"/users/{somebody}", {"role": SUPERVISOR}, "PATCH")

    with database.begin() as session:
        (notice,) = notices(session, somebody).items
    assert notice.values["role"] == "班长"
