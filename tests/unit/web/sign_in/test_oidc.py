"""Signing in through an identity provider, and every known way to cheat."""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.sign_in.provider import CLIENT, SECRET, STRANGERS_KEY, TestProvider, serving
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from web.kit.auth import COOKIE
from web.kit.oidc_settings import Provider, read_provider
from web.kit.setting_values import BadSettingError
from web.sign_in.oidc import IdentityProvider


@pytest.fixture
def provider(
    visitor: Visitor, app: FastAPI, database: sessionmaker[Session]
) -> Iterator[TestProvider]:
    """A site with an identity provider."""
    assert visitor
    made, before, sign_in = TestProvider(), app.state.context, app.state.sign_in
    with serving(made):
        told = Provider(made.issuer, CLIENT, SECRET, "Company Login")
        settings = replace(before.settings, provider=told)
        app.state.context = replace(before, settings=settings)
        app.state.sign_in = replace(sign_in, provider=IdentityProvider(told))
        yield made
    app.state.context, app.state.sign_in = before, sign_in
    with database.begin() as session:
        session.execute(text("UPDATE users SET oidc_subject = NULL, enabled = true"))
        session.execute(text("DELETE FROM sessions"))


def go(visitor: Visitor, wanted: str = "/calls") -> str:
    """Press the button; gives the address at the provider."""
    answer = visitor.client.get("/sign-in/oidc", params={"next": wanted})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def back(visitor: Visitor, brought: dict[str, str]) -> Any:
    return visitor.client.get("/sign-in/oidc/back", params=brought)


def come(visitor: Visitor, provider: TestProvider, wanted: str = "/calls") -> Any:
    return back(visitor, provider.authorize(go(visitor, wanted)))


def is_outside(visitor: Visitor, answer: Any) -> bool:
    return answer.status_code == 403 and COOKIE not in visitor.client.cookies


def test_a_person_signed_in_by_the_provider_comes_to_the_page_they_wanted(
    visitor: Visitor, provider: TestProvider
) -> None:
    assert "Company Login" in visitor.get("/sign-in?next=/calls").text

    answer = come(visitor, provider)

    assert (answer.status_code, answer.headers["location"]) == (303, "/calls")
    assert visitor.get("/api/v1/account").json()["login"] == "li.wei"
    asked = provider.asked[-1]
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].endswith("/sign-in/oidc/back")


def test_the_first_time_binds_and_the_login_counts_no_more(
    visitor: Visitor, provider: TestProvider
) -> None:
    come(visitor, provider)
    visitor.client.cookies.clear()
    provider.login = "admin"

    come(visitor, provider)

    assert visitor.get("/api/v1/account").json()["login"] == "li.wei"


def test_another_subject_does_not_take_over_a_bound_account(
    visitor: Visitor, provider: TestProvider
) -> None:
    come(visitor, provider)
    visitor.client.cookies.clear()
    provider.subject = "subject-2"

    assert is_outside(visitor, come(visitor, provider))


def test_a_person_without_an_account_is_told_so_and_logged(
    visitor: Visitor, provider: TestProvider, database: sessionmaker[Session]
) -> None:
    provider.login = "somebody.else"

    answer = come(visitor, provider)

    assert is_outside(visitor, answer)
    assert "No user has your username" in answer.text
    with database.begin() as session:
        logged = session.execute(text("SELECT login, result FROM login_log")).all()
    assert ("somebody.else", "wrong") in [tuple(row) for row in logged]


def test_a_disabled_user_cannot_sign_in(
    visitor: Visitor, provider: TestProvider, database: sessionmaker[Session]
) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE users SET enabled = false WHERE login = 'li.wei'"))

    answer = come(visitor, provider)

    assert is_outside(visitor, answer)
    assert "inactive" in answer.text


def test_a_provider_that_is_down_leaves_the_password(
    visitor: Visitor, provider: TestProvider
) -> None:
    provider.broken = True

    answer = visitor.get("/sign-in/oidc")

    assert answer.status_code == 503
    assert "does not respond" in answer.text
    assert visitor.sign_in("li.wei", PASSWORD).status_code == 303


def test_a_provider_with_another_issuer_is_not_believed(
    visitor: Visitor, provider: TestProvider
) -> None:
    provider.said_issuer = "https://evil.example"

    assert visitor.get("/sign-in/oidc").status_code == 503


def test_a_wrong_state_opens_nothing(visitor: Visitor, provider: TestProvider) -> None:
    brought = provider.authorize(go(visitor))

    assert is_outside(visitor, back(visitor, brought | {"state": "wrong"}))


def test_a_browser_without_a_redirect_cannot_sign_in(
    visitor: Visitor, provider: TestProvider
) -> None:
    brought = provider.authorize(go(visitor))
    visitor.client.cookies.clear()

    assert is_outside(visitor, back(visitor, brought))


