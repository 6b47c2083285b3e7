"""The second factor: set up, required, used once, lost and reset."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.parameters.store import save
from crm.people.person import Language, User, UserId
from crm.people.rights import Right, Role, RoleId
from web.kit import second_factor
from web.kit.auth import COOKIE
from web.kit.clock import now

AT = datetime(2026, 11, 22, 6, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
JSON = {"Accept": "application/json"}


@pytest.fixture
def clean(visitor: Visitor, database: sessionmaker[Session]) -> Iterator[Visitor]:
    """No user has a second factor, before and after."""
    yield visitor
    with database.begin() as session:
        session.execute(
            text("UPDATE users SET totp_secret = NULL, totp_step = NULL, recovery_codes = '[]'")
        )
        session.execute(text("DELETE FROM parameters"))
        session.execute(text("DELETE FROM sessions"))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Advance the clock of codes by so many seconds."""
    turned = [0.0]

    def turn(seconds: float) -> None:
        turned[0] += seconds

    def told() -> datetime:
        return now() + timedelta(seconds=turned[0])

    for module in ("web.account.actions", "web.sign_in.actions"):
        monkeypatch.setattr(f"{module}.now", told)
    return turn


@contextmanager
def forced(app: FastAPI, database: sessionmaker[Session], chosen: str) -> Iterator[None]:
    with database.begin() as session:
        save(session, {"totp_for": chosen}, None)
    app.state.context.settings_cache.forget()
    yield
    with database.begin() as session:
        session.execute(text("DELETE FROM parameters"))
    app.state.context.settings_cache.forget()


def set_up(who: Visitor, database: sessionmaker[Session], login: str = "li.wei"):
    """Set up a second factor on the account page; give its codes and the recovery codes."""
    who.enter(database, login)
    page = who.get("/account/second-factor").text
    secret = shown_secret(page)
    form = {
        "csrf": word(page),
        "sealed": field(page, "sealed"),
        "present": PASSWORD,
        "code": pyotp.TOTP(secret).at(now()),
    }
    answer = who.client.post("/account/second-factor", data=form)
    assert answer.status_code == 200, answer.text
    who.client.cookies.clear()
    return pyotp.TOTP(secret), shown_codes(answer.text)


def word(page: str) -> str:
    found = re.search(r'name="csrf" content="([^"]+)"', page)
    assert found
    return found[1]


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, page
    return found[1]


def shown_secret(page: str) -> str:
    found = re.search(r'data-testid="secret">([A-Z2-7 ]+)<', page)
    assert found, page
    return found[1].replace(" ", "")


def shown_codes(page: str) -> list[str]:
    return re.findall(r'<li><code class="text-body">([a-z0-9-]+)</code>', page)


def enter_code(who: Visitor, code: str):
    form = {"csrf": who.csrf("/sign-in/second-factor"), "code": code}
    return who.client.post("/sign-in/second-factor", data=form)


def test_a_code_is_good_half_a_minute_before_and_after() -> None:
    codes = pyotp.TOTP(SECRET)
    for seconds, good in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        code = codes.at(AT + timedelta(seconds=seconds))

        assert (second_factor.step_of(SECRET, code, AT) is not None) is good, seconds


@pytest.mark.parametrize("typed", ["", "abc", "12345", "1234567", "١٢٣٤٥٦", "\0", "9" * 10_000])
def test_an_invalid_code_opens_nothing(typed: str) -> None:
    assert second_factor.step_of(SECRET, typed, AT) is None


def test_a_code_may_be_typed_in_groups_and_on_a_chinese_keyboard() -> None:
    code = pyotp.TOTP(SECRET).at(AT)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    assert second_factor.step_of(SECRET, f"{code[:3]} {code[3:]}", AT) is not None
    assert second_factor.step_of(SECRET, wide, AT) is not None


def test_managers_are_those_who_manage_people_or_the_system() -> None:
    def who(*rights: Right) -> User:
        role = Role(RoleId(1), "", "R", "R", dict.fromkeys(rights, "all"))  # type: ignore[arg-type]
        return User(UserId(1), "x", "X", role, Language.ENGLISH, "", True, AT, "")

    class Site:
        def __init__(self, chosen: str) -> None:
            self.chosen = chosen

        def text(self, _key: str) -> str:
            return self.chosen

    def is_forced(chosen: str, *rights: Right) -> bool:
        return second_factor.is_forced(Site(chosen), who(*rights))  # type: ignore[arg-type]

    assert is_forced("all")
    assert is_forced("managers", Right.DESK, Right.ROLES_MANAGE)
    assert not is_forced("managers", Right.DESK)
    assert not is_forced("nobody", Right.ROLES_MANAGE)


