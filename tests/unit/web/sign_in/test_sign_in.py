"""Signing in and out, by page and by script."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.parameters.store import save
from crm.people import store
from crm.people.sessions import store as open_sessions
from web.kit.auth import COOKIE
from web.kit.clock import now
from web.kit.settings import Settings
from web.kit.tokens import command, issue


def test_a_person_who_signs_in_comes_to_the_page_they_wanted(visitor: Visitor) -> None:
    answer = visitor.sign_in("LI.WEI", PASSWORD, next="/calls?result=answered")

    assert (answer.status_code, answer.headers["location"]) == (303, "/calls?result=answered")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert visitor.get("/calls").status_code == 200


@pytest.mark.parametrize(
    "place",
    ["//evil.example", "https://evil.example", "/\\evil", "/a\nb", "/" + "x" * 5000],
)
def test_no_sign_in_leads_to_another_site(visitor: Visitor, place: str) -> None:
    answer = visitor.sign_in("li.wei", PASSWORD, next=place)

    assert answer.headers["location"] == "/desk"


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(visitor: Visitor) -> None:
    known = visitor.sign_in("li.wei", "wrong")
    unknown = visitor.sign_in("nobody\0", "wrong")

    assert (known.status_code, unknown.status_code) == (401, 401)
    sentence = "Incorrect username or password."
    assert sentence in known.text
    assert sentence in unknown.text


def test_guessing_a_password_is_stopped(visitor: Visitor) -> None:
    body = {"login": "wang.fang", "password": "wrong"}
    answers = [visitor.client.post("/api/v1/session", json=body) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].headers["retry-after"] in answers[-1].json()["detail"]
    page = visitor.sign_in("Wang.Fang ", PASSWORD)
    assert page.status_code == 429
    assert visitor.sign_in("li.wei", PASSWORD).status_code == 303


def test_signing_in_many_times_from_one_place_is_no_guessing(visitor: Visitor) -> None:
    assert all(visitor.token("li.wei", PASSWORD) for _ in range(7))


def test_a_disabled_account_stays_outside(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    visitor.enter(database, "wang.fang")
    with database.begin() as session:
        user = store.user_by_login(session, "wang.fang")
        assert user
        store.set_enabled(session, user.id, enabled=False)
    try:
        assert visitor.get("/calls").status_code == 303
        assert visitor.sign_in("wang.fang", PASSWORD).status_code == 401
    finally:
        with database.begin() as session:
            store.set_enabled(session, user.id, enabled=True)


def test_signing_out_ends_the_session_itself(li_wei: Visitor) -> None:
    token = li_wei.client.cookies[COOKIE]

    answer = li_wei.post("/sign-out")

    assert answer.headers["location"] == "/sign-in"
    li_wei.client.cookies.set(COOKIE, token)
    assert li_wei.get("/calls").status_code == 303


def test_signing_out_after_the_session_ended_is_no_error(visitor: Visitor) -> None:
    assert visitor.client.post("/sign-out", data={"csrf": "old"}).status_code == 303


def test_a_session_ends_by_itself(li_wei: Visitor, database: sessionmaker[Session]) -> None:
    long_ago = now() - timedelta(minutes=1)
    with database.begin() as session:
        who = open_sessions.session_by_token(session, li_wei.client.cookies[COOKIE], now())
        assert who
        open_sessions.touch(session, who.id, long_ago, long_ago)

    assert li_wei.get("/calls").headers["location"] == "/sign-in?next=%2Fcalls"


def test_a_part_of_a_page_after_the_session_leaves_the_page_alone(visitor: Visitor) -> None:
    answer = visitor.get("/desk/card", HX_Request="true")

    assert answer.status_code == 401
    assert answer.headers["hx-trigger"] == "session-over"
    assert answer.headers["hx-reswap"] == "none"
    assert "location" not in answer.headers


def test_a_script_that_fetches_a_page_is_not_led_away(visitor: Visitor) -> None:
    answer = visitor.get("/desk/card", Sec_Fetch_Mode="cors")

    assert (answer.status_code, answer.headers["hx-trigger"]) == (401, "session-over")


def test_a_bearer_token_opens_the_api_without_a_csrf_token(visitor: Visitor) -> None:
    bearer = {"Authorization": f"Bearer {visitor.token('li.wei', PASSWORD)}"}

    assert visitor.client.get("/api/v1/calls", headers=bearer).status_code == 200
    assert visitor.client.post("/api/v1/desk/signout", headers=bearer).status_code == 200
    assert visitor.client.delete("/api/v1/session", headers=bearer).status_code == 204
    assert visitor.client.get("/api/v1/calls", headers=bearer).status_code == 401


def test_a_cookie_is_no_bearer_token(li_wei: Visitor) -> None:
    token = li_wei.client.cookies[COOKIE]
    li_wei.client.cookies.clear()

    assert li_wei.get("/api/v1/calls", Authorization=f"Bearer {token}").status_code == 401


def test_the_command_line_gives_a_token(
    visitor: Visitor, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    token = issue(settings, "li.wei")

    assert visitor.get("/api/v1/desk", Authorization=f"Bearer {token}").status_code == 200
    assert command(settings, ["nobody"]) == 1
    assert command(settings, []) == 2
    assert "nobody" in capsys.readouterr().err


def test_passwords_never_come_to_the_log(
    visitor: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor.sign_in("li.wei", "my secret password")

    assert "my secret password" not in capsys.readouterr().out


def test_a_pages_script_signs_in_again_without_leaving_the_page(visitor: Visitor) -> None:
    word = visitor.get("/sign-in", Accept="application/json").json()["csrf"]
    form = {"login": "li.wei", "password": "wrong", "csrf": word}
    wrong = visitor.client.post("/sign-in", data=form, headers={"Accept": "application/json"})
    form["password"] = PASSWORD
    right = visitor.client.post("/sign-in", data=form, headers={"Accept": "application/json"})

    assert (wrong.status_code, wrong.json()["type"]) == (401, "urn:hotline:problem:not-signed-in")
    assert right.status_code == 200
    headers = {"X-CSRF-Token": right.json()["csrf"]}
    answer = visitor.client.patch("/api/v1/account", json={}, headers=headers)
    assert answer.status_code == 200


def test_a_session_that_was_planted_is_not_the_one_that_is_opened(visitor: Visitor) -> None:
    visitor.sign_in("wang.fang", PASSWORD)
    planted = visitor.client.cookies[COOKIE]

    visitor.client.post(
        "/sign-in",
        data={"login": "li.wei", "password": PASSWORD, "csrf": visitor.csrf("/account")},
    )

    assert visitor.client.cookies[COOKIE] != planted
    visitor.client.cookies.clear()
    visitor.client.cookies.set(COOKIE, planted)
    assert visitor.get("/api/v1/account").status_code == 401


def test_a_planted_csrf_token_opens_nothing(visitor: Visitor) -> None:
    visitor.client.cookies.set("hotline_before", "planted")
    form = {"login": "li.wei", "password": PASSWORD, "csrf": "planted"}

    assert visitor.client.post("/sign-in", data=form).status_code == 403
    assert visitor.client.post("/sign-in", data=form | {"csrf": ""}).status_code == 403


def test_a_page_of_another_site_cannot_sign_in(visitor: Visitor) -> None:
    form = {"login": "li.wei", "password": PASSWORD, "csrf": visitor.csrf()}

    answer = visitor.client.post("/sign-in", data=form, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403


def test_a_token_in_an_address_opens_nothing(visitor: Visitor) -> None:
    token = visitor.token("li.wei", PASSWORD)

    for name in ("token", "access_token", "hotline_session", "authorization"):
        assert visitor.get(f"/api/v1/account?{name}={token}").status_code == 401


@pytest.mark.parametrize(
    "login", ["x" * 5000, "\u202eli.wei", "\uff2c\uff29.WEI", "' OR 1=1 --", "\0"]
)
def test_no_strange_login_opens_or_breaks_anything(visitor: Visitor, login: str) -> None:
    answer = visitor.sign_in(login, "y" * 5000)

    assert answer.status_code == 401


def test_a_role_that_is_switched_off_shuts_its_people_out(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    visitor.enter(database, "wang.fang")
    with database.begin() as session:
        session.execute(text("UPDATE roles SET enabled = false WHERE key = 'agent'"))
    try:
        assert visitor.get("/api/v1/account").status_code == 401
        assert visitor.sign_in("wang.fang", PASSWORD).status_code == 401
    finally:
        with database.begin() as session:
            session.execute(text("UPDATE roles SET enabled = true"))


def test_a_shorter_session_lifetime_applies_to_open_sessions(
    li_wei: Visitor, database: sessionmaker[Session], app: FastAPI
) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE sessions SET created_at = created_at - interval '2 hours'"))
    assert li_wei.get("/api/v1/account").status_code == 200

    with database.begin() as session:
        save(session, {"session_hours": 1, "session_idle_minutes": 30}, None)
    app.state.context.settings_cache.forget()
    try:
        assert li_wei.get("/api/v1/account").status_code == 401
    finally:
        with database.begin() as session:
            session.execute(text("DELETE FROM parameters"))
        app.state.context.settings_cache.forget()


def test_no_sign_in_leads_back_to_the_sign_in_page(visitor: Visitor) -> None:
    answer = visitor.sign_in("li.wei", PASSWORD, next="/sign-in/second-factor")

    assert answer.headers["location"] == "/desk"
    assert visitor.get("/sign-in/second-factor").headers["location"] == "/sign-in"
    assert visitor.get("/sign-in?next=/sign-in").headers["location"] == "/"
