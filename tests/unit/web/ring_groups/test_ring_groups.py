"""Ring groups: set by administrators, in their order, protected by what leads to them."""

import secrets
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from acd.ring_group import RingGroupId, RingOrder
from acd.ring_groups.store import ring_groups
from crm.kernel.destination import Destination, DestinationKind
from cti.routes.rule import RouteId, RouteRule
from cti.routes.store import RouteSettings, add_route, remove_route

Database = sessionmaker[Session]


@pytest.fixture
def agents(admin: Visitor) -> list[int]:
    return [one["user"]["id"] for one in admin.get("/api/v1/phones").json()["items"]][:2]


def made(admin: Visitor, agents: list[int], **more: Any) -> dict[str, Any]:
    body = {"name": f"Group {secrets.token_hex(4)}", "members": agents, **more}
    answer = admin.ask("/ring-groups", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_group_is_added_by_its_form_and_the_engine_finds_it(
    admin: Visitor, database: Database, agents: list[int]
) -> None:
    name = f"前台 {secrets.token_hex(4)}"
    sent = {"name": name, "members": agents, "order": "in turn", "ring_seconds": "25"}
    answer = admin.post("/ring-groups", {**sent, "then": "hangup", "active": "on"})
    assert answer.status_code == 303
    page = admin.get(answer.headers["location"]).text
    assert name in page
    assert 'data-testid="ring-order"' in page
    with database.begin() as session:
        group = ring_groups(session)[RingGroupId(int(answer.headers["location"].split("/")[-1]))]
    assert (group.name, group.order, group.ring_seconds) == (name, RingOrder.IN_TURN, 25)
    assert list(group.members) == agents
    assert group.then == Destination(DestinationKind.HANG_UP)


def test_a_member_is_moved_and_a_wrong_one_changes_nothing(
    admin: Visitor, agents: list[int]
) -> None:
    group = made(admin, agents, order="in turn")
    address = f"/ring-groups/{group['id']}"
    admin.post(f"{address}/move", {"agent": str(agents[0]), "do": "down"})
    admin.post(f"{address}/move", {"agent": "x", "do": "down"})
    shown = admin.get(f"/api/v1{address}").json()["members"]
    assert [one["id"] for one in shown] == agents[::-1]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Enter the name."),
        ({"members": []}, "Select the agents."),
        ({"ring_seconds": "2"}, "5"),
        ({"then": "queue:none"}, "no queue"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    admin: Visitor, agents: list[int], wrong: dict[str, Any], sentence: str
) -> None:
    right = {"name": "Kept name", "members": agents, "order": "together", "ring_seconds": "25"}
    answer = admin.post("/ring-groups", {**right, "then": "", **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert wrong.get("name", "Kept name") in answer.text


def test_a_group_does_not_lead_to_itself_and_stays_while_a_route_leads_to_it(
    admin: Visitor, database: Database, agents: list[int]
) -> None:
    group = made(admin, agents)
    address, itself = f"/ring-groups/{group['id']}", f"ring-group:{group['id']}"
    answer = admin.ask(address, {"then": itself}, method="PATCH")
    assert answer.status_code == 422
    assert "itself" in answer.text
    to = Destination(DestinationKind.RING_GROUP, str(group["id"]))
    with database.begin() as session:
        route = add_route(session, RouteSettings(RouteRule(RouteId(0), "Front desk route", to)))
    assert "Front desk route" in admin.post(f"{address}/remove", {}).text
    assert admin.ask(address, {"active": False}, method="PATCH").status_code == 409
    with database.begin() as session:
        remove_route(session, route)
    assert admin.post(f"{address}/remove", {}).status_code == 303


def test_a_name_is_taken_once(admin: Visitor, agents: list[int]) -> None:
    group = made(admin, agents)
    again = admin.ask("/ring-groups", {"name": group["name"], "members": agents})
    assert again.status_code == 409
