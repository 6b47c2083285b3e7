"""All settings of a queue, its rows, the check, its successor, and who gets the next call."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.visitor import Visitor

from acd.queue import AddMembers, RaisePriority, RelaxSkill, SendTo
from acd.queues.store import queue_of
from acd.ring_groups.store import settings as ring_groups
from ivr.store import newest_document

Database = sessionmaker[Session]


@pytest.fixture(scope="module", autouse=True)
def tidy(database: Database) -> Iterator[None]:
    """The agents serve no more queues afterwards than before."""
    yield
    with database.begin() as session:
        sentence = (
            "DELETE FROM queue_members USING queues"
            " WHERE queues.id = queue_id AND queues.key <> 'support'"
        )
        session.connection().exec_driver_sql(sentence)


@pytest.fixture
def skill(admin: Visitor) -> str:
    return str(admin.ask("/skills", {"name_en": f"Skill {secrets.token_hex(4)}"}).json()["key"])


@pytest.fixture
def group(admin: Visitor, people: People) -> int:
    body = {"name": secrets.token_hex(4), "members": [people.wang_fang]}
    return int(admin.ask("/skill-groups", body).json()["id"])


def made(admin: Visitor, **more: Any) -> str:
    answer = admin.ask("/queues", {"name_en": f"Queue {secrets.token_hex(4)}", **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["key"])


def form(**more: Any) -> dict[str, Any]:
    return {"name_en": secrets.token_hex(4), "ring_seconds": "20", "wrapup_seconds": "0", **more}


def test_every_setting_is_stored_and_shown(
    admin: Visitor, database: Database, people: People, skill: str, group: int
) -> None:
    body = {
        "name_en": f"Everything {secrets.token_hex(4)}",
        "strategy": "best skilled",
        "priority": 5,
        "weight": 2.5,
        "ageing": 0.5,
        "max_wait_seconds": 300,
        "timed_out": "queue:support",
        "max_length": 9,
        "full": "hangup",
        "empty": "queue:support",
        "service_percent": 90,
        "service_seconds": 15,
        "last_agent_days": 7,
        "prefer_owner": True,
        "patience_seconds": 10,
        "members": [{"agent": people.li_wei, "rank": 2}],
        "groups": [{"group": group, "rank": 3}],
        "needs": [{"skill": skill, "level": 4}],
        "steps": [
            {"after_seconds": 90, "do": "raise priority", "by": 5},
            {"after_seconds": 60, "do": "relax skill", "skill": skill, "level": 2},
            {"after_seconds": 95, "do": "add members", "group": group, "rank": 4},
            {"after_seconds": 99, "do": "send to", "destination": "queue:support"},
        ],
    }

    shown = admin.ask("/queues", body).json()

    plain = body.keys() - {"members", "groups", "needs", "steps"}
    assert {name: shown[name] for name in plain} == {name: body[name] for name in plain}
    assert [(one["name"], one["rank"]) for one in shown["members"]] == [("Li Wei", 2)]
    assert [(one["group"], one["rank"]) for one in shown["groups"]] == [(group, 3)]
    with database.begin() as session:
        queue = queue_of(session, shown["key"]).queue
    kinds = [type(step.action) for step in queue.steps]
    assert kinds == [RelaxSkill, RaisePriority, AddMembers, SendTo]
    assert queue.service_share == 0.9
    assert admin.ask(f"/queues/{shown['key']}", body | {"name_en": "x"}, "PATCH").json() == {
        **shown,
        "name": "x",
        "name_en": "x",
        "name_zh": shown["name_zh"],
    }


def test_rows_of_the_form_are_read_and_kept_with_their_errors(
    admin: Visitor, database: Database, people: People, skill: str
) -> None:
    rows = {
        "member": [str(people.li_wei), str(people.wang_fang)],
        "member_number": ["2", "1"],
        "need": [skill],
        "need_number": ["4"],
        "step_after": ["60", "30"],
        "step_do": ["raise priority", "send to"],
        "step_by": ["5", "1"],
        "step_to": ["", "queue:support"],
    }
    answer = admin.post("/queues", form(**rows))
    key = answer.headers["location"].rpartition("/")[2].partition("?")[0]
    with database.begin() as session:
        queue = queue_of(session, key).queue
    assert {one.agent: one.rank for one in queue.members} == {people.li_wei: 2, people.wang_fang: 1}
    assert [step.after_seconds for step in queue.steps] == [30, 60]

    wrong = admin.post(f"/queues/{key}", form(**rows | {"step_by": ["5000", "1"]}))

    assert wrong.status_code == 422
    assert "A step raises the priority by 1 to 100." in wrong.text
    assert 'value="5000"' in wrong.text
    assert wrong.text.count('data-row data-testid="step"') == 3, "two rows and the template"


def test_a_destination_that_is_needed_and_a_circle_to_oneself_are_named_at_their_fields(
    admin: Visitor,
) -> None:
    key = made(admin)

    missing = admin.post(f"/queues/{key}", form(max_wait_seconds="60"))
    itself = admin.ask(f"/queues/{key}", {"empty": f"queue:{key}"}, "PATCH")

    assert missing.status_code == 422
    assert 'id="queue-timed_out-error"' in missing.text
    assert (itself.status_code, itself.json()["errors"][0]["field"]) == (422, "empty")


def test_the_check_reads_what_is_typed(admin: Visitor, people: People, skill: str) -> None:
    name = admin.ask(f"/skills/{skill}", None, "GET").json()["name"]
    typed = form(member=[str(people.li_wei)], need=[skill], need_number=["4"])

    page = admin.post("/queues/check", typed).text
    unreadable = admin.post("/queues/check", form(priority="x")).text
    nobody = admin.post("/queues/check", form()).text

    assert f"No agent of this queue has {name} at level 4 or more." in page
    assert "The check comes when" in unreadable
    assert "has no agents" in nobody


def test_members_are_set_by_themselves_with_their_version(admin: Visitor, people: People) -> None:
    key = made(admin, members=[people.li_wei])
    before = admin.get(f"/api/v1/queues/{key}/members")
    body = {"members": [{"agent": people.wang_fang, "rank": 7}]}

    set_ = admin.ask(f"/queues/{key}/members", body, "PUT")
    late = admin.client.put(
        f"/api/v1/queues/{key}/members",
        json=body,
        headers={"X-CSRF-Token": admin.word, "If-Match": before.headers["etag"]},
    )

    assert [(one["id"], one["rank"]) for one in set_.json()["members"]] == [(people.wang_fang, 7)]
    assert late.status_code == 412


def test_a_queue_that_nothing_leads_to_is_deleted(admin: Visitor) -> None:
    key = made(admin)

    assert admin.ask(f"/queues/{key}", None, "DELETE").status_code == 204
    assert admin.get(f"/api/v1/queues/{key}").status_code == 404


def test_everything_that_leads_to_a_deleted_queue_leads_to_its_successor(
    admin: Visitor, database: Database, people: People
) -> None:
    old, new = made(admin), made(admin)
    other = made(
        admin,
        empty=f"queue:{old}",
        steps=[
            {"after_seconds": 9, "do": "add members", "queue": old},
            {"after_seconds": 19, "do": "send to", "destination": f"queue:{old}"},
        ],
    )
    ring = {"name": secrets.token_hex(4), "members": [people.li_wei], "then": f"queue:{old}"}
    ring_group = admin.ask("/ring-groups", ring).json()["id"]
    route = admin.ask("/routes", {"name": old, "destination": f"queue:{old}"}).json()
    listed = {"name": old, "kind": "black", "effect": "queue", "queue": old}
    number_list = admin.ask("/number-lists", listed).json()
    menu = {"greeting": "Hello.", "choices": {"1": old, "2": new}, "otherwise": "support"}
    number = f"+8640080{secrets.randbelow(10**5):05}"
    assert admin.ask("/numbers", {"number": number, "language": "en"}).status_code == 201
    changed = admin.ask(f"/numbers/{number}/menu", menu, "PUT")
    assert changed.status_code == 200, changed.text

    refused = admin.ask(f"/queues/{old}", None, "DELETE")
    page = admin.get(f"/queues/{old}/delete").text
    itself = admin.ask(f"/queues/{old}?successor={old}", None, "DELETE")
    done = admin.ask(f"/queues/{old}?successor={new}", None, "DELETE")

    assert refused.status_code == 409
    assert ring["name"] in refused.json()["detail"]
    assert number in page
    assert itself.status_code == 422
    assert done.status_code == 204, done.text
    shown = admin.get(f"/api/v1/queues/{other}").json()
    assert shown["empty"] == f"queue:{new}"
    assert [shown["steps"][0]["queue"], shown["steps"][1]["destination"]] == [new, f"queue:{new}"]
    with database.begin() as session:
        [mine] = [one for one in ring_groups(session) if one.group.id == ring_group]
        flow = admin.get(f"/api/v1/numbers/{number}").json()["flow"]
        document = newest_document(session, flow["id"] if isinstance(flow, dict) else flow)
    assert str(mine.group.then) == f"queue:{new}"
    assert old not in str(document)
    menu = admin.get(f"/api/v1/numbers/{number}/menu").json()
    assert menu["choices"] == {"1": new, "2": new}
    assert admin.get(f"/api/v1/routes/{route['id']}").json()["destination"] == f"queue:{new}"
    assert admin.get(f"/api/v1/number-lists/{number_list['id']}").json()["queue"] == new
    assert old in admin.get("/api/v1/audit?what=queues").text
    assert admin.ask(f"/routes/{route['id']}", None, "DELETE").status_code == 204


def test_a_successor_that_leads_to_the_queue_itself_is_refused(admin: Visitor) -> None:
    old = made(admin)
    new = made(admin, empty=f"queue:{old}")

    assert admin.ask(f"/queues/{old}?successor={new}", None, "DELETE").status_code == 409
    assert admin.get(f"/api/v1/queues/{old}").status_code == 200


def test_it_says_who_would_get_the_next_call_and_why(
    chen_jing: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    considered = [
        {"agent": people.li_wei, "idle_seconds": 9.0, "verdict": "chosen", "lacks": ""},
        {"agent": people.wang_fang, "idle_seconds": 5.0, "verdict": "less idle", "lacks": ""},
    ]
    seen = fake.outlook(agent=people.li_wei, blocked="", considered=considered, queue="support")
    engine.answers["who next"] = {"ok": True, "value": seen}
    try:
        chen_jing.until_linked()
        answer = chen_jing.ask("/queues/support/preview", {"vip": True})
        page = chen_jing.post("/queues/support/preview", {"skill": "", "level": "x"}).text
    finally:
        del engine.answers["who next"]

    assert answer.json()["text"] == "The next call would go to Li Wei (1001): longest idle."
    assert engine.asked[-2]["priority"] > 0
    assert "idle for less time" in page


def test_it_says_why_the_next_caller_would_wait(admin: Visitor, people: People) -> None:
    admin.until_linked()

    answer = admin.ask("/queues/support/preview", {})

    assert people
    assert answer.json()["text"] == "The next caller would wait: the queue has no agents."
    assert admin.ask("/queues/none/preview", {}).status_code == 404
