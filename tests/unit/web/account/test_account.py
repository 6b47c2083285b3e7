"""The account page: profile, password, sessions and tokens."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from starlette.websockets import WebSocketDisconnect
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.parameters.store import save
from web.kit.auth import COOKIE
from web.kit.passwords import hash_password

NEW = "seven green umbrellas"


class AccountPage(Visitor):
    """A user on their account page, with the CSRF token of its forms."""

    def send(self, path: str, form: dict[str, str | list[str]] | None = None):
        word = {"csrf": self.csrf("/account/security")}
        return self.client.post(path, data=(form or {}) | word)

    def ask(self, path, body=None, method="POST"):
        headers = {"X-CSRF-Token": self.csrf("/account/security")}
        return self.client.request(method, "/api/v1/account" + path, json=body, headers=headers)


@pytest.fixture
def me(li_wei: Visitor, database: sessionmaker[Session]) -> Iterator[AccountPage]:
    yield AccountPage(li_wei.client)
    with database.begin() as session:
        restored = {"hash": hash_password(PASSWORD)}
        session.execute(
            text(
                "UPDATE users SET password_hash = :hash, must_change_password = false,"
                " password_changed_at = NULL, name = 'Li Wei', email = '', timezone = '',"
                " language = 'en' WHERE login = 'li.wei'"
            ),
            restored,
        )
        session.execute(text("DELETE FROM api_tokens"))
        session.execute(text("DELETE FROM sessions"))


@contextmanager
def site(app: FastAPI, database: sessionmaker[Session], **values: object) -> Iterator[None]:
    with database.begin() as session:
        save(session, values, None)
    app.state.context.settings_cache.forget()
    try:
        yield
    finally:
        with database.begin() as session:
            session.execute(text("DELETE FROM parameters"))
        app.state.context.settings_cache.forget()


def audited(database: sessionmaker[Session], action: str) -> int:
    query = text("SELECT count(*) FROM audit_log WHERE action = :action")
    with database.begin() as session:
        return int(session.execute(query, {"action": action}).scalar_one())


def second_browser(me: AccountPage, database: sessionmaker[Session]) -> str:
    """Open a session in a second browser; give that browser's token."""
    mine = me.client.cookies[COOKIE]
    me.enter(database, "li.wei")
    elsewhere = me.client.cookies[COOKIE]
    me.client.cookies.clear()
    me.client.cookies.set(COOKIE, mine)
    return str(elsewhere)


def until_over(live: Any) -> int:
    """Read a live socket until it is closed; give the close code."""
    try:
        while True:
            live.receive_json()
    except WebSocketDisconnect as ended:
        return int(ended.code)


def is_in(me: AccountPage, token: str) -> bool:
    mine = me.client.cookies[COOKIE]
    me.client.cookies.clear()
    me.client.cookies.set(COOKIE, token)
    found = me.get("/api/v1/account").status_code == 200
    me.client.cookies.clear()
    me.client.cookies.set(COOKIE, mine)
    return found


def test_a_person_changes_their_profile(me: AccountPage, database: sessionmaker[Session]) -> None:
    form = {
        "name": "李伟",
        "email": "li@example.com",
        "present": PASSWORD,
        "language": "zh_CN",
        "timezone": "Asia/Tokyo",
    }
    before = audited(database, "account.changed")

    answer = me.send("/account", form)

    assert answer.headers["location"] == "/account"
    page = me.get("/account").text
    assert "li@example.com" in page
    assert "我的账号" in page
    assert audited(database, "account.changed") == before + 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("email", "no address"), ("timezone", "Mars/Base"), ("language", "xx")],
)
def test_a_profile_that_cannot_be_keeps_what_was_typed(
    me: AccountPage, field: str, value: str
) -> None:
    form = {"name": "New Name", "email": "", "language": "en", "timezone": ""}

    answer = me.send("/account", form | {field: value})

    assert answer.status_code == 422
    assert field == "name" or "New Name" in answer.text
    assert me.get("/api/v1/account").json()["name"] == "Li Wei"


def test_another_address_for_mail_wants_the_present_password(me: AccountPage) -> None:
    form = {"name": "Li Wei", "email": "thief@example.com", "language": "en", "timezone": ""}

    page = me.send("/account", form)
    script = me.ask("", {"email": "thief@example.com", "present": "a guess"}, "PATCH")

    assert page.status_code == script.status_code == 422
    assert "thief@example.com" in page.text
    assert "This is not your current password." in page.text
    assert script.json()["errors"][0]["field"] == "present"
    assert me.get("/api/v1/account").json()["email"] == ""
    known = me.ask("", {"email": "li@example.com", "present": PASSWORD}, "PATCH")
    assert known.json()["email"] == "li@example.com"


