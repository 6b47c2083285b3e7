"""The picture of a flow: what the page is given, how a draft is checked, who else edits it."""

import json
import re
import secrets
from typing import Any

import pytest
from unit.web.visitor import Visitor

from ivr.fields import specs
from ivr.registry import STEP_TYPES
from web.flows.editors import STAYS_SECONDS, OpenEditors
from web.flows.type_shapes import GROUPS, WAYS, group_of

DRAFT = {"start": "bye", "nodes": {"bye": {"type": "hangup"}}, "ours": {"deep": [1, None]}}


@pytest.fixture
def flow(admin: Visitor) -> int:
    answer = admin.ask("/flows", {"name": f"Picture {secrets.token_hex(4)}"})
    return int(answer.json()["id"])


def data_of(visitor: Visitor, path: str) -> dict[str, Any]:
    text = visitor.get(path).text
    found = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found, text
    told: dict[str, Any] = json.loads(found[1])
    return told


def save(visitor: Visitor, flow: int, document: dict[str, Any], etag: str = "") -> Any:
    headers = {"X-CSRF-Token": visitor.word} | ({"If-Match": etag} if etag else {})
    body = {"document": document, "layout": {"bye": {"x": 10, "y": 20}}}
    return visitor.client.put(f"/api/v1/flows/{flow}/draft", json=body, headers=headers)


def test_the_page_describes_every_step_type_by_its_declared_fields(
    admin: Visitor, flow: int
) -> None:
    told = data_of(admin, f"/flows/{flow}/picture")
    types = {one["name"]: one for one in told["types"]}
    assert types.keys() == STEP_TYPES.keys()
    for name, type_ in STEP_TYPES.items():
        declared = specs(type_.fields)
        assert [one["name"] for one in types[name]["fields"]] == list(declared)
    menu = {one["name"]: one for one in types["menu"]["fields"]}
    assert menu["tries"] | {"label": "", "hint": ""} == {
        "name": "tries",
        "kind": "integer",
        "label": "",
        "hint": "",
        "least": 1,
        "most": 9,
        "required": False,
        "default": 3,
        "options": None,
        "numeric": False,
    }
    assert menu["choices"]["required"]
    queue = next(one for one in types["queue"]["fields"] if one["name"] == "queue")
    assert {"key": "support", "name": "Support"} in queue["options"]


def test_the_groups_of_step_types_follow_from_their_fields() -> None:
    groups = {name: group_of(type_) for name, type_ in STEP_TYPES.items()}
    assert set(groups.values()) <= GROUPS.keys()
    for name, type_ in STEP_TYPES.items():
        kinds = {one.kind for one in specs(type_.fields).values()}
        assert (groups[name] == "lead-on") == (not kinds & WAYS)
    assert (groups["menu"], groups["condition"], groups["http"]) == ("speak", "decide", "look-up")


def test_the_picture_of_a_version_is_for_reading(admin: Visitor, flow: int) -> None:
    save(admin, flow, DRAFT)
    admin.ask(f"/flows/{flow}/publish", {"message": "First"})
    told = data_of(admin, f"/flows/{flow}/picture?version=1")
    assert told["draft"]["document"] == DRAFT
    assert told["draft"]["layout"] == {"bye": {"x": 10, "y": 20}}
    assert not told["may_edit"]
    changed = {**DRAFT, "nodes": {"bye": {"type": "hangup", "name": "End"}}}
    save(admin, flow, changed)
    told = data_of(admin, f"/flows/{flow}/picture?before=1")
    assert told["compared"]["document"] == DRAFT
    assert [one["change"] for one in told["compared"]["changes"]] == ["changed"]
    assert admin.get(f"/flows/{flow}/picture?version=9").status_code == 404
    for wrong in ("x", "-1", "9" * 30, "%00"):
        assert admin.get(f"/flows/{flow}/picture?version={wrong}").status_code == 422


def test_a_document_is_checked_without_being_saved(admin: Visitor, flow: int) -> None:
    save(admin, flow, DRAFT)
    wrong = {"start": "m", "nodes": {"m": {"type": "menu", "choices": {"1": "gone"}}}}
    told = admin.ask(f"/flows/{flow}/check", {"document": wrong}).json()["problems"]
    assert {"prompts", "otherwise"} <= {one["field"] for one in told if one["step"] == "m"}
    assert admin.ask(f"/flows/{flow}/check").json() == {"problems": []}
    assert admin.ask(f"/flows/{flow}/check", {}).json() == {"problems": []}
    deep: list[Any] = []
    for _ in range(20):
        deep = [deep]
    assert admin.ask(f"/flows/{flow}/check", {"document": {"nodes": deep}}).status_code == 422


def test_a_draft_of_someone_else_is_neither_overwritten_nor_published(
    admin: Visitor, flow: int
) -> None:
    etag = data_of(admin, f"/flows/{flow}/picture")["etag"]
    first = save(admin, flow, DRAFT, etag)
    assert first.status_code == 200
    assert save(admin, flow, {**DRAFT, "start": ""}, etag).status_code == 412
    body, headers = {"message": "Theirs"}, {"X-CSRF-Token": admin.word, "If-Match": etag}
    address = f"/api/v1/flows/{flow}/publish"
    assert admin.client.post(address, json=body, headers=headers).status_code == 412
    headers["If-Match"] = first.headers["ETag"]
    assert admin.client.post(address, json=body, headers=headers).status_code == 200


def test_the_layout_of_many_steps_is_kept_and_comes_back_with_an_older_version(
    admin: Visitor, flow: int
) -> None:
    nodes = {f"s{at}": {"type": "hangup"} for at in range(200)}
    body = {
        "document": {"start": "s0", "nodes": nodes},
        "layout": {step: {"x": at, "y": 0} for at, step in enumerate(nodes)},
    }
    assert admin.ask(f"/flows/{flow}/draft", body, "PUT").json()["layout"] == body["layout"]
    admin.ask(f"/flows/{flow}/publish", {"message": "First"})
    admin.ask(f"/flows/{flow}/draft", {"document": DRAFT}, "PUT")
    admin.ask(f"/flows/{flow}/publish", {"message": "Second"})
    admin.ask(f"/flows/{flow}/rollback", {"version": 1, "message": "Back"})
    assert admin.get(f"/api/v1/flows/{flow}/draft").json()["layout"] == body["layout"]


def test_editors_are_told_of_revisions_and_of_one_another(admin: Visitor, flow: int) -> None:
    address = f"/api/v1/flows/{flow}/draft/revision"
    before = admin.get(f"{address}?editing=1").json()
    assert (before["revision"], before["editors"]) == (0, [])
    save(admin, flow, DRAFT)
    after = admin.get(address).json()
    assert (after["revision"], after["mine"]) == (1, True)
    assert after["changed_at"] == save_time(admin, flow)


def save_time(admin: Visitor, flow: int) -> str:
    told: str = admin.get(f"/api/v1/flows/{flow}/draft").json()["changed_at"]
    return told


def test_who_has_left_a_picture_is_forgotten() -> None:
    editors = OpenEditors()
    editors.note(1, 7, "Li Wei", 100.0)
    editors.note(1, 8, "Chen Jing", 100.0 + STAYS_SECONDS)
    assert editors.others(1, 8, 100.0 + STAYS_SECONDS) == ["Li Wei"]
    assert editors.others(1, 7, 101.0 + STAYS_SECONDS) == ["Chen Jing"]
    assert editors.others(1, 8, 101.0 + STAYS_SECONDS) == []
    assert editors.others(2, 8, 100.0) == []
