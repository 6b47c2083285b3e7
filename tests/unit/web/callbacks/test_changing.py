"""Callbacks that users add and change: who may, what the engine is asked, and what it refuses."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.callbacks.asking import ask, called
from unit.web.monitor.floor import last_asked, noted, team_lead
from unit.web.visitor import Visitor

from acd.queue import Queue, QueueKey
from acd.queues.store import save_queue
from web.kit.clock import now

Database = sessionmaker[Session]
MOBILE = "+8613800138000"
TOMORROW = (now() + timedelta(days=1)).replace(second=0, microsecond=0)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake engine writes no fact, so nobody looks for one."""
    monkeypatch.setattr("web.callbacks.actions.STORED_LOOKS", 1)
    monkeypatch.setattr("web.callbacks.actions.STORED_SECONDS", 0.0)


def body(**more: Any) -> dict[str, Any]:
    return {"number": "138 0013 8000", "queue": "support", "note": "发票", **more}


def patch(visitor: Visitor, url: str, change: dict[str, Any], version: str) -> Response:
    headers = {"X-CSRF-Token": visitor.csrf("/calls"), "If-Match": version}
    return visitor.client.patch(f"/api/v1{url}", json=change, headers=headers)


def test_a_supervisor_adds_one(
    chen_jing: Visitor, database: Database, engine: fake.FakeEngine, people: Any
) -> None:
    answer = chen_jing.ask("/callbacks", body(at=TOMORROW.isoformat()))

    assert answer.status_code == 201, answer.text
    id_ = answer.json()["id"]
    said = last_asked(engine)
    assert (said["ask"], said["callback"], said["number"]) == ("add callback", id_, MOBILE)
    assert (said["at"], said["by"]) == (TOMORROW.timestamp(), people.chen_jing)
    assert noted(database, "callback.added", id_).user == people.chen_jing


def test_the_form_adds_one_and_says_what_is_wrong(
    chen_jing: Visitor, engine: fake.FakeEngine
) -> None:
    empty = chen_jing.get("/callbacks/new?number=13800138000")
    wrong = chen_jing.post("/callbacks", body(number="not a number"))
    right = chen_jing.post("/callbacks", body(at=""))

    assert 'value="13800138000"' in empty.text
    assert wrong.status_code == 422
    assert "not a number" in wrong.text
    assert right.status_code == 303
    assert last_asked(engine)["at"] is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"number": ""}, "number"), ({"queue": "none"}, "queue"), ({"at": "soon"}, "at")],
)
def test_what_cannot_be_read_is_told_at_its_field(
    chen_jing: Visitor, changed: dict[str, Any], field: str
) -> None:
    answer = chen_jing.ask("/callbacks", body(**changed))

    assert answer.status_code == 422
    assert field in answer.text


def test_what_the_engine_refuses_is_told_at_its_field(
    chen_jing: Visitor, engine: fake.FakeEngine
) -> None:
    sentence = "The number {number} cannot be called back."
    values = {"number": "110"}
    error = {"type": "invalid", "sentence": sentence, "values": values, "field": "number"}
    engine.answers["add callback"] = {"ok": False, "error": error}
    try:
        page = chen_jing.post("/callbacks", body())
        answer = chen_jing.ask("/callbacks", body())
    finally:
        engine.answers.pop("add callback")

    assert (page.status_code, answer.status_code) == (422, 422)
    assert "The number 110 cannot be called back." in page.text
    assert answer.json()["errors"][0]["field"] == "number"


def test_number_and_time_are_changed_unless_another_user_was_faster(
    chen_jing: Visitor, database: Database, engine: fake.FakeEngine
) -> None:
    call = ask(database)
    version = chen_jing.get(f"/api/v1/callbacks/{call}").headers["etag"]
    url, change = f"/callbacks/{call}", {"number": MOBILE, "at": TOMORROW.isoformat()}

    late = patch(chen_jing, url, change, '"old"')
    changed = patch(chen_jing, url, change, version)

    assert (late.status_code, changed.status_code) == (412, 200)
    said = last_asked(engine)
    told = {key: said[key] for key in ("ask", "callback", "number", "at")}
    at = TOMORROW.timestamp()
    assert told == {"ask": "change callback", "callback": call, "number": MOBILE, "at": at}
    assert noted(database, "callback.changed", call).after["number"] == MOBILE


def test_what_is_the_same_is_not_asked_for(
    chen_jing: Visitor, database: Database, engine: fake.FakeEngine
) -> None:
    call = ask(database)
    number = chen_jing.get(f"/api/v1/callbacks/{call}").json()["number"]
    before = len(engine.asked)

    assert chen_jing.post(f"/callbacks/{call}", {"number": number, "at": ""}).status_code == 303
    assert len(engine.asked) == before


def test_one_that_is_called_just_now_is_not_changed(chen_jing: Visitor, database: Database) -> None:
    call = ask(database, facts=[called("x", 1)])

    page = chen_jing.post(f"/callbacks/{call}", {"number": MOBILE, "at": ""})
    answer = chen_jing.ask(f"/callbacks/{call}", {"number": MOBILE}, "PATCH")

    assert (page.status_code, answer.status_code) == (409, 409)
    assert "The customer is being called just now." in page.text
    assert "form-callback" not in chen_jing.get(f"/callbacks/{call}").text


def test_agents_add_none_and_team_leads_only_to_the_teams_queues(
    li_wei: Visitor, visitor: Visitor, database: Database, people: Any
) -> None:
    assert li_wei.ask("/callbacks", body()).status_code == 403
    assert li_wei.get("/callbacks/new").status_code == 403
    key = f"q{secrets.token_hex(4)}"
    with database.begin() as session:
        save_queue(session, Queue(QueueKey(key), key, fallback=9), key)
    lead = team_lead(database, visitor, people.li_wei)

    assert lead.visitor.ask("/callbacks", body()).status_code == 201
    assert lead.visitor.ask("/callbacks", body(queue=key)).status_code == 422
