"""Tests of flows: simulated, saved, run, and kept from being broken by a publication."""

import json
import secrets
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from ivr.drafts import store
from ivr.store import Prompt, newest_document, save_prompt
from web.flows.jobs import publish_due
from web.kit.clock import now

Database = sessionmaker[Session]
TEST = {
    "name": "Key 1 leads to the line",
    "scenario": {"does": [{"press": "1"}]},
    "expect": {"ends": {"kind": "queue", "target": "support"}, "passes": ["menu"]},
}


def document(*, one: str = "line") -> dict[str, Any]:
    menu = {
        "type": "menu",
        "prompts": ["which"],
        "choices": {"1": one},
        "otherwise": "bye",
        "name": "主菜单",
    }
    nodes = {"menu": menu, "line": {"type": "queue", "queue": "support"}, "bye": {"type": "hangup"}}
    return {"start": "menu", "nodes": nodes}


@pytest.fixture
def flow(admin: Visitor, database: Database) -> int:
    with database.begin() as session:
        save_prompt(session, Prompt("which", "en", "For support, press 1."))
    answer = admin.ask("/flows", {"name": f"Flow {secrets.token_hex(4)}"})
    flow = int(answer.json()["id"])
    write(admin, flow, document())
    return flow


def write(admin: Visitor, flow: int, what: dict[str, Any]) -> None:
    answer = admin.ask(f"/flows/{flow}/draft", {"document": what}, "PUT")
    assert answer.status_code == 200, answer.text


