"""Custom destinations: set by administrators, tested by hand, protected by what leads to them."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from standardwebhooks import Webhook
from unit.web.visitor import Visitor
from unit.web.webhooks.receiver import Receiver, receiving

from crm.audit.store import AuditFilter, entries
from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.custom_destinations import store
from crm.custom_destinations.models import CustomDestinationRow
from crm.kernel.destination import Destination, DestinationKind
from cti.routes.rule import RouteId, RouteRule
from cti.routes.store import RouteSettings, add_route, remove_route
from web.kit.clock import now

Database = sessionmaker[Session]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        one.way = "json"
        yield one


def name() -> str:
    return f"CRM {secrets.token_hex(4)}"


def made(admin: Visitor, **more: Any) -> dict[str, Any]:
    body = {"name": name(), "url": "https://crm.example/calls", **more}
    answer = admin.ask("/custom-destinations", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def form(**more: str) -> dict[str, str]:
    url = "https://crm.example/calls"
    return {"name": name(), "url": url, "seconds": "3", "fallback": "", "active": "on", **more}


def test_one_is_added_by_its_form_and_its_secret_is_shown_once(
    admin: Visitor, database: Database
) -> None:
    sent = form(fallback="queue:support")

    answer = admin.post("/custom-destinations", sent)

    assert answer.status_code == 201
    assert "whsec_" in answer.text
    (row,) = [one for one in listed(admin) if one["name"] == sent["name"]]
    page = admin.get(f"/custom-destinations/{row['id']}").text
    assert "whsec_" not in page
    assert "Not asked yet" in page
    assert (row["fallback"], row["seconds"], row["last"]) == ("queue:support", 3, None)
    with database.begin() as session:
        kept = session.get_one(CustomDestinationRow, row["id"])
        lines = entries(session, AuditFilter(what="custom_destinations", which=str(row["id"])))
    assert "whsec_" not in kept.secret
    assert "whsec_" not in str(lines.items)


def listed(visitor: Visitor) -> list[dict[str, Any]]:
    return list(visitor.get("/api/v1/custom-destinations?limit=200").json()["items"])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Enter the name."),
        ({"url": "ftp://x"}, "A URL begins with https://"),
        ({"url": "http://crm.example/"}, "Only https:// is allowed"),
        ({"url": "https://169.254.169.254/"}, "Requests to this address are not allowed."),
        ({"seconds": "11"}, "At most 10."),
        ({"fallback": "queue:nowhere"}, "There is no queue"),
        ({"fallback": "number", "fallback_number": "abc"}, "is not a phone number"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: Visitor, wrong: dict[str, str], sentence: str
) -> None:
    answer = admin.post("/custom-destinations", {**form(name="kept name"), **wrong})

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_change_keeps_the_secret_and_a_rotation_signs_with_both(
    admin: Visitor, receiver: Receiver
) -> None:
    receiver.said = '{"destination": "hangup"}'
    one = made(admin, url=receiver.url, inside=True)
    url = f"/custom-destinations/{one['id']}"
    changed = admin.ask(url, {"seconds": 5, "fallback": "hangup"}, "PATCH").json()
    new = admin.ask(f"{url}/secret").json()["secret"]

    admin.ask(f"{url}/test", {})

    [(headers, body)] = receiver.heard
    assert (changed["seconds"], changed["fallback"]) == (5, "hangup")
    assert new != one["secret"]
    assert Webhook(new).verify(body, headers)
    assert Webhook(one["secret"]).verify(body, headers)


def test_a_test_shows_what_is_sent_what_comes_back_and_what_it_means(
    admin: Visitor, receiver: Receiver
) -> None:
    receiver.said = '{"destination": "queue:support", "priority": 4, "variables": {"a": "<b>"}}'
    one = made(admin, url=receiver.url, inside=True)

    page = admin.post(f"/custom-destinations/{one['id']}/test", {"caller": "13900139001"})
    told = admin.ask(f"/custom-destinations/{one['id']}/test", {"called": "4008001234"}).json()

    assert page.status_code == 200
    assert "The call would go to: Queue: " in page.text
    assert "&lt;b&gt;" in page.text
    sent = json.loads(receiver.heard[0][1])
    assert (sent["caller"], sent["language"]) == ("+8613900139001", "en")
    assert sent["call"].startswith("test-")
    assert (told["destination"], told["priority"], told["why"]) == ("queue:support", 4, "")
    assert json.loads(told["request"])["called"] == "+864008001234"


@pytest.mark.parametrize(
    ("way", "said", "sentence"),
    [
        ("json", '{"destination": "queue:nowhere"}', "does not exist, or is inactive"),
        ("json", "nothing", "The response is not a JSON object."),
        ("500", "", "The response was not a success (2xx)."),
    ],
)
def test_a_test_says_what_is_wrong_and_where_the_call_would_go(
    admin: Visitor, receiver: Receiver, way: str, said: str, sentence: str
) -> None:
    receiver.way, receiver.said = way, said
    one = made(admin, url=receiver.url, inside=True)

    page = admin.post(f"/custom-destinations/{one['id']}/test", {}).text

    assert sentence in page
    assert "The caller would hear that the call cannot be taken." in page


def test_one_that_something_leads_to_stays_and_stays_active(
    admin: Visitor, database: Database
) -> None:
    one = made(admin)["id"]
    to = Destination(DestinationKind.CUSTOM, str(one))
    url = f"/custom-destinations/{one}"
    with database.begin() as session:
        route = add_route(session, RouteSettings(RouteRule(RouteId(0), "At night", to)))

    refused = admin.ask(url, method="DELETE")
    off = admin.ask(url, {"active": False}, "PATCH")
    page = admin.post(f"{url}/remove")

    said = "These routes lead here: At night. Change them first."
    assert (refused.status_code, off.status_code, page.status_code) == (409, 409, 409)
    assert said in refused.text
    assert said in page.text
    with database.begin() as session:
        remove_route(session, route)
    other = made(admin, fallback=str(to))
    assert f"fall back here: {other['name']}" in admin.ask(url, method="DELETE").text
    assert admin.ask(f"/custom-destinations/{other['id']}", method="DELETE").status_code == 204
    assert admin.post(f"{url}/remove").status_code == 303


def test_it_does_not_fall_back_to_itself(admin: Visitor) -> None:
    one = made(admin)["id"]

    refused = admin.ask(f"/custom-destinations/{one}", {"fallback": f"custom:{one}"}, "PATCH")

    assert refused.status_code == 422
    assert f'value="custom:{one}"' not in admin.get(f"/custom-destinations/{one}").text


def test_routes_are_offered_those_that_are_active(admin: Visitor) -> None:
    on, off = made(admin), made(admin, active=False)

    page = admin.get("/routes/new").text

    assert f'value="custom:{on["id"]}"' in page
    assert f'value="custom:{off["id"]}"' not in page


def test_the_last_answer_of_a_call_is_on_the_page(admin: Visitor, database: Database) -> None:
    one = made(admin)["id"]
    said = {"custom": one, "name": "CRM", "seconds": 3.0, "to": "hangup", "why": "timeout"}
    event = CallEvent(FactId("n/1/1"), CallId("c"), now(), Kind.CUSTOM_ANSWERED, said)
    with database.begin() as session:
        store.keep_answers(session, [event])

    page = admin.get(f"/custom-destinations/{one}").text

    assert "No response in time." in page
    assert "Fails" in page
    assert "Hang up" in page


def test_another_users_change_is_not_overwritten(admin: Visitor) -> None:
    one = made(admin)["id"]
    tag = admin.get(f"/api/v1/custom-destinations/{one}").headers["etag"]
    admin.ask(f"/custom-destinations/{one}", {"seconds": 9}, "PATCH")

    late = admin.post(f"/custom-destinations/{one}", form(version=tag))

    assert late.status_code == 409
    assert "Someone else changed this." in late.text