def test_the_secret_is_drawn_without_styles_and_kept_sealed(
    clean: Visitor, database: sessionmaker[Session]
) -> None:
    codes, _ = set_up(clean, database)

    drawn = second_factor.picture(codes.secret, "li.wei")
    assert drawn.startswith("<svg")
    assert "style=" not in drawn
    with database.begin() as session:
        kept = session.execute(text("SELECT * FROM users WHERE login = 'li.wei'")).one()
    assert codes.secret not in str(kept)


def test_the_password_alone_no_longer_opens(
    clean: Visitor, database: sessionmaker[Session], later: Callable[[float], None]
) -> None:
    codes, _ = set_up(clean, database)

    answer = clean.sign_in("li.wei", PASSWORD, next="/calls")

    assert answer.headers["location"] == "/sign-in/second-factor"
    assert COOKIE not in clean.client.cookies
    assert clean.get("/account").status_code == 303
    later(60)
    wrong = enter_code(clean, "000000")
    right = enter_code(clean, codes.at(now() + timedelta(seconds=60)))
    assert (wrong.status_code, right.status_code) == (401, 303)
    assert right.headers["location"] == "/calls"
    assert clean.get("/account").status_code == 200


def test_a_code_opens_once(
    clean: Visitor, database: sessionmaker[Session], later: Callable[[float], None]
) -> None:
    codes, _ = set_up(clean, database)
    used = codes.at(now())
    later(60)
    fresh = codes.at(now() + timedelta(seconds=60))

    def enter(code: str) -> int:
        body = {"login": "li.wei", "password": PASSWORD, "code": code}
        return int(clean.client.post("/api/v1/session", json=body).status_code)

    assert enter(used) == 401
    assert enter(fresh) == 201
    assert enter(fresh) == 401


def test_a_recovery_code_opens_once(clean: Visitor, database: sessionmaker[Session]) -> None:
    _, recovery = set_up(clean, database)
    assert len(recovery) == len(set(recovery)) == 10

    clean.sign_in("li.wei", PASSWORD)
    assert enter_code(clean, recovery[3].upper().replace("-", " ")).status_code == 303
    clean.client.cookies.clear()
    clean.sign_in("li.wei", PASSWORD)

    assert enter_code(clean, recovery[3]).status_code == 401
    assert enter_code(clean, recovery[4]).status_code == 303
    assert "8" in clean.get("/account/security").text


def test_guessing_codes_is_stopped(clean: Visitor, database: sessionmaker[Session]) -> None:
    set_up(clean, database)
    clean.sign_in("li.wei", PASSWORD)

    answers = [enter_code(clean, "000000").status_code for _ in range(6)]

    assert answers == [401] * 5 + [429]
    assert clean.sign_in("li.wei", PASSWORD).status_code == 429
    with database.begin() as session:
        query = text("SELECT count(*) FROM login_log WHERE result = 'second factor wrong'")
        assert session.execute(query).scalar_one() == 5


def test_a_script_is_told_that_a_code_is_needed(
    clean: Visitor, database: sessionmaker[Session], later: Callable[[float], None]
) -> None:
    codes, _ = set_up(clean, database)
    later(60)
    body = {"login": "li.wei", "password": PASSWORD}
    form = body | {"csrf": clean.csrf()}

    api = clean.client.post("/api/v1/session", json=body)
    page = clean.client.post("/sign-in", data=form, headers=JSON)

    for answer in (api, page):
        assert answer.status_code == 401
        assert answer.json()["type"] == "urn:hotline:problem:second-factor"
    code = {"code": codes.at(now() + timedelta(seconds=60))}
    right = clean.client.post("/sign-in", data=form | code, headers=JSON)
    assert (right.status_code, "csrf" in right.json()) == (200, True)