def test_a_code_opens_once(visitor: Visitor, provider: TestProvider) -> None:
    address = go(visitor)
    kept = {one.name: one.value for one in visitor.client.cookies.jar}
    brought = provider.authorize(address)
    assert back(visitor, brought).status_code == 303
    visitor.client.cookies.clear()

    without = back(visitor, brought)
    visitor.client.cookies.set("hotline_journey", str(kept["hotline_journey"]))
    again = back(visitor, brought)

    assert is_outside(visitor, without)
    assert is_outside(visitor, again)


def test_a_code_of_another_browser_opens_nothing(visitor: Visitor, provider: TestProvider) -> None:
    theirs = provider.authorize(go(visitor))
    visitor.client.cookies.clear()
    mine = provider.authorize(go(visitor))

    assert is_outside(visitor, back(visitor, mine | {"code": theirs["code"]}))


def test_an_answer_in_another_providers_name_opens_nothing(
    visitor: Visitor, provider: TestProvider
) -> None:
    brought = provider.authorize(go(visitor))

    assert is_outside(visitor, back(visitor, brought | {"iss": "https://evil.example"}))


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"aud": ["hotline", "another-client"]},
        {"aud": ["hotline", "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 600},
        {"iat": int(time.time()) + 6000},
        {"sub": ""},
        {"sub": 7},
        {"exp": "soon"},
    ],
)
def test_an_id_token_with_a_false_claim_proves_nothing(
    visitor: Visitor, provider: TestProvider, claims: dict[str, object]
) -> None:
    provider.claims = claims

    assert is_outside(visitor, come(visitor, provider))


@pytest.mark.parametrize("name", ["nonce", "aud", "iss", "exp", "iat", "sub"])
def test_an_id_token_without_a_claim_proves_nothing(
    visitor: Visitor, provider: TestProvider, name: str
) -> None:
    provider.leave_out = {name}

    assert is_outside(visitor, come(visitor, provider))


def unsigned(claims: dict[str, Any]) -> str:
    def part(told: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(claims)}."


def by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, STRANGERS_KEY)


def by_our_secret(claims: dict[str, Any]) -> str:
    key = OctKey.import_key(SECRET.ljust(32, "x"))
    return jwt.encode({"alg": "HS256", "kid": "k1"}, claims, key)


@pytest.mark.parametrize(
    "sign", [unsigned, by_another_key, by_our_secret, lambda _: "", lambda _: "a.b.c"]
)
def test_an_id_token_that_the_provider_did_not_sign_proves_nothing(
    visitor: Visitor, provider: TestProvider, sign: Any
) -> None:
    provider.sign = sign

    assert is_outside(visitor, come(visitor, provider))


def test_a_login_that_the_token_leaves_out_is_asked_for(
    visitor: Visitor, provider: TestProvider
) -> None:
    provider.leave_out = {"preferred_username"}

    assert come(visitor, provider).status_code == 303


def test_an_unverified_address_is_no_login(
    visitor: Visitor, provider: TestProvider, app: FastAPI
) -> None:
    told = replace(app.state.context.settings.provider, login_claim="email")
    app.state.sign_in = replace(app.state.sign_in, provider=IdentityProvider(told))
    provider.claims = {"email": "li.wei"}

    assert is_outside(visitor, come(visitor, provider))


def test_the_way_through_a_provider_leads_to_no_other_site(
    visitor: Visitor, provider: TestProvider
) -> None:
    answer = come(visitor, provider, "//evil.example")

    assert answer.headers["location"] == "/desk"


def test_a_site_without_a_provider_has_no_such_endpoint(visitor: Visitor) -> None:
    assert visitor.get("/sign-in/oidc").status_code == 404
    assert "oidc" not in visitor.get("/sign-in").text


@pytest.mark.parametrize(
    "given",
    [
        {"HOTLINE_OIDC_ISSUER": "http://login.example", "HOTLINE_OIDC_CLIENT_ID": "x"},
        {"HOTLINE_OIDC_ISSUER": "login.example", "HOTLINE_OIDC_CLIENT_ID": "x"},
        {"HOTLINE_OIDC_ISSUER": "https://a@b.example", "HOTLINE_OIDC_CLIENT_ID": "x"},
        {"HOTLINE_OIDC_ISSUER": "https://login.example"},
    ],
)
def test_a_provider_that_is_named_badly_is_refused_at_the_start(given: dict[str, str]) -> None:
    with pytest.raises(BadSettingError):
        read_provider(given)


def test_a_provider_is_read_from_the_environment() -> None:
    given = {"HOTLINE_OIDC_ISSUER": "https://login.example/realm", "HOTLINE_OIDC_CLIENT_ID": "x"}

    assert read_provider(given) == Provider("https://login.example/realm", "x", "", "login.example")
    assert read_provider({}) is None
