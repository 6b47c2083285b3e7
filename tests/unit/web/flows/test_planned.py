"""A planned publication that a test or the check stops: an alarm, until it is settled."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.alarms.models import AlarmRow
from ivr.drafts import store
from ivr.store import newest_document
from web.flows.jobs import publish_due
from web.kit.clock import now

Database = sessionmaker[Session]
BROKEN = {
    "name": "Ends",
    "scenario": {"does": []},
    "expect": {"ends": {"kind": "hangup", "target": ""}},
}


@pytest.fixture(autouse=True)
def no_alarms(database: Database, app: FastAPI) -> Iterator[None]:
    yield
    with database.begin() as session:
        session.execute(delete(AlarmRow))
    app.state.alarms_now.forget()


def document(**line: Any) -> dict[str, Any]:
    node = {"type": "queue", "queue": "support", "name": "热线 {x}", **line}
    return {"start": "line", "nodes": {"line": node}}


def write(admin: Visitor, flow: int, sent: dict[str, Any]) -> None:
    body = {"document": sent}
    assert admin.ask(f"/flows/{flow}/draft", body, "PUT").status_code == 200


@pytest.fixture
def flow(admin: Visitor) -> int:
    answer = admin.ask("/flows", {"name": f"Night {secrets.token_hex(4)}"})
    flow = int(answer.json()["id"])
    write(admin, flow, document())
    return flow


def comes_due(database: Database, flow: int) -> None:
    """Plan the draft as it is, and let its time come."""
    with database.begin() as session:
        store.plan(session, flow, now() - timedelta(minutes=1), "Later")
    publish_due(SimpleNamespace(database=database))  # type: ignore[arg-type]


def alarms(admin: Visitor, flow: int, state: str = "open") -> list[dict[str, Any]]:
    """The alarms of a flow."""
    found = admin.get(f"/api/v1/alarms?state={state}").json()["items"]
    return [one for one in found if one["url"] == f"/flows/{flow}"]


def name_of(admin: Visitor, flow: int) -> str:
    return str(admin.get(f"/api/v1/flows/{flow}").json()["name"])


def fails(admin: Visitor, database: Database, flow: int) -> int:
    test = admin.ask(f"/flows/{flow}/tests", BROKEN).json()["id"]
    comes_due(database, flow)
    return int(test)


def test_a_test_that_stops_a_planned_publication_is_an_alarm_until_it_is_published(
    admin: Visitor, database: Database, flow: int
) -> None:
    test = fails(admin, database, flow)
    with database.begin() as session:
        assert newest_document(session, flow) == {}
    (one,) = alarms(admin, flow)
    assert (one["kind"], one["url"]) == ("flow.not_published", f"/flows/{flow}")
    assert one["sentence"] == (
        f"The call flow “{name_of(admin, flow)}” was not published as planned: "
        "The test “Ends” of the flow fails."
    )
    assert f'href="/flows/{flow}"' in admin.get("/alarms").text
    publish_due(SimpleNamespace(database=database))  # type: ignore[arg-type]
    assert len(alarms(admin, flow)) == 1

    assert admin.ask(f"/flows/{flow}/tests/{test}", {}, "DELETE").status_code == 204
    assert admin.ask(f"/flows/{flow}/publish", {"message": "Mended"}).status_code == 200
    assert alarms(admin, flow) == []


def test_a_step_that_is_wrong_by_then_stops_it_and_is_named_in_the_readers_language(
    admin: Visitor, database: Database, flow: int
) -> None:
    write(admin, flow, document(queue="gone-by-now"))
    comes_due(database, flow)
    with database.begin() as session:
        assert newest_document(session, flow) == {}
    (one,) = alarms(admin, flow)
    assert one["sentence"].endswith("The check finds an error at the step “热线 {x}”.")
    admin.post("/language", {"language": "zh_CN", "next": "/alarms"})
    page = admin.get("/alarms").text
    admin.post("/language", {"language": "en", "next": "/alarms"})
    assert "未按计划发布" in page
    assert "热线 {x}" in page
    assert alarms(admin, flow, "past") == []


@pytest.mark.parametrize("how", ["canceled", "planned anew", "discarded", "deleted", "by itself"])
def test_the_alarm_ends_when_the_matter_is_settled(
    admin: Visitor, database: Database, flow: int, how: str
) -> None:
    test = fails(admin, database, flow)
    assert len(alarms(admin, flow)) == 1
    match how:
        case "canceled":
            assert admin.post(f"/flows/{flow}/unplan", {}).status_code == 303
        case "discarded":
            assert admin.post(f"/flows/{flow}/discard", {}).status_code == 303
        case "deleted":
            assert admin.ask(f"/flows/{flow}", {}, "DELETE").status_code == 204
        case _:
            admin.ask(f"/flows/{flow}/tests/{test}", {}, "DELETE")
            soon = (now() + timedelta(hours=1)).isoformat()
            body = {"message": "Later", "at": soon}
            if how == "by itself":
                comes_due(database, flow)
            else:
                assert admin.ask(f"/flows/{flow}/publish", body).status_code == 200
    assert alarms(admin, flow) == []
    assert [one["state"] for one in alarms(admin, flow, "past")] == ["over"]


def test_a_flow_that_is_deleted_meanwhile_is_no_alarm(
    admin: Visitor, database: Database, flow: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as session:
        store.plan(session, flow, now() - timedelta(minutes=1), "Later")
    due = store.due

    def due_and_deleted(session: Session, at: Any) -> Any:
        found = due(session, at)
        store.delete_flow(session, flow)
        return found

    monkeypatch.setattr(store, "due", due_and_deleted)
    publish_due(SimpleNamespace(database=database))  # type: ignore[arg-type]
    assert alarms(admin, flow) == []
