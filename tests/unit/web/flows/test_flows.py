"""A flow from nothing to callers: steps by forms, check, publish, compare, roll back."""

import json
import secrets
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from ivr.drafts import store
from ivr.store import Prompt, newest_document, save_prompt
from web.flows.jobs import publish_due
from web.kit.clock import now

Database = sessionmaker[Session]


@pytest.fixture
def flow(admin: Visitor, database: Database) -> int:
    with database.begin() as session:
        for name in ("welcome", "which"):
            save_prompt(session, Prompt(name, "en", name))
    answer = admin.ask("/flows", {"name": f"Flow {secrets.token_hex(4)}"})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def document(queue: str = "support") -> dict[str, Any]:
    greet = {"type": "play", "prompts": ["welcome"], "then": "line"}
    return {"start": "greet", "nodes": {"greet": greet, "line": {"type": "queue", "queue": queue}}}


def write(admin: Visitor, flow: int, body: dict[str, Any]) -> dict[str, Any]:
    answer = admin.ask(f"/flows/{flow}/draft", {"document": body}, "PUT")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def publish(admin: Visitor, flow: int, message: str = "First") -> Any:
    return admin.ask(f"/flows/{flow}/publish", {"message": message})


def test_a_flow_is_made_of_forms_alone_published_and_heard(
    admin: Visitor, database: Database, flow: int
) -> None:
    at = f"/flows/{flow}"
    added = admin.post(f"{at}/steps", {"type": "play"})
    assert added.headers["location"] == f"{at}/steps/play"
    led = admin.post(
        f"{at}/steps/play", {"name": "欢迎", "prompts.1": "welcome", "then": "new:menu"}
    )
    assert led.headers["location"] == f"{at}/steps/menu"
    keys = {
        "prompts.1": "which",
        "choices.1": "new:queue",
        "otherwise": "play",
        "wait_seconds": "5",
        "barge_in": "on",
        "type_ahead": "on",
    }
    led = admin.post(f"{at}/steps/menu", keys)
    assert led.headers["location"] == f"{at}/steps/queue"
    assert "“Queue” is missing." in admin.get(at).text
    refused = admin.post(f"{at}/publish", {"message": "First"})
    assert (refused.status_code, "cannot be published yet" in refused.text) == (409, True)
    admin.post(f"{at}/steps/queue", {"queue": "support", "priority": "3"})
    nameless = admin.post(f"{at}/publish", {"message": " "})
    assert nameless.status_code == 422
    published = admin.post(f"{at}/publish", {"message": "First"})
    assert published.headers["location"] == at

    with database.begin() as session:
        kept = newest_document(session, flow)
    assert kept == {
        "start": "play",
        "nodes": {
            "play": {"type": "play", "name": "欢迎", "prompts": ["welcome"], "then": "menu"},
            "menu": {
                "type": "menu",
                "prompts": ["which"],
                "choices": {"1": "queue"},
                "otherwise": "play",
                "wait_seconds": 5.0,
            },
            "queue": {"type": "queue", "queue": "support", "priority": 3},
        },
    }
    page = admin.get(at).text
    assert "欢迎" in page
    assert "version 1" in page


def test_what_was_typed_into_a_wrong_step_stays_and_another_editor_is_told(
    admin: Visitor, flow: int
) -> None:
    write(admin, flow, document())
    at = f"/flows/{flow}/steps/line"
    wrong = admin.post(at, {"queue": "support", "priority": "much", "name": "The line"})
    assert wrong.status_code == 422
    assert 'value="much"' in wrong.text
    assert 'value="The line"' in wrong.text
    late = admin.post(at, {"queue": "sales", "priority": "1", "version": "r0"})
    assert (late.status_code, "Someone else changed this" in late.text) == (409, True)


def test_versions_are_compared_in_words_and_rolled_back(
    admin: Visitor, database: Database, flow: int
) -> None:
    write(admin, flow, document())
    assert publish(admin, flow).json()["version"] == 1
    assert publish(admin, flow).status_code == 409  # nothing new
    sales = str(admin.ask("/queues", {"name_en": f"Sales {secrets.token_hex(4)}"}).json()["key"])
    changed = document(sales)
    changed["nodes"]["bye"] = {"type": "hangup", "name": "Goodbye"}
    changed["nodes"]["line"]["error"] = "bye"
    write(admin, flow, changed)
    assert publish(admin, flow, "To sales").json()["version"] == 2

    told = admin.get(f"/api/v1/flows/{flow}/diff?from=1&to=2").json()["items"]
    assert [one["text"] for one in told] == [
        "Step added: “Goodbye”",
        "“Queue (line)”: After an error was nothing and is “Goodbye”",
        f"“Queue (line)”: Queue was support and is {sales}",
    ]
    assert "Step deleted: “Goodbye”" in admin.get(f"/flows/{flow}/compare?from=2&to=1").text
    back = admin.post(f"/flows/{flow}/rollback", {"version": "1", "message": "Too far"})
    assert back.headers["location"] == f"/flows/{flow}"
    with database.begin() as session:
        assert newest_document(session, flow) == document()
    versions = admin.get(f"/api/v1/flows/{flow}/versions").json()["items"]
    assert [(one["version"], one["message"]) for one in versions] == [
        (3, "Too far"),
        (2, "To sales"),
        (1, "First"),
    ]


