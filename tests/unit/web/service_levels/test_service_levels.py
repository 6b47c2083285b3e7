"""Customer levels: their form, what they refer to, and what cannot be deleted meanwhile."""

import secrets
import time
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.fake_engine import FakeEngine
from unit.web.visitor import Visitor

from acd.queue import QueueKey
from acd.queue_successor.store import successors
from acd.service_levels.store import live_levels


@pytest.fixture
def skill(admin: Visitor) -> str:
    return str(admin.ask("/skills", {"name_en": f"Skill {secrets.token_hex(4)}"}).json()["key"])


def a_queue(admin: Visitor) -> str:
    return str(admin.ask("/queues", {"name_en": f"Q {secrets.token_hex(4)}"}).json()["key"])


def free_tier(admin: Visitor) -> str:
    """An option of the picklist that no level uses."""
    key = secrets.token_hex(4)
    admin.ask("/dictionaries/customer_level/items", {"key": key, "name_en": key})
    return key


def test_a_level_is_added_by_its_form_changed_and_deleted(
    admin: Visitor, skill: str, database: sessionmaker[Session]
) -> None:
    name, tier, queue = secrets.token_hex(4), free_tier(admin), a_queue(admin)
    sent = {"name_en": name, "name_zh": "贵宾", "active": "on", "priority": "7", "tier": tier}
    sent |= {"queue": queue, "patience_seconds": "90", "need": skill, "need_number": "4"}

    answer = admin.post("/service-levels", sent)
    place = answer.headers["location"].partition("?")[0]
    with database.begin() as session:
        level = live_levels(session).level_of(tier, None)
    page = admin.get(place).text
    renamed = admin.post(place, {**sent, "name_en": f"{name} 2", "priority": "0"})

    assert level is not None
    assert (level.priority, level.queue, level.patience_seconds) == (7, queue, 90)
    assert [(one.skill, one.level) for one in level.needs] == [(skill, 4)]
    assert f'<option value="{skill}" selected>' in page
    assert renamed.status_code == 303
    assert f"{name} 2" in admin.get("/service-levels").text
    assert admin.post(f"{place}/remove").status_code == 303
    assert admin.get(place).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"priority": "11"}, "10"),
        ({"tier": "nothing"}, "is not one of the options"),
        ({"queue": "nothing"}, "is not one of the options"),
        ({"vip_list": "999999"}, "is not one of the options"),
        ({"need": "nothing", "need_number": "4"}, "is not one of the options"),
        ({"name_en": " "}, "A name is needed."),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_stays_typed(
    admin: Visitor, wrong: dict[str, str], said: str
) -> None:
    sent = {"name_en": "Typed", "priority": "3", "patience_seconds": "0", "name_zh": ""}
    answer = admin.post("/service-levels", {**sent, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Typed" in answer.text or "name_en" in wrong


def test_two_levels_cannot_be_for_the_same_tier(admin: Visitor) -> None:
    tier = free_tier(admin)
    first, second = secrets.token_hex(4), secrets.token_hex(4)
    assert admin.ask("/service-levels", {"name_en": first, "tier": tier}).status_code == 201
    assert admin.ask("/service-levels", {"name_en": second, "tier": tier}).status_code == 409


def test_skills_lists_and_queues_of_a_level_are_not_deleted_under_it(
    admin: Visitor, skill: str
) -> None:
    name, queue = secrets.token_hex(4), a_queue(admin)
    listed = admin.ask("/number-lists", {"name": f"L {name}", "kind": "vip"}).json()["id"]
    body = {"name_en": name, "queue": queue, "vip_list": listed}
    made = admin.ask("/service-levels", {**body, "needs": [{"skill": skill, "level": 2}]}).json()

    for path in (f"/skills/{skill}", f"/number-lists/{listed}", f"/queues/{queue}"):
        refused = admin.ask(path, None, "DELETE")
        assert refused.status_code == 409, path
        assert name in refused.json()["detail"], path
    off = admin.ask(f"/skills/{skill}", {"active": False}, "PATCH")
    assert off.status_code == 409

    successor = a_queue(admin)
    moved = admin.post(f"/queues/{queue}/delete", {"successor": successor})
    assert moved.status_code == 303
    level = admin.ask(f"/service-levels/{made['id']}", None, "GET").json()
    assert level["queue"] == successor
    assert admin.ask(f"/service-levels/{made['id']}", None, "DELETE").status_code == 204
    assert admin.ask(f"/number-lists/{listed}", None, "DELETE").status_code == 204


def test_an_inactive_level_counts_for_no_call(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    tier = free_tier(admin)
    admin.ask("/service-levels", {"name_en": tier, "tier": tier, "active": False})
    with database.begin() as session:
        assert live_levels(session).level_of(tier, None) is None


def test_a_queue_in_which_callers_wait_needs_a_successor(
    admin: Visitor, engine: FakeEngine, database: sessionmaker[Session]
) -> None:
    queue, successor = a_queue(admin), a_queue(admin)
    engine.change(fake.queue(queue, waiting=2))
    wait_until_seen(admin, queue)

    refused = admin.post(f"/queues/{queue}/delete", {"successor": ""})
    assert refused.status_code == 409
    assert "Callers wait in this queue." in refused.text
    assert admin.post(f"/queues/{queue}/delete", {"successor": successor}).status_code == 303
    with database.begin() as session:
        assert successors(session)[QueueKey(queue)] == successor


def wait_until_seen(admin: Visitor, queue: str) -> None:
    """Wait until the web has heard of a queue's callers."""
    deadline = time.monotonic() + 5
    app: Any = admin.client.app
    while app.state.live.mirror.value("queue", queue) is None:
        assert time.monotonic() < deadline, "the queue is not told"
        time.sleep(0.01)
