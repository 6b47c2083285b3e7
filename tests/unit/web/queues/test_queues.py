"""Queues: added, changed, deactivated, and only by users with the right."""

import secrets

from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.visitor import Visitor

from acd.queues.store import queues
from acd.store import queue_names

FORM = {"ring_seconds": "20", "wrapup_seconds": "0", "max_misses": "3", "music": "default"}


def test_the_key_of_a_queue_is_made_from_its_english_name(admin: Visitor) -> None:
    word = secrets.token_hex(4)

    keys = [
        admin.ask("/queues", {"name_en": f"After {word}: sales & more"}).json()["key"],
        admin.ask("/queues", {"name_en": f"After {word}, sales, more"}).json()["key"],
        admin.ask("/queues", {"name_zh": "技术支持"}).json()["key"],
    ]

    assert keys[:2] == [f"after-{word}-sales-more", f"after-{word}-sales-more-2"]
    assert keys[2].startswith("queue")


def test_a_queue_is_added_by_its_form_and_used_by_the_engine(
    admin: Visitor, database: sessionmaker[Session], people: People
) -> None:
    name = f"Billing {secrets.token_hex(4)}"
    form = {**FORM, "name_en": name, "name_zh": "账务", "members": [people.li_wei], "active": "on"}

    answer = admin.post("/queues", form)

    key = answer.headers["location"].rpartition("/")[2].partition("?")[0]
    with database.begin() as session:
        (found,) = queues(session, [key])
        assert queue_names(session)[found.key].zh == "账务"
    assert (found.name, found.agents, found.record) == (name, (people.li_wei,), False)
    assert (found.ring_seconds, found.wrapup_seconds, found.max_misses) == (20.0, 0.0, 3)
    assert "Li Wei" in admin.get(f"/queues/{key}").text


def test_a_change_keeps_what_it_does_not_name(admin: Visitor) -> None:
    made = admin.ask("/queues", {"name_en": secrets.token_hex(4), "wrapup_seconds": 45}).json()

    changed = admin.ask(f"/queues/{made['key']}", {"ring_seconds": 40}, "PATCH").json()

    assert changed == {**made, "ring_seconds": 40.0}


def test_an_inactive_queue_is_not_given_to_the_engine_but_keeps_its_name(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    made = admin.ask("/queues", {"name_en": secrets.token_hex(4)}).json()

    admin.ask(f"/queues/{made['key']}", {"active": False}, "PATCH")

    with database.begin() as session:
        assert queues(session, [made["key"]]) == []
        assert queue_names(session)[made["key"]].en == made["name_en"]
    assert "inactive" in admin.get(f"/queues/{made['key']}").text
    assert made["name_en"] not in admin.get("/users/new").text


def test_a_queue_that_callers_are_led_into_is_not_deactivated(admin: Visitor) -> None:
    answer = admin.ask("/queues/support", {"active": False}, "PATCH")

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("Callers of +8640080")


def test_wrong_values_are_named(admin: Visitor) -> None:
    for wrong in (
        {"name_en": ""},
        {"name_en": "x", "ring_seconds": 1},
        {"name_en": "x", "music": "loud"},
        {"name_en": "x", "members": [999_999]},
    ):
        assert admin.ask("/queues", wrong).status_code == 422, wrong
    page = admin.post("/queues", {**FORM, "name_en": " ", "ring_seconds": "1"})
    assert page.status_code == 422
    assert 'id="queue-ring_seconds-error"' in page.text


def test_supervisors_see_queues_and_administrators_change_them(chen_jing: Visitor) -> None:
    page = chen_jing.get("/queues/support")

    assert chen_jing.get("/queues").status_code == page.status_code == 200
    assert 'fieldset class="plain" disabled' in page.text
    assert 'data-testid="submit"' not in page.text
    assert chen_jing.get("/queues/new").status_code == 403
    assert chen_jing.ask("/queues", {"name_en": "x"}).status_code == 403
    assert chen_jing.ask("/queues/support", {"ring_seconds": 9}, "PATCH").status_code == 403
