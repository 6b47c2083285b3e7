"""Forced handling: on, off, by the key, and a bar on every page meanwhile."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import delete, update
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from cti.routes.models import ForcedRow
from web.kit.clock import now

NUMBER = "+864008001234"
BAR = 'data-testid="bar-forced"'


@pytest.fixture(autouse=True)
def off(database: sessionmaker[Session], app: FastAPI) -> Iterator[None]:
    yield
    with database.begin() as session:
        session.execute(delete(ForcedRow))
    app.state.forced_now.forget()


def put(visitor: Visitor, **more):
    return visitor.ask("/forced-handling", {"destination": "queue:support", **more}, "PUT")


def test_it_is_told_on_every_page_while_it_is_on(admin: Visitor) -> None:
    assert BAR not in admin.get("/calls").text

    answer = put(admin, reason="Fire <drill>")

    (item,) = answer.json()["items"]
    assert (item["number"], item["destination"]) == ("", "queue:support")
    assert item["by"]["name"] == "Admin"
    for page in ("/calls", "/customers", "/routes"):
        text = admin.get(page).text
        assert BAR in text
        assert "Fire &lt;drill&gt;" in text
    fragment = admin.get("/calls", hx_request="true").text
    assert BAR in fragment
    assert 'hx-swap-oob="true"' in fragment
    assert put(admin, destination=None).json() == {"items": []}
    assert BAR not in admin.get("/calls").text


def test_an_agent_sees_the_bar_but_no_button(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    put(admin)
    admin.enter(database, "li.wei")

    page = admin.get("/calls").text

    assert BAR in page
    assert 'data-testid="bar-forced-do"' not in page
    assert admin.get("/forced-handling").status_code == 403
    assert put(admin).status_code == 403
    assert BAR in admin.get("/bars").text


def test_a_supervisor_turns_it_on_and_off_on_the_page(chen_jing: Visitor) -> None:
    form = {"number": NUMBER, "destination": "hangup", "reason": "Night", "until": ""}

    assert chen_jing.post("/forced-handling", form).status_code == 303
    page = chen_jing.get("/forced-handling").text
    assert 'data-testid="forced-on"' in page
    back = chen_jing.post("/forced-handling/off", {"every": "on", "next": "/calls"})

    assert back.headers["location"] == "/calls"
    assert 'data-testid="forced-off"' in chen_jing.get("/forced-handling").text


def test_the_key_uses_the_last_destination_and_a_second_click_changes_nothing(
    chen_jing: Visitor,
) -> None:
    first = chen_jing.post("/forced-handling/key", {"do": "on", "next": "/floor"})
    assert first.status_code == 409
    assert "Choose a destination once" in first.text
    put(chen_jing, destination="queue:support")
    put(chen_jing, destination=None)
    assert 'data-on="no"' in chen_jing.get("/floor").text

    for _ in range(2):
        answer = chen_jing.post("/forced-handling/key", {"do": "on", "next": "/floor"})
        assert answer.headers["location"] == "/floor"

    assert 'data-on="yes"' in chen_jing.get("/floor").text
    (item,) = chen_jing.get("/api/v1/forced-handling").json()["items"]
    assert item["destination"] == "queue:support"
    chen_jing.post("/forced-handling/key", {"do": "off"})
    assert chen_jing.get("/api/v1/forced-handling").json()["items"] == []


def test_it_ends_at_its_time(admin: Visitor, database: sessionmaker[Session], app: FastAPI) -> None:
    put(admin, until=(now() + timedelta(hours=1)).isoformat())
    assert BAR in admin.get("/calls").text

    with database.begin() as session:
        over = now() - timedelta(seconds=1)
        session.execute(update(ForcedRow).values(until=over))
    app.state.forced_now.forget()

    assert BAR not in admin.get("/calls").text
    assert put(admin).status_code == 200  # what was over does not stand in the way


def test_wrong_settings_are_refused(admin: Visitor) -> None:
    for wrong, said in (
        ({"destination": "queue:nowhere"}, "There is no queue"),
        ({"number": "+86111"}, "is not one of our own numbers"),
        ({"until": "2020-01-01T00:00"}, "in the future"),
        ({"until": "9999-12-31T23:59"}, "valid time"),
    ):
        answer = put(admin, **wrong)
        assert answer.status_code == 422, wrong
        assert said in answer.text, wrong
    answer = admin.post("/forced-handling", {"destination": "", "reason": "Typed"})
    assert answer.status_code == 422
    assert "Typed" in answer.text


def test_open_pages_are_told(admin: Visitor, app: FastAPI) -> None:
    with admin.client.websocket_connect("/live") as socket:
        put(admin)
        for _ in range(20):
            if "bars" in socket.receive_json():
                break
        else:
            pytest.fail("no message about the bars")
    assert app.state.forced_now