def test_a_script_changes_what_it_names_and_nothing_else(me: AccountPage) -> None:
    answer = me.ask("", {"timezone": "Asia/Tokyo"}, "PATCH")

    assert answer.status_code == 200, answer.text
    assert (answer.json()["timezone"], answer.json()["name"]) == ("Asia/Tokyo", "Li Wei")
    assert me.ask("", {"role": "administrator"}, "PATCH").status_code == 422
    assert me.ask("", {"timezone": "../../etc/passwd"}, "PATCH").status_code == 422


def test_a_new_password_ends_all_other_sessions(
    me: AccountPage, database: sessionmaker[Session]
) -> None:
    elsewhere = second_browser(me, database)
    form = {"present": PASSWORD, "new": NEW, "again": NEW}

    answer = me.send("/account/password", form)

    assert answer.headers["location"] == "/account/security"
    assert me.get("/api/v1/account").status_code == 200
    assert not is_in(me, elsewhere)
    assert (
        me.client.post("/api/v1/session", json={"login": "li.wei", "password": NEW}).status_code
        == 201
    )
    assert audited(database, "password.changed") > 0


@pytest.mark.parametrize(
    "form",
    [
        {"present": "wrong", "new": NEW, "again": NEW},
        {"present": PASSWORD, "new": NEW, "again": "another"},
        {"present": PASSWORD, "new": "short", "again": "short"},
        {"present": PASSWORD, "new": PASSWORD, "again": PASSWORD},
        {"present": PASSWORD, "new": "li.wei li.wei", "again": "li.wei li.wei"},
    ],
)
def test_a_bad_change_of_password_changes_nothing(
    me: AccountPage, form: dict[str, str | list[str]]
):
    answer = me.send("/account/password", form)

    assert answer.status_code == 422
    assert PASSWORD not in answer.text
    assert NEW not in answer.text
    assert me.token("li.wei", PASSWORD)