def test_a_draft_is_published_at_its_time_unless_it_is_changed_before(
    admin: Visitor, database: Database, flow: int
) -> None:
    write(admin, flow, document())
    soon = (now() + timedelta(hours=1)).isoformat()
    answer = admin.ask(f"/flows/{flow}/publish", {"message": "Tonight", "at": soon})
    assert (answer.status_code, answer.json()["version"]) == (200, None)
    past = (now() - timedelta(hours=1)).isoformat()
    assert admin.ask(f"/flows/{flow}/publish", {"message": "x", "at": past}).status_code == 422
    sales = str(admin.ask("/queues", {"name_en": f"Sales {secrets.token_hex(4)}"}).json()["key"])
    write(admin, flow, document(sales))
    with database.begin() as session:
        assert store.draft(session, flow).publish_at is None
        store.plan(session, flow, now() - timedelta(seconds=1), "Tonight")
    _publish_due(database)
    with database.begin() as session:
        assert newest_document(session, flow) == document(sales)
        assert store.versions(session, flow)[0].message == "Tonight"


def _publish_due(database: Database) -> None:
    class Context:
        def __init__(self) -> None:
            self.database = database

    publish_due(Context())  # type: ignore[arg-type]


def test_a_flow_that_is_used_is_not_deleted_and_a_copy_is_its_own(
    admin: Visitor, flow: int
) -> None:
    write(admin, flow, document())
    made = admin.ask(f"/flows/{flow}/copy", {"name": f"Copy {secrets.token_hex(4)}"}).json()["id"]
    publish(admin, made)
    leads = {"start": "x", "nodes": {"x": {"type": "flow", "flow": made}}}
    write(admin, flow, leads)
    publish(admin, flow)
    assert admin.ask(f"/flows/{made}", None, "DELETE").status_code == 409
    write(admin, flow, document())
    publish(admin, flow)
    assert admin.ask(f"/flows/{made}", None, "DELETE").status_code == 204
    assert admin.get(f"/api/v1/flows/{made}").status_code == 404


def test_json_goes_out_and_in_without_loss_and_nonsense_is_refused(
    admin: Visitor, flow: int
) -> None:
    write(admin, flow, document())
    told = admin.get(f"/flows/{flow}/json").text
    assert json.loads(told) == {"document": document(), "tests": []}
    assert admin.post(f"/flows/{flow}/import", {"document": told}).status_code == 303
    for wrong in ("", "[]", "{", '{"nodes": 3}', "[" * 10_000):
        answer = admin.post(f"/flows/{flow}/import", {"document": wrong})
        assert answer.status_code == 422, wrong
    strange = {
        "start": 7,
        "nodes": {"a": 3, "b": {"type": ["x"]}, "c": {"type": "menu", "choices": 4}},
    }
    write(admin, flow, strange)
    assert admin.get(f"/flows/{flow}").status_code == 200
    assert admin.get(f"/flows/{flow}/steps/c").status_code == 200
    assert admin.get(f"/flows/{flow}/steps/b").status_code == 404


def test_agents_see_and_change_no_flows(admin: Visitor, database: Database, flow: int) -> None:
    li_wei = admin
    li_wei.enter(database, "li.wei")
    assert li_wei.get(f"/flows/{flow}").status_code == 403
    assert li_wei.ask(f"/flows/{flow}/draft", {"document": document()}, "PUT").status_code == 403
    assert publish(li_wei, flow).status_code == 403


def test_strange_numbers_and_depths_are_refused_in_a_sentence(admin: Visitor, flow: int) -> None:
    admin.post(f"/flows/{flow}/steps", {"type": "menu"})
    for typed in ("1e999", "nan", "-inf", "x"):
        wrong = admin.post(f"/flows/{flow}/steps/menu", {"tries": typed})
        assert (wrong.status_code, "Enter a number." in wrong.text) == (422, True)
    deep: Any = 1
    for _ in range(600):
        deep = {"a": deep}
    for body in ({"nodes": deep}, {"nodes": {"a": [[deep]]}}):
        answer = admin.ask(f"/flows/{flow}/draft", {"document": body}, "PUT")
        assert answer.status_code == 422, answer.text
    assert admin.get(f"/flows/{flow}").status_code == 200


def test_a_flow_that_another_goes_through_is_not_deleted(admin: Visitor, flow: int) -> None:
    write(admin, flow, document())
    publish(admin, flow)
    through = {"start": "x", "nodes": {"x": {"type": "subflow", "flow": flow, "then": "y"}}}
    through["nodes"]["y"] = {"type": "hangup"}  # type: ignore[index]
    other = admin.ask("/flows", {"name": f"Through {secrets.token_hex(4)}"}).json()["id"]
    write(admin, other, through)
    assert publish(admin, other).status_code == 200
    assert admin.ask(f"/flows/{flow}", None, "DELETE").status_code == 409
    admin.ask(f"/flows/{other}", None, "DELETE")
    assert admin.ask(f"/flows/{flow}", None, "DELETE").status_code == 204


def test_no_version_comes_back_without_a_reason(admin: Visitor, flow: int) -> None:
    for queue in ("support", "support"):
        write(admin, flow, document(queue))
        publish(admin, flow)
    refused = admin.post(f"/flows/{flow}/rollback", {"version": "1", "message": " "})
    assert (refused.status_code, "Say what changes" in refused.text) == (422, True)
