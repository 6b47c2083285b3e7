"""Users: added, changed, disabled, and which changes are refused."""

import html
import re
import secrets
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.visitor import Visitor

from acd.queue import AgentId
from acd.ring_group import RingGroup, RingGroupId
from acd.ring_groups.store import RingGroupSettings, add_ring_group, remove_ring_group
from crm.kernel.destination import Destination, DestinationKind
from crm.people.person import NewUser
from crm.people.rights import BuiltIn, Extent, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user, user_by_login
from cti.routes.rule import RouteId, RouteRule
from cti.routes.store import RouteSettings, add_route, remove_route
from web.kit.passwords import is_password


@pytest.fixture
def manager(visitor: Visitor, database: sessionmaker[Session]) -> Visitor:
    """A user who manages people and roles, may do an agent's work, and no more."""
    rights = dict.fromkeys(
        (Right.PEOPLE_MANAGE, Right.ROLES_MANAGE, Right.DESK, Right.CUSTOMERS_SEE), Extent.ALL
    )
    rights |= {Right.CUSTOMERS_EDIT: Extent.ALL, Right.RECORDINGS_HEAR: Extent.TEAM}
    rights |= {Right.CALLS_SEE: Extent.TEAM, Right.VOICEMAIL_HEAR: Extent.TEAM}
    rights |= {Right.CALLS_PICKUP: Extent.TEAM, Right.APPOINTMENTS_SEE: Extent.TEAM}
    rights |= {Right.STATISTICS_SEE: Extent.TEAM}
    login = f"manager.{secrets.token_hex(4)}"
    with database.begin() as session:
        role = add_role(session, RoleDraft("Manager", "经理", rights))
        add_user(session, NewUser(login, "Manager", role, "x"))
    visitor.enter(database, login)
    return visitor


def hired(database: sessionmaker[Session], role: BuiltIn = BuiltIn.AGENT) -> int:
    login = f"new.{secrets.token_hex(4)}"
    with database.begin() as session:
        return int(add_user(session, NewUser(login, login.title(), role, "x")).id)


def entered(**more: Any) -> dict[str, Any]:
    """Give the form of a new user as a browser sends it."""
    login = f"form.{secrets.token_hex(4)}"
    first = {"login": login, "name": "赵敏", "role": "1", "language": "zh_CN", "email": ""}
    return first | {"outbound": "internal", "calls_at_once": "1"} | more


def version(visitor: Visitor, path: str) -> str:
    found = re.search(r'name="version" value="([^"]*)"', visitor.get(path).text)
    assert found
    return html.unescape(found[1])


def audited(database: sessionmaker[Session], what: str, which: int) -> list[str]:
    query = text("SELECT action FROM audit_log WHERE what = :what AND which = :which ORDER BY id")
    with database.begin() as session:
        return list(session.scalars(query, {"what": what, "which": str(which)}))


