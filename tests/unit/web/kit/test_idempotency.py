"""A request that is sent twice with one key is carried out once."""

import inspect
import re
import secrets
import threading
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.endpoints import endpoints_of
from unit.web.visitor import Response, Visitor

from crm.people.person import NewUser, UserId
from crm.people.rights import BuiltIn, Extent, Right
from crm.people.roles.store import RoleDraft, add_role, change_role, role_id
from crm.people.store import add_user
from crm.people.tokens.store import NewToken, add_token
from web.kit.shown_once import marked_members

Database = sessionmaker[Session]
SECRET_NAME = re.compile(r"password|secret|token|code")
# Dates, flags, codecs, and passwords that a telephone reads each time: none is shown only once.
NO_SECRETS = {
    "password_changed_at",
    "must_change_password",
    "old_secret_until",
    "recovery_codes_left",
    "has_password",
    "codecs",
}


class Script:
    """A program with a session that gives its requests keys."""

    def __init__(self, visitor: Visitor, word: str = "") -> None:
        self.visitor = visitor
        self.word = {"X-CSRF-Token": word or visitor.csrf("/calls")}

    def post(self, key: str, body: Any = None, path: str = "/customers") -> Response:
        headers = self.word | {"Idempotency-Key": key}
        return self.visitor.client.post("/api/v1" + path, json=body, headers=headers)


@pytest.fixture
def script(admin: Visitor) -> Script:
    return Script(admin)


@pytest.fixture
def key() -> str:
    return secrets.token_hex(8)


def test_the_second_request_gets_the_first_one_s_answer(script: Script, key: str) -> None:
    first = script.post(key, {"name": "Once"})
    second = script.post(key, {"name": "Once"})

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["content-type"] == "application/json"


def test_another_request_under_the_same_key_is_refused(script: Script, key: str) -> None:
    script.post(key, {"name": "Once"})

    refused = script.post(key, {"name": "Another"})

    assert (refused.status_code, refused.json()["type"]) == (422, "urn:hotline:problem:invalid")


def test_two_at_once_are_done_once(script: Script, key: str) -> None:
    answers: list[Response] = []
    asked = [
        threading.Thread(target=lambda: answers.append(script.post(key, {"name": "Both"})))
        for _ in range(4)
    ]
    for one in asked:
        one.start()
    for one in asked:
        one.join()

    made = [one for one in answers if one.status_code == 201]
    assert len({one.json()["id"] for one in made}) == 1
    assert {one.status_code for one in answers} <= {201, 409}


def test_what_was_kept_cannot_be_read_in_the_database(
    script: Script, key: str, database: Database
) -> None:
    script.post(key, {"name": "Secret Name"})

    with database.begin() as session:
        kept = session.scalars(text("SELECT body FROM idempotency_keys")).all()
    assert kept
    assert not any(b"Secret Name" in bytes(body) for body in kept if body)


def test_a_secret_shown_once_is_not_stored_for_the_second_request(
    script: Script, key: str, database: Database
) -> None:
    with database.begin() as session:
        role = role_id(session, BuiltIn.AGENT)
    body = {"login": f"once.{key}", "name": "Once", "role": role}
    first = script.post(key, body, "/users")
    second = script.post(key, body, "/users")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["password"]
    assert second.json()["password"] == ""
    assert second.json()["user"] == first.json()["user"]
    assert "shown only once" in second.json()["withheld"]
    assert "withheld" not in first.json()


def test_a_token_is_told_once(script: Script, key: str) -> None:
    body = {"name": key, "rights": ["calls.see"]}
    first = script.post(key, body, "/account/tokens")
    second = script.post(key, body, "/account/tokens")

    assert first.json()["token"]
    assert (second.json()["token"], second.json()["hint"]) == ("", first.json()["hint"])


def test_every_secret_of_an_answer_is_marked_as_shown_once(app: FastAPI) -> None:
    """An unmarked password in a shape would be stored for a day."""
    for one in api_shapes(app):
        secrets_ = {name for name in one.model_fields if SECRET_NAME.search(name)}

        assert secrets_ <= marked_members(one) | NO_SECRETS, one


def api_shapes(app: FastAPI) -> list[type[BaseModel]]:
    routes = [
        (endpoint.method, endpoint.function) for endpoint in endpoints_of(app) if endpoint.is_api
    ]
    given = {inspect.signature(made).return_annotation for method, made in routes if made}
    return [one for one in given if isinstance(one, type) and issubclass(one, BaseModel)]


def test_what_failed_on_our_side_may_be_tried_again(
    script: Script, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("crm.notices.store.mark_all_read", None)
        failed = script.post(key, path="/notices/read")

    again = script.post(key, path="/notices/read")

    assert (failed.status_code, again.status_code) == (500, 200)
    assert "idempotent-replayed" not in again.headers


def test_another_person_s_key_is_another_key(
    script: Script, key: str, database: Database, client: TestClient
) -> None:
    script.post(key, path="/notices/read")

    script.visitor.enter(database, "chen.jing")
    other = Script(Visitor(client)).post(key, path="/notices/read")

    assert (other.status_code, "idempotent-replayed" in other.headers) == (200, False)


@pytest.mark.parametrize("bad", ["", "x" * 201])
def test_a_key_that_is_none_is_refused(script: Script, bad: str) -> None:
    assert script.post(bad, {"name": "x"}).status_code == 422


def test_without_a_session_the_answer_says_so(visitor: Visitor, app: FastAPI) -> None:
    assert app
    headers = {"Idempotency-Key": "k"}

    answer = visitor.client.post("/api/v1/notices/read", headers=headers)

    assert answer.status_code == 401


@pytest.fixture
def bearer(database: Database, people: Any) -> dict[str, str]:
    """A narrow token of the administrator."""
    token = f"hl_{secrets.token_urlsafe(32)}"
    rights = frozenset({Right.CUSTOMERS_SEE})
    with database.begin() as session:
        add_token(session, NewToken(token, UserId(people.admin), "t", rights, None))
    return {"Authorization": f"Bearer {token}"}


def test_an_answer_is_not_repeated_to_a_sender_who_may_no_longer_ask(
    script: Script, key: str, bearer: dict[str, str]
) -> None:
    first = script.post(key, {"name": "Once"})
    client = script.visitor.client
    client.cookies.clear()

    headers = bearer | {"Idempotency-Key": key}
    second = client.post("/api/v1/customers", json={"name": "Once"}, headers=headers)

    assert first.status_code == 201
    assert second.status_code == 403
    assert "idempotent-replayed" not in second.headers


def test_an_answer_is_not_repeated_when_the_role_has_lost_the_permission(
    visitor: Visitor, key: str, database: Database
) -> None:
    login = f"once.{key}"
    with database.begin() as session:
        rights = dict.fromkeys((Right.CUSTOMERS_SEE, Right.CUSTOMERS_EDIT), Extent.ALL)
        role = add_role(session, RoleDraft(login, "", rights))
        add_user(session, NewUser(login, "Once", role, "x"))
    visitor.enter(database, login)
    writer = Script(visitor, visitor.word)
    first = writer.post(key, {"name": "Once"})
    with database.begin() as session:
        change_role(session, role, RoleDraft(login, "", {Right.CUSTOMERS_SEE: Extent.ALL}))

    second = writer.post(key, {"name": "Once"})

    assert (first.status_code, second.status_code) == (201, 403)
