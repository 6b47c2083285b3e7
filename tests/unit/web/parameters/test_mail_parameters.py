"""Attacks by way of the mail parameters: reading password links, and the server's password."""

import secrets
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.visitor import Visitor

from crm.people.person import NewUser, UserId
from crm.people.rights import Extent, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user
from crm.people.tokens.store import NewToken, add_token

Database = sessionmaker[Session]
SERVER = {
    "mail_server": "smtp.example.com",
    "mail_from": "hotline@example.com",
    "mail_user": "relay",
    "mail_password": "a secret word",
}


@pytest.fixture(autouse=True)
def as_at_first(database: Database, app: FastAPI) -> Iterator[None]:
    yield
    with database.begin() as session:
        session.execute(text("DELETE FROM parameters"))
    app.state.context.settings_cache.forget()


@pytest.fixture
def editor(visitor: Visitor, database: Database) -> Visitor:
    """A user who may edit parameters, and nothing else."""
    login = f"editor.{secrets.token_hex(4)}"
    with database.begin() as session:
        role = add_role(session, RoleDraft(login, "", {Right.PARAMETERS_EDIT: Extent.ALL}))
        add_user(session, NewUser(login, "Editor", role, "x"))
    visitor.enter(database, login)
    return visitor


def value(visitor: Visitor, key: str) -> object:
    found = visitor.get("/api/v1/parameters").json()["items"]
    return next(one["value"] for one in found if one["key"] == key)


@pytest.mark.parametrize(
    "change",
    [
        {"mail_server": "127.0.0.1", "mail_from": "a@example.net", "mail_port": 8326},
        {"mail_links": "https://evil.example"},
        {"mail_security": "none"},
        {"mail_from": "evil@example.net"},
        {"page_size": 25, "mail_user": "evil"},
    ],
)
def test_only_administrators_change_how_mail_is_sent(
    editor: Visitor, change: dict[str, object]
) -> None:
    by_script = editor.ask("/parameters", change, "PATCH")
    form = {key: str(new) for key, new in change.items() if key != "page_size"}
    by_page = editor.post("/parameters/mail", form)

    assert (by_script.status_code, by_page.status_code) == (403, 403)
    assert value(editor, "page_size") == 50


def test_an_editor_changes_everything_else_and_sees_the_mail_settings(editor: Visitor) -> None:
    assert editor.ask("/parameters", {"page_size": 25}, "PATCH").status_code == 200
    assert editor.ask("/parameters", {"mail_server": ""}, "PATCH").status_code == 200

    page = editor.get("/parameters").text

    assert "Only administrators can change the email settings." in page
    assert 'action="/parameters/mail"' not in page


def test_a_token_of_an_administrator_does_not_redirect_the_mail(
    visitor: Visitor, people: People, database: Database
) -> None:
    token = f"hl_{secrets.token_urlsafe(32)}"
    rights = frozenset(Right) - {Right.TOKENS_MAKE}
    with database.begin() as session:
        add_token(session, NewToken(token, UserId(people.admin), "t", rights, None))
    visitor.client.cookies.clear()
    bearer = {"Authorization": f"Bearer {token}"}

    answer = visitor.client.patch(
        "/api/v1/parameters", json={"mail_links": "https://evil.example"}, headers=bearer
    )

    assert answer.status_code == 403


def test_the_stored_password_is_never_sent_to_another_server(admin: Visitor) -> None:
    for change in (
        {"mail_server": "evil.example.net"},
        {"mail_port": 8326},
        {"mail_server": "127.0.0.1", "mail_security": "none"},
    ):
        admin.ask("/parameters", SERVER | {"mail_port": None, "mail_security": None}, "PATCH")
        refused = admin.ask("/parameters", change, "PATCH")
        assert refused.status_code == 422, change
        assert refused.json()["errors"][0]["field"] == "mail_password"
        known = change | {"mail_password": "another secret word"}
        assert admin.ask("/parameters", known, "PATCH").status_code == 200, change


def test_the_password_is_never_readable_on_the_network(admin: Visitor) -> None:
    open_line = admin.ask("/parameters", SERVER | {"mail_security": "none"}, "PATCH")
    on_this_machine = SERVER | {"mail_security": "none", "mail_server": "localhost"}

    assert open_line.status_code == 422
    assert open_line.json()["errors"][0]["field"] == "mail_security"
    assert admin.ask("/parameters", on_this_machine, "PATCH").status_code == 200


def test_the_server_is_removed_without_its_password(admin: Visitor) -> None:
    admin.ask("/parameters", SERVER, "PATCH")

    assert admin.post("/parameters/reset", {"key": "mail_server"}).status_code == 303
    assert value(admin, "mail_server") == ""
