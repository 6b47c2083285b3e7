"""Phones: what is registered, extensions made in bulk, secrets shown once and as files."""

import html
import io
import re
import secrets
import zipfile
from collections.abc import Iterator

import pytest
from python_calamine import load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.visitor import Visitor

from acd.store import agents, agents_among, working_agents
from crm.people.person import NewUser
from crm.people.rights import BuiltIn, Extent, Right
from crm.people.roles.store import RoleDraft, add_role, role_id
from crm.people.roles.store import role as role_of
from crm.people.store import add_user, user_by_login

Database = sessionmaker[Session]


@pytest.fixture(autouse=True)
def no_new_agents(database: Database, engine: fake.FakeEngine) -> Iterator[None]:
    with database.begin() as session:
        kept = [one.id for one in agents(session)]
    yield
    engine.answers.clear()
    with database.begin() as session:
        for table, column in (("queue_members", "agent_id"), ("agents", "user_id")):
            gone = f"DELETE FROM {table} WHERE NOT {column} = ANY(:kept)"  # noqa: S608 - ours
            session.execute(text(gone), {"kept": kept})


@pytest.fixture
def line_manager(visitor: Visitor, database: Database) -> Visitor:
    """A user who manages lines and may not add users."""
    login = f"lines.{secrets.token_hex(4)}"
    rights = {Right.LINES_MANAGE: Extent.ALL}
    with database.begin() as session:
        rights |= role_of(session, role_id(session, BuiltIn.AGENT)).rights
        role = add_role(session, RoleDraft(f"Lines {login}", "线路", rights))
        add_user(session, NewUser(login, "Line manager", role, "x"))
    visitor.enter(database, login)
    return visitor


def hired(database: Database, name: str = "赵敏") -> int:
    with database.begin() as session:
        login = f"phone.{secrets.token_hex(4)}"
        return int(add_user(session, NewUser(login, name, BuiltIn.AGENT, "x")).id)


def registered(engine: fake.FakeEngine, *phones: tuple[str, str]) -> None:
    common = {"user_agent": "Yealink SIP-T46U", "since": "2026-11-30T08:00:00+00:00"}
    found = [{"endpoint": name, "address": at, **common} for name, at in phones]
    engine.answers["phones"] = {"ok": True, "value": {"phones": found}}


