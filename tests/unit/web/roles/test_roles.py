"""Roles: their rights, their users, and changes that take effect at once."""

import re
import secrets

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.people.person import NewUser
from crm.people.rights import Extent, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user, user_by_login


def held(database: sessionmaker[Session], role: int, rights: dict[Right, Extent]) -> str:
    """Add a user in a new role with these rights; give the login."""
    login = f"role.{secrets.token_hex(4)}"
    with database.begin() as session:
        made = role or add_role(session, RoleDraft(login, "", rights))
        add_user(session, NewUser(login, login, made, "x"))  # type: ignore[arg-type]
    return login


def test_a_table_of_ticks_becomes_a_role(admin: Visitor) -> None:
    form = {"name_en": "Quality", "name_zh": "质检", "extent.calls.see": "team", "right.desk": "on"}

    made = admin.post("/roles", form)

    path = made.headers["location"].partition("?")[0]
    read = admin.get(f"/api/v1{path}").json()
    assert made.status_code == 303
    assert read["rights"] == {"calls.see": "team", "desk": "all"}
    assert admin.get("/api/v1/audit?what=roles").json()["items"][0]["action"] == "role.added"
    page = admin.get(path).text
    assert re.search(r'data-testid="right-desk" checked', page)
    assert "质检" in page


def test_a_role_without_any_name_is_refused_beside_the_field(admin: Visitor) -> None:
    answer = admin.post("/roles", {"right.desk": "on"})

    assert answer.status_code == 422
    assert 'id="role-name_en-error"' in answer.text
    assert re.search(r'data-testid="right-desk" checked', answer.text)


def test_a_change_of_a_role_holds_for_sessions_that_are_open(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    login = held(database, 0, {Right.AUDIT_SEE: Extent.ALL})
    visitor.enter(database, login)
    before = visitor.get("/audit").status_code
    with database.begin() as session:
        user = user_by_login(session, login)
        assert user
        session.execute(text("UPDATE roles SET rights = '{}' WHERE id = :id"), {"id": user.role.id})

    after = visitor.get("/audit").status_code

    assert (before, after) == (200, 403)


def test_the_administrators_role_stays_as_it_is(admin: Visitor) -> None:
    roles = {one["key"]: one["id"] for one in admin.get("/api/v1/roles").json()["items"]}
    path = f"/roles/{roles['administrator']}"

    answers = [
        admin.ask(path, {"rights": {}}, "PATCH"),
        admin.ask(f"{path}/disable"),
        admin.post(path, {"name_en": "Nobody"}),
    ]

    assert [one.status_code for one in answers] == [409, 409, 409]
    assert 'data-testid="fixed"' in admin.get(path).text


def test_a_role_that_is_switched_off_shuts_its_people_out_at_once(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    login = held(database, 0, {Right.DESK: Extent.ALL})
    with database.begin() as session:
        user = user_by_login(session, login)
    assert user
    word, cookies = admin.word, dict(admin.client.cookies)
    admin.enter(database, login)
    theirs = dict(admin.client.cookies)
    was_in = admin.get("/api/v1/account").status_code
    admin.client.cookies.clear()
    admin.client.cookies.update(cookies)
    admin.word = word

    off = admin.ask(f"/roles/{user.role.id}/disable")

    admin.client.cookies.clear()
    admin.client.cookies.update(theirs)
    assert (was_in, off.json()["enabled"]) == (200, False)
    assert admin.get("/api/v1/account").status_code == 401


def test_no_person_switches_off_or_widens_their_own_role(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    login = held(database, 0, {Right.ROLES_MANAGE: Extent.ALL, Right.CALLS_SEE: Extent.OWN})
    visitor.enter(database, login)
    with database.begin() as session:
        user = user_by_login(session, login)
    assert user
    path = f"/roles/{user.role.id}"
    wider = {"rights": {"roles.manage": "all", "calls.see": "all"}}
    more = {"rights": {"roles.manage": "all", "audit.see": "all"}}

    assert visitor.ask(f"{path}/disable").status_code == 409
    assert visitor.ask(path, wider, "PATCH").status_code == 403
    assert visitor.ask(path, more, "PATCH").status_code == 403
    assert visitor.ask("/roles", {"name_en": "x"} | wider).status_code == 403
    assert visitor.ask(path, {"name_en": "Narrow"}, "PATCH").status_code == 200


def test_a_copy_has_what_its_copier_holds_and_no_more(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    login = held(database, 0, {Right.ROLES_MANAGE: Extent.ALL, Right.DESK: Extent.ALL})
    visitor.enter(database, login)

    page = visitor.get("/roles/new?copy=1").text

    assert re.search(r'data-testid="right-desk" checked', page)
    assert not re.search(r'data-testid="right-customers.see" checked', page)
    assert "Agent 2" in page


def test_people_get_a_role_from_its_own_side(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    logins = [held(database, 1, {}) for _ in range(2)]
    with database.begin() as session:
        found = [user_by_login(session, login) for login in logins]
        ids = [str(one.id) for one in found if one]
        role = add_role(session, RoleDraft("Given", "", {}))

    answer = admin.post(f"/roles/{role}/people", {"people": ids})

    assert answer.status_code == 303
    assert admin.get(f"/api/v1/roles/{role}").json()["people"] == 2
    entry = admin.get(f"/api/v1/audit?what=users&which={ids[0]}").json()["items"][0]
    assert entry["after"] == {"role": role}
    nobody = admin.ask(f"/roles/{role}/people", {"people": [987654321]})
    assert nobody.status_code == 409


def test_two_who_edit_a_role_at_once_lose_nothing(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    with database.begin() as session:
        role = add_role(session, RoleDraft("Both", "", {}))
    found = re.search(r'name="version" value="([^"]*)"', admin.get(f"/roles/{role}").text)
    assert found
    seen = found[1].replace("&#34;", '"')

    first = admin.post(f"/roles/{role}", {"name_en": "First", "version": seen})
    second = admin.post(f"/roles/{role}", {"name_en": "Second", "version": seen})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "It is now: First" in second.text
