"""Routes: their form, their order, what is wrong with them, and the tester with its cases."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.sql.db import Base
from cti.routes.models import RouteCaseRow, RouteRow
from web.ops.demo.content import HOTLINE

CALLED, SHANGHAI = HOTLINE, "021 6123 4567"
AT = "2026-12-01T10:00:00+08:00"


@pytest.fixture(autouse=True)
def no_routes(database: sessionmaker[Session]) -> Iterator[None]:
    yield
    with database.begin() as session:
        for table in (RouteCaseRow, RouteRow):
            row: type[Base] = table
            session.execute(delete(row))


def form(**more):
    named = {"name": f"Route {secrets.token_hex(4)}", "destination": "queue:support"}
    return {**named, "active": "on", **more}


def made(admin: Visitor, **more) -> int:
    answer = admin.post("/routes", form(**more))
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rpartition("/")[2])


def asked(admin: Visitor, **more):
    answer = admin.ask("/routes/test", {"called": CALLED, "caller": SHANGHAI, "at": AT, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_route_is_stored_and_leads_the_call(admin: Visitor) -> None:
    route = made(
        admin,
        name="Shanghai",
        caller="021*",
        destination="number",
        destination_number="138 0013 8000",
    )

    page = admin.get(f"/routes/{route}").text
    assert 'value="+8621*"' in page
    assert '<option value="number" selected>' in page
    decision = asked(admin)["decision"]
    assert decision["destination"] == "number:+8613800138000"
    assert decision["by"]["name"] == "Shanghai"
    assert asked(admin, caller="010 6552 9988")["decision"]["destination"].startswith("flow:")


def test_what_is_wrong_is_said_beside_its_field_and_stays(admin: Visitor) -> None:
    for wrong, said in (
        ({"name": " "}, "Enter"),
        ({"destination": ""}, "Select a destination"),
        ({"destination": "queue:nowhere"}, "There is no queue"),
        ({"destination": "agent:999999"}, "There is no agent"),
        ({"destination": "number"}, "Enter the outside number"),
        ({"caller": "abc"}, "is not a phone number"),
        ({"called": "1*2?"}, "A pattern is"),
        ({"time_group": "99999"}, "There is no time group"),
        ({"closed": "hangup"}, "Select a time group too"),
    ):
        answer = admin.post("/routes", form(**wrong))
        assert answer.status_code == 422, wrong
        assert said in answer.text, wrong
        assert 'aria-invalid="true"' in answer.text
    kept = admin.post("/routes", form(name="<VIP>", caller="x", destination="hangup")).text
    assert 'value="&lt;VIP&gt;"' in kept
    assert '<option value="hangup" selected>' in kept


def test_a_route_behind_a_broader_one_is_marked_until_it_is_moved(admin: Visitor) -> None:
    made(admin, name="All")
    narrow = made(admin, name="Narrow", caller="021*")

    assert "Never reached" in admin.get("/routes").text
    assert 'data-testid="hidden"' in admin.get(f"/routes/{narrow}").text
    assert admin.post(f"/routes/{narrow}/move", {"do": "up"}).status_code == 303

    assert "Never reached" not in admin.get("/routes").text
    items = admin.get("/api/v1/routes").json()["items"]
    assert [one["name"] for one in items] == ["Narrow", "All"]
    assert [one["position"] for one in items] == [1, 2]


def test_the_order_names_each_route_once(admin: Visitor) -> None:
    one, two = made(admin), made(admin)

    answer = admin.ask("/routes/order", {"keys": [str(two), str(one)]}, "PUT")

    assert [item["id"] for item in answer.json()["items"]] == [two, one]
    for wrong in ([one], [one, one], [one, two, 999_999], []):
        assert admin.ask("/routes/order", {"keys": wrong}, "PUT").status_code == 422, wrong


def test_a_route_to_a_queue_that_is_gone_is_a_fault_and_can_be_deactivated(admin: Visitor) -> None:
    queue = admin.ask("/queues", {"name_en": secrets.token_hex(4)}).json()["key"]
    route = made(admin, destination=f"queue:{queue}")
    refused = admin.ask(f"/queues/{queue}", {"active": False}, "PATCH")
    assert refused.status_code == 409
    assert "These routes lead into this queue" in refused.json()["detail"]
    admin.ask(f"/routes/{route}", {"active": False}, "PATCH")
    assert admin.ask(f"/queues/{queue}", {"active": False}, "PATCH").status_code == 200

    assert "Fault" in admin.get("/routes").text
    assert admin.ask(f"/routes/{route}", {"name": "Still"}, "PATCH").status_code == 200
    assert admin.ask(f"/routes/{route}", {"active": True}, "PATCH").status_code == 422


def test_a_change_of_another_user_is_not_overwritten(admin: Visitor) -> None:
    route = made(admin)
    tag = admin.get(f"/api/v1/routes/{route}").headers["etag"]
    admin.ask(f"/routes/{route}", {"name": "Faster"}, "PATCH")

    assert admin.post(f"/routes/{route}", form(version=tag)).status_code == 409
    assert admin.get(f"/api/v1/routes/{route}", if_none_match=tag).status_code == 200
    body = {"name": "Slower", "destination": "hangup"}
    answer = admin.client.put(
        f"/api/v1/routes/{route}",
        json=body,
        headers={"X-CSRF-Token": admin.word, "If-Match": tag},
    )
    assert answer.status_code == 412


def test_a_copy_is_a_new_route_with_the_same_settings(admin: Visitor) -> None:
    route = made(admin, name="Night", caller="021*")

    page = admin.get(f"/routes/new?copy={route}").text

    assert "Night (copy)" in page.replace("\u2068", "").replace("\u2069", "")
    assert 'value="+8621*"' in page
    assert 'action="/routes"' in page


def test_the_tester_gives_the_reason_of_each_rule(admin: Visitor) -> None:
    unknown = admin.get("/routes/test?called=02100000001").text
    assert "the number is not in service" in unknown
    made(admin, name="Beijing", caller="010*")
    made(admin, name="Shanghai", caller="021*")
    made(admin, name="Rest")

    lines = {one["name"]: one for one in asked(admin)["decision"]["checked"]}
    page = admin.get(f"/routes/test?called={CALLED}&caller=02161234567&at=2026-12-01T10:00").text

    assert lines["Beijing"]["why"] == "other caller"
    assert lines["Shanghai"]["applies"]
    assert lines["Rest"]["why"] is None
    assert "For other callers." in page
    assert 'data-destination="queue:support"' in page
    for wrong in ("at=x", "at=0001-01-01", "at=9999-12-31T23:59"):
        assert admin.get(f"/routes/test?called={CALLED}&{wrong}").status_code == 422, wrong


def test_a_saved_case_is_run_and_may_be_accepted(admin: Visitor) -> None:
    case = {"called": CALLED, "caller": SHANGHAI, "at": AT}
    saved = admin.ask("/routes/cases", case).json()
    assert saved["as_expected"]

    admin.ask("/routes", {"name": "x", "caller": "021*", "destination": "hangup"})

    (item,) = admin.get("/api/v1/routes/cases").json()["items"]
    assert (item["now"], item["as_expected"]) == ("hangup", False)
    assert "Different" in admin.get("/routes/test").text
    admin.post(f"/routes/cases/{item['id']}", {"do": "accept"})
    assert admin.get("/api/v1/routes/cases").json()["items"][0]["as_expected"]
    assert admin.ask(f"/routes/cases/{item['id']}", None, "DELETE").status_code == 204
    assert admin.ask(f"/routes/cases/{item['id']}", None, "DELETE").status_code == 404
    assert admin.post("/routes/cases/999999", {"do": "accept"}).status_code == 404


def test_the_form_asks_before_it_changes_test_cases(admin: Visitor) -> None:
    admin.ask("/routes/cases", {"called": CALLED, "caller": SHANGHAI, "at": AT})
    route = form(caller="021*", destination="hangup")

    first = admin.post("/routes", route)
    assert first.status_code == 409
    assert "Save anyway" in first.text
    assert 'data-testid="changed-cases"' in first.text
    assert admin.get("/api/v1/routes").json()["items"] == []
    assert admin.post("/routes", {**route, "anyway": "on"}).status_code == 303

    id_ = admin.get("/api/v1/routes").json()["items"][0]["id"]
    assert "go elsewhere" in admin.get(f"/routes/{id_}").text  # the question before it is deleted
    assert admin.post(f"/routes/{id_}/delete").status_code == 303


def test_the_api_tells_which_cases_a_change_or_a_removal_would_change(admin: Visitor) -> None:
    admin.ask("/routes/cases", {"called": CALLED, "caller": SHANGHAI, "at": AT})
    body = {"name": "x", "caller": "021*", "destination": "hangup"}

    (change,) = asked(admin, route=body)["changed_cases"]
    only = admin.ask("/routes/test", {"route": body}).json()

    assert change["after"] == "hangup"
    assert only["decision"] is None
    assert len(only["changed_cases"]) == 1
    route = admin.ask("/routes", body).json()["id"]
    assert len(asked(admin, removed=route)["changed_cases"]) == 1
    assert asked(admin, route={**body, "id": route})["changed_cases"] == []
    assert admin.ask("/routes/test", {"removed": 999_999}).status_code == 404
    assert admin.ask("/routes/test", {"route": {**body, "destination": "x"}}).status_code == 422