def test_the_list_shows_who_is_registered_from_where(
    admin: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    registered(engine, ("1001", "192.0.2.7:5060"))
    engine.change(fake.agent(people.li_wei, state="ready", presence="ready"))
    shown = {one["extension"]: one for one in admin.get("/api/v1/phones").json()["items"]}

    li, wang = shown["1001"], shown["1002"]
    assert li["desk_phone"]["address"] == "192.0.2.7:5060"
    assert (li["signed_in"], li["softphone"], wang["desk_phone"]) == (True, None, None)
    page = admin.get("/phones").text
    assert "192.0.2.7:5060" in page
    assert "Yealink SIP-T46U" in page
    assert "Not registered" in page
    assert "192.0.2.7:5060" in admin.get(f"/phones/{people.li_wei}").text
    rows = admin.get("/phones/rows", HX_Request="true").text
    assert "192.0.2.7:5060" in rows
    assert 'hx-swap-oob="true"' in rows
    only = admin.get("/phones?registered=none").text
    assert "192.0.2.7:5060" not in only
    engine.change(fake.agent(people.li_wei))


def test_without_an_answer_of_the_engine_the_state_is_unknown(
    admin: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    error = {"type": "conflict", "sentence": "The phone server is not responding.", "values": {}}
    engine.answers["phones"] = {"ok": False, "error": error}
    shown = admin.get(f"/api/v1/phones/{people.li_wei}")

    assert shown.json()["known"] is False
    assert "Unknown" in admin.get("/phones").text


def test_chosen_users_get_the_next_free_extensions(admin: Visitor, database: Database) -> None:
    first, second = hired(database), hired(database)
    answer = admin.ask("/phones", {"start": "1001", "users": [first, second]})

    assert answer.status_code == 201, answer.text
    made = answer.json()["items"]
    assert [one["user"] for one in made] == [first, second]
    assert not {"1001", "1002"} & {one["extension"] for one in made}
    assert all(len(one["secret"]) > 20 and not one["password"] for one in made)
    with database.begin() as session:
        kept = agents_among(session, [first, second])
        assert [kept[one["user"]].sip_secret for one in made] == [one["secret"] for one in made]


def test_new_users_come_from_a_pasted_list(admin: Visitor, database: Database) -> None:
    one, two = (f"paste.{secrets.token_hex(4)}" for _ in range(2))
    lines = f'李雷，{one}，8801\n\n"Smith, John", {two}\n'  # noqa: RUF001
    page = admin.post("/phones", {"start": "8801", "people": lines})

    assert page.status_code == 200, page.text
    assert "8801" in page.text
    with database.begin() as session:
        users = [user_by_login(session, login) for login in (one, two)]
        assert [user.name for user in users if user] == ["李雷", "Smith, John"]
        found = agents_among(session, [user.id for user in users if user])
        assert sorted(agent.extension for agent in found.values()) == ["8801", "8802"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"start": "1001"}, "Select users, or enter new ones."),
        ({"start": "x1", "people": "Li, li.one"}, "An extension is 2 to 6 digits."),
        ({"start": "99", "people": "Li, li.one\nWang, li.two"}, "only 1 extensions are free"),
        ({"start": "1001", "people": "Li Wei"}, "Line 1: enter a name and a username"),
        ({"start": "1001", "people": "Li, admin"}, "is already in use"),
        ({"start": "1001", "people": "Li, li.one, 1001"}, "The extension 1001 is taken."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    admin: Visitor, database: Database, form: dict[str, str], field: str
) -> None:
    page = admin.post("/phones", form)

    assert page.status_code in {409, 422}
    assert field in html.unescape(page.text)
    assert form.get("people", "") in html.unescape(page.text), "what was typed stays"
    with database.begin() as session:
        assert user_by_login(session, "li.one") is None, "all or none"


def test_a_line_manager_gives_extensions_but_adds_no_users(
    line_manager: Visitor, database: Database
) -> None:
    user = hired(database)
    assert 'name="people"' not in line_manager.get("/phones/new").text
    body = {"start": "7001", "people": [{"name": "Li", "login": "li.new"}]}
    assert line_manager.ask("/phones", body).status_code == 403
    made = line_manager.ask("/phones", {"start": "7001", "users": [user]})
    assert made.status_code == 201, made.text


def test_the_secrets_come_as_a_workbook_or_as_configurations(
    admin: Visitor, database: Database
) -> None:
    user = hired(database, "=cmd()")
    page = admin.post("/phones", {"start": "6001", "users": str(user)})
    secret = re.search(rf'name="secret_{user}" value="([^"]+)"', page.text)
    assert secret
    sent = {f"secret_{user}": secret[1], "secret_1": "guessed", "secret_x": "y"}

    listed = admin.post("/phones/file", {**sent, "file": "xlsx"})
    rows = load_workbook(io.BytesIO(listed.content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["6001"]
    assert rows[1][0] in {"=cmd()", "'=cmd()"}
    assert rows[1][5].lstrip("'") == secret[1]
    as_text = admin.post("/phones/file", {**sent, "file": "csv"}).content.decode("utf-8-sig")
    assert "'=cmd()" in as_text
    packed = admin.post("/phones/file", {**sent, "file": "yealink"})
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == ["6001-yealink.cfg"]
        assert f"account.1.password = {secret[1]}" in archive.read("6001-yealink.cfg").decode()
    assert admin.post("/phones/file", {**sent, "file": "exe"}).status_code == 422


def test_a_new_password_is_shown_once_with_all_configurations(
    admin: Visitor, database: Database
) -> None:
    user = hired(database)
    admin.ask("/phones", {"start": "5001", "users": [user]})
    page = admin.post(f"/phones/{user}/secret", {})
    with database.begin() as session:
        secret = agents_among(session, [user])[user].sip_secret

    assert page.status_code == 200
    assert page.text.count(secret) > 3
    assert "SIP1 Register Pswd" in page.text
    assert secret not in admin.get(f"/phones/{user}").text
    reset = admin.ask(f"/phones/{user}/secret").json()
    assert set(reset["provisioning"]) == {"yealink", "grandstream", "fanvil"}


def test_users_with_more_permissions_are_not_taken_over(
    line_manager: Visitor, database: Database
) -> None:
    with database.begin() as session:
        boss = user_by_login(session, "admin")
        assert boss
    refused = line_manager.ask("/phones", {"start": "4001", "users": [boss.id]})
    assert refused.status_code == 403
    with database.begin() as session:
        assert not working_agents(session, [boss.id])


def test_a_user_without_an_extension_has_no_phone(admin: Visitor, database: Database) -> None:
    user = hired(database)
    assert admin.get(f"/phones/{user}").status_code == 404
    assert admin.post(f"/phones/{user}/secret", {}).status_code == 404
