"""Forwarding of extensions: set by agents and administrators, without circles, within the rules."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.visitor import Visitor

from acd.forwarding.store import forwards, forwards_of
from acd.forwards import Forwards
from acd.models import ExtensionForwardRow
from crm.kernel.destination import read_destination
from cti.outbound.models import OutboundRuleRow

Database = sessionmaker[Session]
EMPTY = {"always": "", "busy": "", "no_answer": "", "away": ""}


@pytest.fixture(autouse=True)
def nothing_left(database: Database) -> Iterator[None]:
    yield
    with database.begin() as session:
        session.execute(delete(ExtensionForwardRow))
        session.execute(delete(OutboundRuleRow))


def form(**more: str) -> dict[str, str]:
    return EMPTY | more


def put(visitor: Visitor, user: int, status: int = 200, **body: str) -> dict:
    answer = visitor.ask(f"/users/{user}/forwarding", body, "PUT")
    assert answer.status_code == status, answer.text
    return answer.json()


def allow_mobile(admin: Visitor, **more: object) -> None:
    trunk = admin.ask("/trunks", {"name": secrets.token_hex(4), "host": "127.0.0.1"}).json()["id"]
    numbers = {"most_calls": "0", "per_minute": "0", "day_cost": "0", "choice": "order"}
    named = {"name": secrets.token_hex(4), "classes": ["mobile"], "trunk_1": str(trunk)}
    body = {**named, **numbers, "active": "on", "record": "on", **more}
    assert admin.post("/outbound-rules", body).status_code == 303


def test_an_administrator_forwards_an_extension(
    admin: Visitor, people: People, database: Database
) -> None:
    sent = form(busy="queue:support", away=f"agent:{people.wang_fang}")
    answer = admin.post(f"/users/{people.li_wei}/forwarding", sent)

    assert answer.status_code == 303, answer.text
    wanted = Forwards(
        busy=read_destination("queue:support"),
        away=read_destination(f"agent:{people.wang_fang}"),
    )
    with database.begin() as session:
        assert forwards_of(session, people.li_wei) == wanted
        assert forwards(session)[people.li_wei] == wanted
        line = text("SELECT action FROM audit_log ORDER BY id DESC LIMIT 1")
        assert session.scalar(line) == "user.forwarding_changed"
    page = admin.get(f"/users/{people.li_wei}/forwarding").text
    assert '<option value="queue:support" selected' in page
    assert 'value="hangup"' not in page
    assert f"/users/{people.li_wei}/forwarding" in admin.get(f"/users/{people.li_wei}").text


def test_an_agent_forwards_their_own_extension(li_wei: Visitor, people: People) -> None:
    assert "/account/forwarding" in li_wei.get("/account").text
    assert li_wei.post("/account/forwarding", form(no_answer="queue:support")).status_code == 303
    shown = li_wei.get("/api/v1/account/forwarding").json()
    assert (shown["user"], shown["no_answer"]) == (people.li_wei, "queue:support")


def test_a_circle_is_refused_at_the_field_that_makes_it(admin: Visitor, people: People) -> None:
    put(admin, people.wang_fang, busy=f"agent:{people.li_wei}")
    page = admin.post(
        f"/users/{people.li_wei}/forwarding",
        form(busy="queue:support", away=f"agent:{people.wang_fang}"),
    )

    assert page.status_code == 422
    assert "This leads in a circle: Li Wei → Wang Fang → Li Wei." in page.text
    assert '<option value="queue:support" selected' in page.text, "what was chosen stays"
    put(admin, people.li_wei, 422, always=f"agent:{people.li_wei}")


def test_outside_numbers_follow_the_outbound_rules(admin: Visitor, people: People) -> None:
    refused = put(admin, people.li_wei, 422, away="number:138 0013 8000")
    assert "no outbound rule allows it" in str(refused)
    allow_mobile(admin)
    kept = put(admin, people.li_wei, away="number:138 0013 8000")
    assert kept["away"] == "number:+8613800138000"
    emergency = put(admin, people.li_wei, 422, away="number:110")
    assert "emergency" in str(emergency) or "number" in str(emergency)


def test_an_agent_may_forward_only_where_they_may_dial(
    admin: Visitor, people: People, database: Database
) -> None:
    allow_mobile(admin)
    with database.begin() as session:
        limit = text("UPDATE agents SET outbound = :limit WHERE user_id = :user")
        session.execute(limit, {"limit": "internal", "user": people.li_wei})
    admin.enter(database, "li.wei")
    sent = form(away="number", away_number="138 0013 8000")
    page = admin.post("/account/forwarding", sent)
    with database.begin() as session:
        session.execute(limit, {"limit": "by rule", "user": people.li_wei})

    assert page.status_code == 422
    assert "your own limit excludes them" in page.text
    assert 'value="138 0013 8000"' in page.text, "what was typed stays"
    again = admin.post("/account/forwarding", sent)
    assert again.status_code == 303, again.text


@pytest.mark.parametrize("to", ["hangup", "flow:1", "queue:nowhere", "agent:999999", "nonsense"])
def test_calls_are_forwarded_to_known_places_only(admin: Visitor, people: People, to: str) -> None:
    put(admin, people.li_wei, 422, busy=to)


def test_a_user_without_an_extension_has_nothing_to_forward(admin: Visitor, people: People) -> None:
    page = admin.get(f"/users/{people.admin}/forwarding")
    assert page.status_code == 200
    assert "Without an extension there is nothing to forward." in page.text
    put(admin, people.admin, 409)
    assert admin.post(f"/users/{people.admin}/forwarding", EMPTY).status_code == 409


def test_another_user_s_change_is_not_overwritten(admin: Visitor, people: People) -> None:
    tag = admin.get(f"/api/v1/users/{people.li_wei}/forwarding").headers["etag"]
    put(admin, people.li_wei, busy="queue:support")
    headers = {"X-CSRF-Token": admin.word, "If-Match": tag}
    late = admin.client.put(
        f"/api/v1/users/{people.li_wei}/forwarding", json={"away": "queue:sales"}, headers=headers
    )
    assert late.status_code == 412


def test_a_queue_that_an_extension_is_forwarded_to_stays_active(
    admin: Visitor, people: People
) -> None:
    put(admin, people.wang_fang, busy="queue:support")
    refused = admin.ask("/queues/support", {"active": False}, "PATCH")
    assert refused.status_code == 409


def test_a_voicemail_box_that_an_extension_is_forwarded_to_stays(
    admin: Visitor, people: People
) -> None:
    box = admin.ask("/voicemail-boxes", {"name": secrets.token_hex(4)}).json()["id"]
    kept = put(admin, people.wang_fang, no_answer=f"voicemail:{box}")
    assert kept["no_answer"] == f"voicemail:{box}"
    refused = admin.ask(f"/voicemail-boxes/{box}", method="DELETE")
    assert refused.status_code == 409
    assert "Wang Fang" in refused.text