def simulate(admin: Visitor, flow: int, *does: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = admin.ask(f"/flows/{flow}/simulate", {"scenario": {"does": list(does)}, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_call_is_played_key_by_key_and_told_in_words(admin: Visitor, flow: int) -> None:
    began = simulate(admin, flow)
    assert (began["at"], began["at_name"], began["waits_for"]) == ("menu", "主菜单", "key")
    assert began["prompts"] == [
        {"name": "which", "text": "For support, press 1.", "language": "en"}
    ]
    went = simulate(admin, flow, {"press": "1"})
    assert went["ended"] == {"kind": "queue", "target": "support", "text": went["ended"]["text"]}
    assert went["ways"] == [{"step": "menu", "output": "1", "to": "line"}]
    assert "Key 1" in [line["text"] for line in went["trace"]]
    other = simulate(admin, flow, {"press": "1"}, document=document(one="bye"))
    assert other["ended"]["kind"] == "hangup"


@pytest.mark.parametrize(
    "scenario",
    [
        {"does": [{"press": "x"}]},
        {"does": [{"press": "1", "wait": True}]},
        {"does": [{}]},
        {"does": [{"wait": True}] * 501},
        {"clock": "2026-11-30T10:00:00"},
        {"lots": {"x": 100}},
        {"answers": {"x": [{}]}},
    ],
)
def test_a_scenario_that_cannot_be_is_refused(
    admin: Visitor, flow: int, scenario: dict[str, Any]
) -> None:
    answer = admin.ask(f"/flows/{flow}/simulate", {"scenario": scenario})
    assert answer.status_code == 422


def test_a_draft_that_breaks_a_test_is_not_published_until_it_is_mended(
    admin: Visitor, flow: int
) -> None:
    added = admin.ask(f"/flows/{flow}/tests", TEST)
    assert (added.status_code, added.json()["passed"]) == (201, True)
    assert admin.ask(f"/flows/{flow}/tests", TEST).status_code == 409  # the name is taken
    assert admin.ask(f"/flows/{flow}/publish", {"message": "First"}).status_code == 200

    write(admin, flow, document(one="bye"))
    listed = admin.get(f"/api/v1/flows/{flow}/tests").json()
    assert not listed["items"][0]["passed"]
    assert "instead of" in listed["items"][0]["why"][0]
    for body in (
        {"message": "x"},
        {"message": "x", "at": (now() + timedelta(hours=1)).isoformat()},
    ):
        refused = admin.ask(f"/flows/{flow}/publish", body)
        assert (refused.status_code, TEST["name"] in refused.json()["detail"]) == (409, True)
    page = admin.post(f"/flows/{flow}/publish", {"message": "x"})
    assert (page.status_code, TEST["name"] in page.text) == (409, True)
    back = admin.ask(f"/flows/{flow}/rollback", {"version": 1, "message": "Back"})
    assert back.status_code == 200

    write(admin, flow, document())
    assert admin.ask(f"/flows/{flow}/publish", {"message": "Mended"}).status_code == 200


def test_coverage_names_the_ways_that_no_test_takes(admin: Visitor, flow: int) -> None:
    admin.ask(f"/flows/{flow}/tests", TEST)
    found = admin.get(f"/api/v1/flows/{flow}/tests").json()["coverage"]
    assert (found["ways"], found["taken"]) == (2, 1)
    assert [(one["step_name"], one["output"]) for one in found["missing"]] == [
        ("主菜单", "otherwise")
    ]


def test_a_planned_publication_that_fails_a_test_by_then_is_left(
    admin: Visitor, database: Database, flow: int
) -> None:
    at = (now() + timedelta(hours=1)).isoformat()
    assert admin.ask(f"/flows/{flow}/publish", {"message": "Later", "at": at}).status_code == 200
    broken = {**TEST, "expect": {"ends": {"kind": "hangup", "target": ""}}}
    test = admin.ask(f"/flows/{flow}/tests", broken).json()
    assert not test["passed"]
    with database.begin() as session:
        store.plan(session, flow, now() - timedelta(minutes=1), "Later")
    publish_due(SimpleNamespace(database=database))  # type: ignore[arg-type]
    with database.begin() as session:
        assert newest_document(session, flow) == {}
        assert store.draft(session, flow).publish_at is None

    changed = admin.ask(f"/flows/{flow}/tests/{test['id']}", TEST, "PUT")
    assert changed.json()["passed"]
    assert admin.ask(f"/flows/{flow}/tests/{test['id']}", {}, "DELETE").status_code == 204
    assert admin.ask(f"/flows/{flow}/tests/{test['id']}", TEST, "PUT").status_code == 404


def test_tests_say_so_where_no_call_can_begin(admin: Visitor, flow: int) -> None:
    admin.ask(f"/flows/{flow}/tests", TEST)
    write(admin, flow, {"start": "", "nodes": {}})
    found = admin.get(f"/api/v1/flows/{flow}/tests").json()
    assert found["items"][0]["why"] == ["The call cannot be played: The flow has no steps."]
    assert found["coverage"] == {"ways": 0, "taken": 0, "missing": []}


def test_a_copy_of_a_flow_has_its_tests(admin: Visitor, flow: int) -> None:
    admin.ask(f"/flows/{flow}/tests", TEST)
    made = admin.ask(f"/flows/{flow}/copy", {"name": f"Copy {secrets.token_hex(4)}"}).json()["id"]
    assert [one["passed"] for one in admin.get(f"/api/v1/flows/{made}/tests").json()["items"]] == [
        True
    ]


def test_a_file_brings_a_flow_with_its_tests(admin: Visitor, flow: int) -> None:
    admin.ask(f"/flows/{flow}/tests", TEST)
    told = admin.get(f"/flows/{flow}/json").text
    other = admin.ask("/flows", {"name": f"Other {secrets.token_hex(4)}"}).json()["id"]
    assert admin.post(f"/flows/{other}/import", {"document": told}).status_code == 303
    assert admin.get(f"/flows/{other}/json").json() == json.loads(told)
    for bad in ("3", '[{"name": "x"}]', '[{"name": "", "scenario": {}, "expect": {}}]'):
        wrong = json.dumps({"document": document(), "tests": json.loads(bad)})
        assert admin.post(f"/flows/{other}/import", {"document": wrong}).status_code == 422


def test_strange_texts_and_documents_are_refused_or_played(admin: Visitor, flow: int) -> None:
    strange = {**TEST, "name": "a\0b", "scenario": {"variables": {"x": "\0"}}}
    assert admin.ask(f"/flows/{flow}/tests", strange).status_code in {201, 422}
    for bad in (
        {},
        {"start": 7, "nodes": {"a": 3}},
        {"start": "a", "nodes": {"a": {"type": ["x"]}}},
    ):
        answer = admin.ask(f"/flows/{flow}/simulate", {"document": bad, "scenario": {}})
        assert answer.status_code in {200, 422}, answer.text
