"""Which accounts a provider's claim opens, how the others are connected, and the second factor."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.sign_in.provider import TestProvider
from unit.web.sign_in.test_oidc import back, come, is_outside, provider
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.parameters.store import save
from web.kit.auth import COOKIE

__all__ = ["provider"]


def test_the_claim_of_a_login_never_opens_an_account_that_manages_others(
    visitor: Visitor, provider: TestProvider, database: sessionmaker[Session]
) -> None:
    provider.login, provider.subject = "admin", "a stranger"

    answer = come(visitor, provider)

    assert is_outside(visitor, answer)
    assert "Sign in with your password once" in answer.text
    with database.begin() as session:
        assert not session.scalars(text("SELECT oidc_subject FROM users WHERE id = 4")).one()


def connect(visitor: Visitor, present: str = PASSWORD) -> Any:
    return visitor.post("/account/identity", {"present": present})


def address_in(answer: Any) -> str:
    found = re.search(r'href="([^"]+)"[^>]*data-testid="to-provider"', answer.text)
    assert found, answer.text
    return html.unescape(found[1])


def test_a_manager_connects_the_account_while_signed_in_and_then_comes_by_the_provider(
    admin: Visitor, provider: TestProvider
) -> None:
    provider.login, provider.subject = "somebody at the provider", "subject of the admin"
    brought = provider.authorize(address_in(connect(admin)))

    answer = back(admin, brought)

    assert answer.headers["location"] == "/account/security?done=identity"
    admin.client.cookies.clear()
    assert come(admin, provider).status_code == 303
    assert admin.get("/api/v1/account").json()["login"] == "admin"


def test_connecting_needs_the_present_password_and_the_same_session(
    admin: Visitor, provider: TestProvider
) -> None:
    wrong = connect(admin, "wrong")
    brought = provider.authorize(address_in(connect(admin)))
    journey = admin.client.cookies["hotline_journey"]
    admin.client.cookies.clear()
    admin.client.cookies.set("hotline_journey", journey, path="/sign-in/oidc")

    assert wrong.status_code == 422
    assert "to-provider" not in wrong.text
    assert is_outside(admin, back(admin, brought))


def test_an_account_at_the_provider_belongs_to_one_user(
    visitor: Visitor, provider: TestProvider, database: sessionmaker[Session]
) -> None:
    come(visitor, provider)
    visitor.client.cookies.clear()
    visitor.enter(database, "admin")
    brought = provider.authorize(address_in(connect(visitor)))

    assert back(visitor, brought).status_code == 403


@pytest.fixture
def everybody_needs_a_code(
    provider: TestProvider, app: FastAPI, database: sessionmaker[Session]
) -> Iterator[None]:
    assert provider
    with database.begin() as session:
        save(session, {"totp_for": "all"}, None)
    app.state.context.settings_cache.forget()
    yield
    with database.begin() as session:
        session.execute(text("DELETE FROM parameters"))
    app.state.context.settings_cache.forget()


@pytest.mark.usefixtures("everybody_needs_a_code")
def test_a_required_second_factor_is_asked_for_behind_the_provider_too(
    visitor: Visitor, provider: TestProvider
) -> None:
    answer = come(visitor, provider)

    assert answer.headers["location"] == "/sign-in/second-factor"
    assert COOKIE not in visitor.client.cookies
    assert "second-factor" in visitor.get("/sign-in/second-factor").text


@pytest.mark.usefixtures("everybody_needs_a_code")
@pytest.mark.parametrize(
    ("amr", "enough"), [(["pwd", "mfa"], True), (["pwd"], False), ("mfa", False)]
)
def test_the_provider_s_own_second_factor_counts(
    visitor: Visitor, provider: TestProvider, amr: object, *, enough: bool
) -> None:
    provider.claims = {"amr": amr}

    come(visitor, provider)

    assert (COOKIE in visitor.client.cookies) is enough


def test_the_code_of_a_user_who_has_a_second_factor_is_asked_for(
    visitor: Visitor, provider: TestProvider, database: sessionmaker[Session]
) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE users SET totp_secret = 'x' WHERE login = 'li.wei'"))
    try:
        answer = come(visitor, provider)
    finally:
        with database.begin() as session:
            session.execute(text("UPDATE users SET totp_secret = NULL"))

    assert answer.headers["location"] == "/sign-in/second-factor"
    assert COOKIE not in visitor.client.cookies
