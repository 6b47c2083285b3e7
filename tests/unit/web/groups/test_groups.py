"""Groups: their tree, and that a team's rights reach its people and no others."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import LI_WEIS_CALL, LOST_CALL, WANG_FANGS_CALL
from unit.web.visitor import Visitor

from crm.people.groups.group import GroupDraft
from crm.people.groups.store import add_group, set_group_enabled, set_members
from crm.people.person import NewUser
from crm.people.rights import Extent, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user

TEAM_RIGHTS = dict.fromkeys(
    (Right.CALLS_SEE, Right.RECORDINGS_HEAR, Right.CALLS_EXPORT), Extent.TEAM
)


def name() -> str:
    return f"Group {secrets.token_hex(4)}"


Leader = Callable[[list[int]], tuple[str, int]]


@pytest.fixture
def leader(database: sessionmaker[Session]) -> Leader:
    """Add a user who sees their team; give the login and the team's group."""

    def make(below: list[int]) -> tuple[str, int]:
        login = f"lead.{secrets.token_hex(4)}"
        with database.begin() as session:
            role = add_role(session, RoleDraft(login, "", TEAM_RIGHTS))
            lead = add_user(session, NewUser(login, login, role, "x"))
            top = add_group(session, GroupDraft(name()))
            lower = add_group(session, GroupDraft(name(), parent=top.id))
            set_members(session, top.id, [lead.id])
            set_members(session, lower.id, below)
        return login, lower.id

    return make


def test_the_tree_is_shown_each_group_behind_the_one_above_it(admin: Visitor) -> None:
    top, middle, low = name(), name(), name()
    first = admin.ask("/groups", {"name": top}).json()["id"]
    second = admin.ask("/groups", {"name": middle, "parent": first, "kind": "group"}).json()["id"]
    admin.post("/groups", {"name": low, "kind": "department", "parent": str(second)})

    lines = admin.get("/api/v1/groups").json()["items"]

    shown = [(one["name"], one["depth"]) for one in lines if one["name"] in {top, middle, low}]
    assert shown == [(top, 0), (middle, 1), (low, 2)]
    assert low in admin.get("/groups").text


def test_no_group_lies_below_itself(admin: Visitor) -> None:
    above = admin.ask("/groups", {"name": name()}).json()["id"]
    below = admin.ask("/groups", {"name": name(), "parent": above}).json()["id"]

    itself = admin.ask(f"/groups/{above}", {"parent": above}, "PATCH")
    circle = admin.ask(f"/groups/{above}", {"parent": below}, "PATCH")
    form = admin.post(f"/groups/{above}", {"name": "x", "kind": "group", "parent": str(below)})

    assert [itself.status_code, circle.status_code, form.status_code] == [422, 422, 422]
    assert 'id="group-parent-error"' in form.text


def test_a_name_is_given_once_and_members_are_people(admin: Visitor) -> None:
    first = name()
    admin.ask("/groups", {"name": first})

    again = admin.ask("/groups", {"name": first})
    form = admin.post("/groups", {"name": first, "kind": "group"})
    nobody = admin.ask("/groups", {"name": name(), "members": [987654321]})

    assert [again.status_code, form.status_code, nobody.status_code] == [409, 422, 422]
    assert 'id="group-name-error"' in form.text


def test_a_change_of_a_group_is_noted_with_before_and_after(admin: Visitor, people: Any) -> None:
    group = admin.ask("/groups", {"name": name(), "note": "old"}).json()["id"]

    admin.ask(f"/groups/{group}", {"note": "new", "members": [people.li_wei]}, "PATCH")
    admin.ask(f"/groups/{group}/disable")

    off, changed, _ = admin.get(f"/api/v1/audit?what=user_groups&which={group}").json()["items"]
    assert (changed["before"], changed["after"]) == (
        {"note": "old", "members": []},
        {"note": "new", "members": [people.li_wei]},
    )
    assert off["action"] == "group.disabled"


def test_a_leader_sees_the_calls_of_the_team_and_no_others(
    visitor: Visitor, leader: Leader, people: Any, database: sessionmaker[Session]
) -> None:
    login, _ = leader([people.li_wei])
    visitor.enter(database, login)

    listed = {one["id"] for one in visitor.get("/api/v1/calls").json()["items"]}
    page = visitor.get("/calls").text
    file = visitor.get("/calls/export")

    assert listed == {LI_WEIS_CALL}
    assert LI_WEIS_CALL in page
    assert WANG_FANGS_CALL not in page
    assert LOST_CALL not in page
    assert file.status_code == 200
    assert "Wang Fang" not in file.text
    assert "Li Wei" in file.text
    for path in ("/api/v1/calls/{}", "/calls/{}", "/api/v1/calls/{}/recording"):
        theirs = visitor.get(path.format(LI_WEIS_CALL)).status_code
        others = visitor.get(path.format(WANG_FANGS_CALL)).status_code
        nobodys = visitor.get(path.format(LOST_CALL)).status_code
        assert (theirs, others, nobodys) == (200, 404, 404), path
    for asked in (f"?agent={people.wang_fang}", "?queue=support&result=abandoned"):
        assert visitor.get(f"/api/v1/calls{asked}").json()["items"] == [], asked


def test_two_teams_do_not_see_into_each_other(
    visitor: Visitor, leader: Leader, people: Any, database: sessionmaker[Session]
) -> None:
    seen = {}
    for agent in (people.li_wei, people.wang_fang):
        login, _ = leader([agent])
        visitor.enter(database, login)
        seen[agent] = [one["id"] for one in visitor.get("/api/v1/calls").json()["items"]]

    assert seen == {people.li_wei: [LI_WEIS_CALL], people.wang_fang: [WANG_FANGS_CALL]}


def test_a_group_that_is_switched_off_makes_no_team(
    visitor: Visitor, leader: Leader, people: Any, database: sessionmaker[Session]
) -> None:
    login, group = leader([people.li_wei])
    with database.begin() as session:
        set_group_enabled(session, group, enabled=False)
    visitor.enter(database, login)

    assert visitor.get("/api/v1/calls").json()["items"] == []
    assert visitor.get(f"/calls/{LI_WEIS_CALL}").status_code == 404
