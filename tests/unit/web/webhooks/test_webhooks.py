"""The pages and the API of webhooks: rights, audit entries, and the secret shown once."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.audit.models import AuditRow
from crm.outgoing.answer import Failure, OutgoingAnswer
from crm.webhooks import store
from crm.webhooks.deliveries import store as outbox
from crm.webhooks.models import EndpointRow
from crm.webhooks.webhook import (
    OFFERED,
    DeliveryDecision,
    DeliveryState,
    EventType,
    event,
)
from web.kit.clock import now
from web.kit.settings import Settings
from web.webhooks.sender import LEASE
from web.webhooks.signing import seal_of

URL = "https://crm.example/hook"
BODY = {"name": "CRM", "url": URL, "events": ["call.ended", "customer.created"]}


@pytest.fixture(autouse=True)
def no_webhooks(database: sessionmaker[Session], people: object) -> Iterator[None]:
    assert people
    yield
    with database.begin() as session:
        session.execute(delete(EndpointRow))


def add(visitor: Visitor, **more: object) -> Any:
    answer = visitor.ask("/webhooks", BODY | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def told(database: sessionmaker[Session], endpoint: int, *, fails: bool = False) -> int:
    """Queue an event for an endpoint; with a failure that gives it up. Gives its delivery."""
    with database.begin() as session:
        id_ = store.announce_to(
            session, endpoint, event(EventType.CALL_ENDED, now(), {"call": {}}, now())
        )
        if fails:
            taken = outbox.claim(session, endpoint, 9, now(), LEASE)
            claim = next(one for one in taken if one.delivery == id_)
            failed = OutgoingAnswer(now(), 12, 500, Failure.STATUS, "<b>no</b>")
            outbox.note_attempt(session, claim, failed, DeliveryDecision(DeliveryState.DEAD))
    return id_


def state(database: sessionmaker[Session], delivery: int) -> DeliveryState:
    with database.begin() as session:
        return outbox.delivery(session, delivery).state


def test_a_secret_is_shown_once_and_lies_sealed_in_the_database(
    admin: Visitor, database: sessionmaker[Session], settings: Settings
) -> None:
    made = add(admin)

    with database.begin() as session:
        row = session.scalars(select(EndpointRow)).one()
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in row.secret
    assert seal_of(settings).open(row.secret) == made["secret"]
    assert "secret" not in admin.get(f"/api/v1/webhooks/{made['id']}").json()
    assert made["secret"] not in admin.get(f"/webhooks/{made['id']}").text


def test_what_is_done_to_a_webhook_is_in_the_audit_log(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    id_ = add(admin)["id"]
    admin.ask(f"/webhooks/{id_}", {"enabled": False}, "PATCH")
    admin.ask(f"/webhooks/{id_}/secret")
    admin.ask(f"/webhooks/{id_}", method="DELETE")

    with database.begin() as session:
        found = session.scalars(
            select(AuditRow).where(AuditRow.what == "webhooks").order_by(AuditRow.id.desc())
        ).fetchmany(4)
    assert [row.action for row in found] == [
        "webhook.removed",
        "webhook.secret_changed",
        "webhook.changed",
        "webhook.added",
    ]
    assert (found[2].before, found[2].after) == ({"enabled": True}, {"enabled": False})
    assert "whsec_" not in str([row.after for row in found])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://crm.example/"}, "url"),
        ({"url": "https://10.0.0.5/"}, "url"),
        ({"url": "not an address"}, "url"),
        ({"events": ["webhook.test"]}, "events"),
        ({"events": []}, "events"),
        ({"events": ["call.sung"]}, "events.0"),
        ({"name": ""}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_invalid_field_is_named(admin: Visitor, change: dict[str, object], field: str) -> None:
    answer = admin.ask("/webhooks", BODY | change)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_change_of_an_older_webhook_is_refused(admin: Visitor) -> None:
    id_ = add(admin)["id"]
    tag = admin.get(f"/api/v1/webhooks/{id_}").headers["etag"]
    word = {"X-CSRF-Token": admin.csrf("/calls"), "If-Match": tag}
    address = f"/api/v1/webhooks/{id_}"

    first = admin.client.patch(address, json={"name": "A"}, headers=word)
    second = admin.client.patch(address, json={"name": "B"}, headers=word)

    assert (first.status_code, second.status_code) == (200, 412)


def test_a_test_can_be_sent_unless_the_webhook_is_off(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    id_ = add(admin)["id"]

    sent = admin.ask(f"/webhooks/{id_}/test")
    admin.ask(f"/webhooks/{id_}", {"enabled": False}, "PATCH")
    refused = admin.ask(f"/webhooks/{id_}/test")

    assert (sent.status_code, refused.status_code) == (202, 409)
    assert sent.json()["type"] == "webhook.test"
    assert state(database, sent.json()["id"]) is DeliveryState.WAITING


def test_the_catalogue_has_an_example_of_every_event(admin: Visitor) -> None:
    found = admin.get("/api/v1/webhooks/events").json()["items"]

    assert {one["type"] for one in found} == {one.value for one in EventType}
    assert all(one["example"]["type"] == one["type"] for one in found)
    assert all(one.value in admin.get("/webhooks/events").text for one in OFFERED)


def test_what_was_given_up_is_sent_again_one_by_one_or_all(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    id_ = add(admin)["id"]
    first, second, third = (told(database, id_, fails=True) for _ in range(3))

    one = admin.ask(f"/webhooks/deliveries/{first}/replay")
    after_one = [state(database, each) for each in (first, second, third)]
    rest = admin.ask("/webhooks/deliveries/replay", {"state": "dead"})

    assert one.json()["state"] == "waiting"
    assert after_one == [DeliveryState.WAITING, DeliveryState.DEAD, DeliveryState.DEAD]
    assert rest.json() == {"replayed": 2}
    assert {state(database, each) for each in (second, third)} == {DeliveryState.WAITING}


def test_an_empty_filter_does_not_send_everything_again(admin: Visitor) -> None:
    assert admin.ask("/webhooks/deliveries/replay", {}).status_code == 422
    assert admin.post("/webhooks/deliveries/replay").status_code == 422
    local = {"since": "2026-11-22T08:00:00"}
    assert admin.ask("/webhooks/deliveries/replay", local).status_code == 422


def test_deliveries_are_filtered_by_state(admin: Visitor, database: sessionmaker[Session]) -> None:
    id_ = add(admin)["id"]
    told(database, id_)
    dead = told(database, id_, fails=True)

    found = admin.get("/api/v1/webhooks/deliveries?state=dead").json()["items"]

    assert [one["id"] for one in found] == [dead]
    assert found[0]["last"]["status"] == 500


# Pages


FORM = {"name": "CRM", "url": URL, "events": "call.ended", "enabled": "on"}


def test_the_form_makes_a_webhook_and_shows_its_secret(admin: Visitor) -> None:
    answer = admin.post("/webhooks", FORM)

    assert answer.status_code == 201
    assert "whsec_" in answer.text
    assert "CRM" in admin.get("/webhooks").text


def test_a_form_that_is_wrong_keeps_what_was_typed(admin: Visitor) -> None:
    answer = admin.post("/webhooks", FORM | {"url": "http://crm.example/x?y=1"})

    assert answer.status_code == 422
    assert "http://crm.example/x?y=1" in answer.text
    assert "Only https:// is allowed for public addresses." in answer.text
    assert admin.post("/webhooks", {"name": "CRM", "url": URL}).status_code == 422


def test_a_webhook_lives_its_life_on_its_page(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    id_ = add(admin)["id"]

    assert admin.post(f"/webhooks/{id_}", FORM | {"name": "ERP"}).status_code == 303
    assert "ERP" in admin.get(f"/webhooks/{id_}/edit").text
    assert "whsec_" in admin.post(f"/webhooks/{id_}/secret").text
    sent = admin.post(f"/webhooks/{id_}/test")
    page = admin.get(sent.headers["location"])
    assert "This is a test by hand." in page.text
    assert 'hx-trigger="load delay:1s"' in page.text
    dead = told(database, id_, fails=True)
    assert "&lt;b&gt;no&lt;/b&gt;" in admin.get(f"/webhooks/deliveries/{dead}").text
    assert "Resend all" in admin.get("/webhooks/deliveries?state=dead").text
    assert admin.post("/webhooks/deliveries/replay", {"ids": str(dead)}).status_code == 303
    assert state(database, dead) is DeliveryState.WAITING
    since = {"endpoint": str(id_), "since": "2020-01-01T00:00"}
    assert admin.post("/webhooks/deliveries/replay", since).status_code == 303
    assert admin.post(f"/webhooks/{id_}/remove").status_code == 303
    assert admin.get(f"/webhooks/{id_}").status_code == 404


def test_only_an_administrator_opens_our_own_network(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    inside = {"url": "http://10.0.0.5/hook", "inside": True}
    id_ = add(admin, **inside)["id"]
    with database.begin() as session:
        from crm.people.models import RoleRow, UserRow  # noqa: PLC0415

        role = RoleRow(name_en="W", name_zh="W", rights={"webhooks.manage": "all"}, enabled=True)
        session.add(role)
        session.flush()
        keeper = session.scalars(select(UserRow).where(UserRow.login == "chen.jing")).one()
        before, keeper.role_id = keeper.role_id, role.id
    try:
        admin.enter(database, "chen.jing")
        word = {"X-CSRF-Token": admin.csrf("/webhooks")}

        def ask(method: str, path: str, body: object) -> int:
            url = f"/api/v1/webhooks{path}"
            return int(admin.client.request(method, url, json=body, headers=word).status_code)

        assert ask("POST", "", BODY | inside) == 403
        assert ask("PATCH", f"/{id_}", {"url": "http://10.0.0.6/"}) == 403
        assert ask("PATCH", f"/{id_}", {"name": "Other"}) == 200
        assert ask("POST", "", BODY) == 201
    finally:
        with database.begin() as session:
            keeper = session.scalars(select(UserRow).where(UserRow.login == "chen.jing")).one()
            keeper.role_id = before


def test_a_form_without_an_event_leads_to_the_first_of_them(admin: Visitor) -> None:
    answer = admin.post("/webhooks", {"name": "CRM", "url": "https://example.com/"})

    assert answer.status_code == 422
    assert 'aria-describedby="form-events-error"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