def test_the_present_password_cannot_be_guessed_on_a_page_left_open(me: AccountPage) -> None:
    body = {"present": "wrong", "new": NEW}

    answers = [me.ask("/password", body, "PUT").status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_a_person_who_must_change_the_password_does_nothing_else_first(
    me: AccountPage, database: sessionmaker[Session]
) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE users SET must_change_password = true WHERE login = 'li.wei'"))
    word = {"X-CSRF-Token": me.csrf("/account/password")}

    page, part = me.get("/desk"), me.get("/account", HX_Request="true")
    script = me.get("/api/v1/account")

    assert (page.status_code, page.headers["location"]) == (303, "/account/password")
    assert part.headers["hx-redirect"] == "/account/password"
    assert (script.status_code, script.json()["type"]) == (403, "urn:hotline:problem:password-due")
    assert "new password" in script.json()["detail"]
    form = {"present": PASSWORD, "new": NEW, "again": NEW}
    changed = me.client.post("/account/password", data=form, headers=word)
    assert (changed.status_code, changed.headers["location"]) == (303, "/desk")
    assert me.get("/account").status_code == 200


def test_an_expired_password_must_be_changed_at_the_next_sign_in_only(
    me: AccountPage, database: sessionmaker[Session], app: FastAPI
) -> None:
    with database.begin() as session:
        session.execute(
            text(
                "UPDATE users SET password_changed_at = now() - interval '89 days 23 hours'"
                " WHERE login = 'li.wei'"
            )
        )
    with site(app, database, password_days=90):
        assert me.get("/account").status_code == 200
        with database.begin() as session:
            session.execute(
                text(
                    "UPDATE users SET password_changed_at = now() - interval '91 days'"
                    " WHERE login = 'li.wei'"
                )
            )

        me.enter(database, "li.wei")

        assert me.get("/account").headers["location"] == "/account/password"


def test_sessions_are_listed_and_ended_from_elsewhere(
    me: AccountPage, database: sessionmaker[Session]
) -> None:
    elsewhere = second_browser(me, database)
    listed = me.get("/api/v1/account/sessions").json()["items"]
    assert [one["current"] for one in listed].count(True) == 1
    other = next(one["id"] for one in listed if not one["current"])

    answer = me.send(f"/account/sessions/{other}/end")

    assert answer.status_code == 303
    assert not is_in(me, elsewhere)
    assert me.get("/account/security").status_code == 200


def test_a_person_signs_out_everywhere_else(
    me: AccountPage, database: sessionmaker[Session]
) -> None:
    second_browser(me, database)
    second_browser(me, database)

    answer = me.ask("/sessions/end-others")

    assert answer.json()["ended"] >= 2
    assert len(me.get("/api/v1/account/sessions").json()["items"]) == 1


def test_no_person_ends_the_session_of_another(
    me: AccountPage, database: sessionmaker[Session]
) -> None:
    mine = me.client.cookies[COOKIE]
    me.enter(database, "wang.fang")
    theirs = me.client.cookies[COOKIE]
    with database.begin() as session:
        other = session.execute(text("SELECT max(id) FROM sessions")).scalar_one()
    me.client.cookies.clear()
    me.client.cookies.set(COOKIE, mine)

    assert me.ask(f"/sessions/{other}", method="DELETE").status_code == 404
    assert is_in(me, theirs)


@pytest.fixture
def maker(chen_jing: Visitor, database: sessionmaker[Session]) -> Iterator[AccountPage]:
    """A supervisor with the right to make tokens."""
    with database.begin() as session:
        session.execute(
            text(
                'UPDATE roles SET rights = rights || \'{"tokens.make": "all"}\''
                " WHERE key = 'supervisor'"
            )
        )
    yield AccountPage(chen_jing.client)
    with database.begin() as session:
        session.execute(
            text("UPDATE roles SET rights = rights - 'tokens.make' WHERE key = 'supervisor'")
        )
        session.execute(text("DELETE FROM api_tokens"))


def test_a_token_is_shown_once_and_does_what_it_may(maker: AccountPage) -> None:
    form: dict[str, str | list[str]] = {"name": "report", "rights": ["floor.see"], "days": "30"}
    page = maker.send("/account/tokens", form)
    found = re.search(r'data-testid="token">(hl_[\w-]+)<', page.text)
    assert found, page.text
    token = found[1]

    assert token not in maker.get("/account/tokens").text
    assert f"hl_…{token[-4:]}" in maker.get("/account/tokens").text
    maker.client.cookies.clear()
    bearer = {"Authorization": f"Bearer {token}"}
    assert maker.get("/api/v1/live", **bearer).status_code == 200
    assert maker.get("/api/v1/account", **bearer).json()["rights"].keys() == {"floor.see"}
    assert maker.get("/api/v1/calls", **bearer).status_code == 403


def test_a_token_does_nothing_that_needs_its_owner(maker: AccountPage) -> None:
    made = maker.ask("/tokens", {"name": "x", "rights": ["floor.see"], "days": 0}).json()
    assert made["expires_at"] is None
    maker.client.cookies.clear()
    bearer = {"Authorization": f"Bearer {made['token']}"}

    for method, path, body in (
        ("POST", "/tokens", {"name": "y", "rights": ["floor.see"], "days": 1}),
        ("GET", "/tokens", None),
        ("DELETE", f"/tokens/{made['id']}", None),
        ("PUT", "/password", {"present": PASSWORD, "new": NEW}),
        ("PATCH", "", {"name": "Z"}),
        ("GET", "/sessions", None),
        ("POST", "/sessions/end-others", None),
    ):
        url = "/api/v1/account" + path
        answer = maker.client.request(method, url, json=body, headers=bearer)
        assert answer.status_code == 403, (method, path)
    assert maker.client.delete("/api/v1/session", headers=bearer).status_code == 403
    for path in ("/account", "/account/password", "/account/security", "/account/tokens"):
        assert maker.get(path, **bearer).status_code == 403, path


@pytest.mark.parametrize(
    "wish",
    [
        {"name": "x", "rights": ["roles.manage"], "days": 1},
        {"name": "x", "rights": ["tokens.make"], "days": 1},
        {"name": "x", "rights": [], "days": 1},
        {"name": " ", "rights": ["floor.see"], "days": 1},
        {"name": "x", "rights": ["floor.see"], "days": 366},
        {"name": "x", "rights": ["floor.see"], "days": -1},
        {"name": "x", "rights": ["no.such"], "days": 1},
    ],
)
def test_a_token_that_cannot_be_is_refused(maker: AccountPage, wish: dict[str, object]) -> None:
    assert maker.ask("/tokens", wish).status_code == 422
    assert maker.get("/api/v1/account/tokens").json()["items"] == []


def test_a_revoked_token_opens_nothing(maker: AccountPage) -> None:
    made = maker.ask("/tokens", {"name": "x", "rights": ["floor.see"], "days": 1}).json()

    assert maker.send(f"/account/tokens/{made['id']}/revoke").status_code == 303

    maker.client.cookies.clear()
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert maker.get("/api/v1/live", **bearer).status_code == 401


def test_a_session_that_is_ended_elsewhere_closes_its_live_page(
    me: AccountPage, database: sessionmaker[Session]
) -> None:
    with me.client.websocket_connect("/live") as live:
        live.receive_json()
        mine = me.get("/api/v1/account/sessions").json()["items"][0]["id"]
        me.client.cookies.clear()
        me.enter(database, "li.wei")
        assert me.ask(f"/sessions/{mine}", method="DELETE").status_code == 204

        code = until_over(live)

    assert code == 4401