def test_a_new_user_gets_a_password_once_and_must_change_it(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    form = entered(takes_calls="on", queues=["support"], caller_number="400 800 1234")

    answer = admin.post("/users", form)

    shown = re.search(r'data-testid="first-password">([^<]+)<', answer.text)
    assert answer.status_code == 200
    assert shown
    with database.begin() as session:
        user = user_by_login(session, form["login"])
    assert user
    assert user.must_change_password
    assert is_password(user.password_hash, shown[1])
    assert shown[1] not in admin.get(f"/users/{user.id}").text
    read = admin.get(f"/api/v1/users/{user.id}").json()
    assert read["agent"]["queues"] == ["support"]
    assert read["agent"]["caller_number"] == "+864008001234"
    assert audited(database, "users", user.id) == ["user.added"]


def test_neither_password_nor_telephone_secret_is_in_the_audit_log(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    body = {"login": f"s.{secrets.token_hex(4)}", "name": "S", "role": 1, "agent": {}}

    made = admin.ask("/users", body).json()
    reset = admin.ask(f"/users/{made['user']['id']}/password-reset").json()

    with database.begin() as session:
        kept = str(session.execute(text("SELECT before, after FROM audit_log")).all())
    for secret in (made["password"], made["sip_secret"], reset["password"]):
        assert secret
        assert secret not in kept


def test_a_form_that_is_wrong_says_so_beside_its_field_and_keeps_what_was_typed(
    admin: Visitor,
) -> None:
    for field, wrong in (
        ("login", {"login": "li wei"}),
        ("login", {"login": "LI.WEI"}),
        ("name", {"name": " "}),
        ("email", {"email": "nobody"}),
        ("role", {"role": ""}),
        ("extension", {"takes_calls": "on", "extension": "10x"}),
        ("extension", {"takes_calls": "on", "extension": "1001"}),
        ("caller_number", {"takes_calls": "on", "caller_number": "abc"}),
        ("queues", {"takes_calls": "on", "queues": ["nowhere"]}),
        ("groups", {"groups": ["987654321"]}),
        ("timezone", {"timezone": "Mars/Olympus"}),
    ):
        answer = admin.post("/users", entered(email="kept@example.com") | wrong)

        assert answer.status_code == 422, (field, answer.text[:500])
        assert f'id="user-{field}-error"' in answer.text, field
        assert wrong.get("email", "kept@example.com") in answer.text


def test_two_administrators_who_edit_at_once_lose_nothing(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    user = hired(database)
    seen = version(admin, f"/users/{user}")
    with database.begin() as session:
        login = session.scalars(text("SELECT login FROM users ORDER BY id DESC")).first()
    first = entered(login=login, name="First", version=seen)
    second = entered(login=login, name="Second", version=seen)

    took = admin.post(f"/users/{user}", first)
    late = admin.post(f"/users/{user}", second)

    assert took.status_code == 303
    assert late.status_code == 409
    assert "Second" in late.text
    assert "It is now: First" in late.text
    assert admin.get(f"/api/v1/users/{user}").json()["name"] == "First"
    again = version(admin, f"/users/{user}")
    assert admin.post(f"/users/{user}", second | {"version": again}).status_code == 303


def test_a_script_names_the_version_that_it_changes(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    path = f"/users/{hired(database)}"
    etag = admin.get(f"/api/v1{path}").headers["etag"]
    word = {"X-CSRF-Token": admin.word, "If-Match": etag}

    first = admin.client.patch(f"/api/v1{path}", json={"name": "One"}, headers=word)
    second = admin.client.patch(f"/api/v1{path}", json={"name": "Two"}, headers=word)

    assert (first.status_code, second.status_code) == (200, 412)
    assert admin.get(f"/api/v1{path}").headers["etag"] == first.headers["etag"]


def test_a_change_leaves_alone_what_it_does_not_name(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    body = {"login": f"k.{secrets.token_hex(4)}", "name": "K", "role": 1, "agent": {}}
    made = admin.ask("/users", body | {"email": "k@example.com"}).json()["user"]

    changed = admin.ask(f"/users/{made['id']}", {"name": "Kay"}, "PATCH").json()
    without = admin.ask(f"/users/{made['id']}", {"agent": None}, "PATCH").json()

    assert changed["agent"] == made["agent"]
    assert (changed["name"], changed["email"]) == ("Kay", "k@example.com")
    assert without["agent"] is None
    assert audited(database, "users", made["id"]) == ["user.added", "user.changed", "user.changed"]


def test_a_phone_that_was_taken_away_comes_back_with_another_password(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    body = {"login": f"p.{secrets.token_hex(4)}", "name": "P", "role": 1, "agent": {}}
    made = admin.ask("/users", body).json()
    user = made["user"]["id"]

    def stored() -> str:
        query = text("SELECT sip_secret FROM agents WHERE user_id = :user")
        with database.begin() as session:
            return str(session.scalars(query, {"user": user}).one())

    admin.ask(f"/users/{user}", {"agent": {"outbound": "none"}}, "PATCH")
    kept = stored()
    admin.ask(f"/users/{user}", {"agent": None}, "PATCH")
    admin.ask(f"/users/{user}", {"agent": {}}, "PATCH")

    assert kept == made["sip_secret"]
    assert stored() != made["sip_secret"]


def test_a_disabled_agent_is_signed_out_at_once_at_the_desk_too(
    admin: Visitor, people: Any, database: sessionmaker[Session], engine: fake.FakeEngine
) -> None:
    engine.change(fake.agent(people.wang_fang, "Wang Fang", "1002", state="ready"))
    word, cookies = admin.word, dict(admin.client.cookies)
    admin.enter(database, "wang.fang")
    theirs = dict(admin.client.cookies)
    admin.client.cookies.clear()
    admin.client.cookies.update(cookies)
    admin.word = word
    try:
        off = admin.ask(f"/users/{people.wang_fang}/disable")

        assert off.json()["enabled"] is False
        assert engine.value("agent", str(people.wang_fang))["state"] == "signed out"
        admin.client.cookies.clear()
        admin.client.cookies.update(theirs)
        assert admin.get("/api/v1/desk").status_code == 401
    finally:
        admin.client.cookies.clear()
        admin.client.cookies.update(cookies)
        on = admin.ask(f"/users/{people.wang_fang}/enable")
    assert on.json()["enabled"] is True


def test_an_agent_to_whom_calls_are_led_is_not_disabled(
    admin: Visitor, people: Any, database: sessionmaker[Session]
) -> None:
    agent = people.wang_fang
    to = Destination(DestinationKind.AGENT, str(agent))
    alone = RingGroup(RingGroupId(0), "Reception", (AgentId(agent),))
    with database.begin() as session:
        route = add_route(session, RouteSettings(RouteRule(RouteId(0), "At night", to)))
    try:
        off = admin.ask(f"/users/{agent}/disable")
        page = admin.post(f"/users/{agent}/disable")
        without = admin.ask(f"/users/{agent}", {"agent": None}, "PATCH")
    finally:
        with database.begin() as session:
            remove_route(session, route)
            group = add_ring_group(session, RingGroupSettings(alone))
    try:
        only = admin.ask(f"/users/{agent}/disable")
    finally:
        with database.begin() as session:
            remove_ring_group(session, group)

    for refused in (off, without):
        assert refused.status_code == 409
        assert "At night" in refused.json()["detail"]
    assert "These routes lead here: At night. Change them first." in page.text
    assert (only.status_code, "Reception" in only.json()["detail"]) == (409, True)


def test_no_person_disables_themselves_or_resets_their_own_password(
    admin: Visitor, people: Any
) -> None:
    for what in ("disable", "password-reset", "second-factor-reset"):
        assert admin.ask(f"/users/{people.admin}/{what}").status_code == 409, what
        assert admin.post(f"/users/{people.admin}/{what}").status_code == 409, what


def test_the_last_administrator_stays_one(
    admin: Visitor, people: Any, database: sessionmaker[Session]
) -> None:
    alone = admin.ask(f"/users/{people.admin}", {"role": 1}, "PATCH")
    other = hired(database, BuiltIn.ADMINISTRATOR)
    admin.ask(f"/users/{other}/disable")
    still = admin.ask(f"/users/{people.admin}", {"role": 1}, "PATCH")

    assert (alone.status_code, still.status_code) == (409, 409)
    assert "last administrator" in alone.json()["detail"]


def test_no_person_gives_a_role_that_may_do_more_than_they(
    manager: Visitor, database: sessionmaker[Session]
) -> None:
    agent = hired(database)
    with database.begin() as session:
        admins = session.scalars(text("SELECT id FROM roles WHERE key = 'administrator'")).one()
    body = {"login": f"up.{secrets.token_hex(4)}", "name": "Up", "role": admins}

    assert manager.ask("/users", body).status_code == 403
    assert manager.ask("/users", body | {"role": 1}).status_code == 201
    assert manager.ask(f"/users/{agent}", {"role": admins}, "PATCH").status_code == 403
    assert manager.ask(f"/roles/{admins}/people", {"people": [agent]}).status_code == 403
    form = entered(role=str(admins))
    assert manager.post("/users", form).status_code == 403


def test_no_person_takes_over_an_account_that_may_do_more_than_theirs(
    manager: Visitor, people: Any, database: sessionmaker[Session]
) -> None:
    for what in ("password-reset", "second-factor-reset", "disable", "enable", "sessions-end"):
        assert manager.ask(f"/users/{people.admin}/{what}").status_code == 403, what
    assert manager.ask(f"/users/{people.admin}", {"login": "mine"}, "PATCH").status_code == 403
    assert manager.post("/users/disable", {"ids": [str(people.admin)]}).status_code == 403
    with database.begin() as session:
        admin = user_by_login(session, "admin")
    assert admin
    assert admin.enabled


def test_no_person_makes_their_own_team_larger(
    manager: Visitor, people: Any, database: sessionmaker[Session]
) -> None:
    with database.begin() as session:
        me = session.scalars(text("SELECT max(id) FROM users")).one()
    name = f"G {secrets.token_hex(4)}"
    others = manager.ask("/groups", {"name": name, "members": [people.li_wei]})
    group = others.json()["id"]

    own = manager.ask("/groups", {"name": name + "1", "members": [me]}).json()["id"]

    joined = manager.ask(f"/users/{me}", {"groups": [group]}, "PATCH")
    taken = manager.ask(f"/users/{people.li_wei}", {"groups": [own]}, "PATCH")
    added = manager.ask(f"/groups/{group}", {"members": [me, people.li_wei]}, "PATCH")
    made = manager.ask("/groups", {"name": name + "2", "members": [me, people.li_wei]})

    assert others.status_code == 201
    assert taken.status_code == 403
    assert [joined.status_code, added.status_code, made.status_code] == [403, 403, 403]


def test_people_are_found_sorted_and_paged_without_one_twice(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    # Seven with one name, while a page has three: other tests have made many users.
    name = f"paged.{secrets.token_hex(4)}"
    with database.begin() as session:
        for number in range(7):
            add_user(session, NewUser(f"{name}.{number}", "Paged", BuiltIn.AGENT, "x"))
    for sort in ("name", "login", "role", "seen"):
        for down in ("false", "true"):
            seen: list[int] = []
            cursor = ""
            while True:
                asked = f"?q={name}&sort={sort}&descending={down}&limit=3&cursor={cursor}"
                page = admin.get(f"/api/v1/users{asked}").json()
                seen += [one["id"] for one in page["items"]]
                if not (cursor := page["next"]):
                    break
            assert len(seen) == len(set(seen)) == 7, (sort, down)
    found = admin.get("/api/v1/users?q=LI.WEI").json()["items"]
    assert [one["login"] for one in found] == ["li.wei"]
    assert admin.get("/api/v1/users?cursor=nonsense").status_code == 422


def test_several_are_switched_off_and_on_together(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    ids = [str(hired(database)) for _ in range(2)]

    off = admin.post("/users/disable", {"ids": ids})
    states = [admin.get(f"/api/v1/users/{one}").json()["enabled"] for one in ids]
    on = admin.post("/users/enable", {"ids": ids})

    assert (off.status_code, on.status_code) == (303, 303)
    assert states == [False, False]
    assert admin.get(f"/api/v1/users/{ids[0]}").json()["enabled"]