def test_a_pending_sign_in_is_valid_for_five_minutes_and_for_this_password_only(
    clean: Visitor, database: sessionmaker[Session], later: Callable[[float], None]
) -> None:
    _, recovery = set_up(clean, database)
    clean.sign_in("li.wei", PASSWORD)
    with database.begin() as session:
        query = "UPDATE users SET password_hash = password_hash || :more WHERE login = 'li.wei'"
        session.execute(text(query), {"more": " "})
    try:
        assert clean.get("/sign-in/second-factor").headers["location"].startswith("/sign-in")
    finally:
        with database.begin() as session:
            session.execute(text("UPDATE users SET password_hash = trim(password_hash)"))
    assert clean.get("/sign-in/second-factor").status_code == 200

    later(301)
    word = clean.csrf()
    form = {"csrf": word, "code": recovery[0]}

    assert clean.client.post("/sign-in/second-factor", data=form).status_code == 303
    assert COOKIE not in clean.client.cookies


def test_the_second_step_is_not_reached_without_the_first(clean: Visitor) -> None:
    clean.client.cookies.set("hotline_halfway", "made.up")
    form = {"csrf": clean.csrf(), "code": "000000"}

    answer = clean.client.post("/sign-in/second-factor", data=form)

    assert answer.headers["location"].startswith("/sign-in")


def test_a_person_who_needs_a_second_factor_sets_it_up_while_signing_in(
    clean: Visitor, database: sessionmaker[Session], app: FastAPI
) -> None:
    with forced(app, database, "managers"):
        assert clean.sign_in("li.wei", PASSWORD).headers["location"] == "/desk"
        clean.client.cookies.clear()
        body = {"login": "admin", "password": PASSWORD}
        script = clean.client.post("/api/v1/session", json=body)
        assert script.json()["type"] == "urn:hotline:problem:second-factor-due"
        answer = clean.sign_in("admin", PASSWORD)
        assert answer.headers["location"] == "/sign-in/second-factor"
        assert COOKIE not in clean.client.cookies
        secret = shown_secret(clean.get("/sign-in/second-factor").text)

        wrong = enter_code(clean, "000000")
        right = enter_code(clean, pyotp.TOTP(secret).at(now()))

        assert (wrong.status_code, right.status_code) == (401, 200)
        assert len(shown_codes(right.text)) == 10
        assert clean.get("/account").status_code == 200
        form = {"csrf": clean.csrf("/account/security"), "present": PASSWORD}
        assert clean.client.post("/account/second-factor/end", data=form).status_code == 403


def test_a_second_factor_is_removed_with_the_password_only(
    clean: Visitor, database: sessionmaker[Session]
) -> None:
    set_up(clean, database)
    clean.enter(database, "li.wei")
    form = {"csrf": clean.csrf("/account/security")}

    wrong = clean.client.post("/account/second-factor/end", data=form | {"present": "x"})
    right = clean.client.post("/account/second-factor/end", data=form | {"present": PASSWORD})

    assert (wrong.status_code, right.status_code) == (422, 303)
    clean.client.cookies.clear()
    assert clean.sign_in("li.wei", PASSWORD).headers["location"] == "/desk"


def test_new_recovery_codes_take_the_place_of_the_old(
    clean: Visitor, database: sessionmaker[Session]
) -> None:
    _, old = set_up(clean, database)
    clean.enter(database, "li.wei")
    form = {"csrf": clean.csrf("/account/security"), "present": PASSWORD}

    new = shown_codes(clean.client.post("/account/second-factor/codes", data=form).text)

    assert len(new) == 10
    clean.client.cookies.clear()
    clean.sign_in("li.wei", PASSWORD)
    assert enter_code(clean, old[0]).status_code == 401
    assert enter_code(clean, new[0]).status_code == 303


def test_a_secret_that_was_sealed_for_another_is_refused(
    clean: Visitor, database: sessionmaker[Session]
) -> None:
    clean.enter(database, "wang.fang")
    page = clean.get("/account/second-factor").text
    sealed, secret = field(page, "sealed"), shown_secret(page)
    clean.client.cookies.clear()
    clean.enter(database, "li.wei")
    form = {
        "csrf": clean.csrf("/account/security"),
        "sealed": sealed,
        "present": PASSWORD,
        "code": pyotp.TOTP(secret).at(now()),
    }

    assert clean.client.post("/account/second-factor", data=form).status_code == 403
