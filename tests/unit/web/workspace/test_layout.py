"""The workspace's layout: of a role, and of a user within it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.visitor import Visitor

from crm.people.store import user_by_id


@pytest.fixture
def role(database: sessionmaker[Session], people: People) -> int:
    """The role of an agent."""
    with database.begin() as session:
        return int(user_by_id(session, people.li_wei).role.id)


def panels(answer: Any) -> list[tuple[str, bool]]:
    return [(one["panel"], one["shown"]) for one in answer.json()["items"]]


def test_what_the_role_hides_is_not_offered_to_its_users(
    admin: Visitor, role: int, database: sessionmaker[Session]
) -> None:
    body = {"order": ["last_calls", "todo"], "hidden": ["day"]}
    of_role = admin.ask(f"/roles/{role}/layout", body, "PUT")
    admin.enter(database, "li.wei")
    theirs = admin.get("/api/v1/desk/layout")
    page = admin.get("/desk").text
    own = admin.ask("/desk/layout", {"order": ["todo"], "hidden": ["last_calls", "day"]}, "PUT")
    again = admin.ask("/desk/layout", {}, "PUT")
    admin.enter(database, "admin")
    admin.ask(f"/roles/{role}/layout", {}, "PUT")

    assert panels(of_role)[:2] == [("last_calls", True), ("todo", True)]
    assert ("day", False) in panels(of_role)
    assert "day" not in dict(panels(theirs))
    assert 'data-testid="my-day"' not in page
    assert page.index('data-testid="last-calls"') < page.index('data-testid="todo"')
    assert panels(own)[0] == ("todo", True)
    assert dict(panels(own))["last_calls"] is False
    assert panels(again) == panels(theirs)


def test_a_roles_page_moves_hides_and_resets(admin: Visitor, role: int) -> None:
    place = f"/roles/{role}/layout"
    for step in ("down:todo", "hide:keys"):
        assert admin.post(place, {"do": step}).status_code == 303, step
    arranged = admin.get(f"/api/v1{place}")
    wrong = admin.post(place, {"do": "up:nothing"})
    admin.post(place, {"do": "reset"})

    assert panels(arranged)[0][0] == "shared"
    assert dict(panels(arranged))["keys"] is False
    assert wrong.status_code == 422
    assert "There is no such panel." in wrong.text
    assert panels(admin.get(f"/api/v1{place}"))[0][0] == "todo"
    assert admin.get("/roles/999999/layout").status_code == 404
    assert admin.post("/roles/999999/layout", {"do": "reset"}).status_code == 404
