"""Sessions last while a user is active or at work, not while a page is merely open."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from starlette.websockets import WebSocketDisconnect
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.live.test_sockets import until
from unit.web.visitor import Visitor

from crm.parameters.store import save
from web.kit.clock import now

Database = sessionmaker[Session]
BY_ITSELF = {"X_Hotline_By_Itself": "1"}


@pytest.fixture
def half_an_hour(app: FastAPI, database: Database) -> Iterator[None]:
    """A session ends after half an hour without use."""
    with database.begin() as session:
        save(session, {"session_idle_minutes": 30}, None)
    app.state.context.settings_cache.forget()
    yield
    with database.begin() as session:
        session.execute(text("DELETE FROM parameters"))
    app.state.context.settings_cache.forget()


def unused_for(database: Database, minutes: int) -> datetime:
    """Make all sessions unused for so long; give since when."""
    since = now() - timedelta(minutes=minutes)
    with database.begin() as session:
        session.execute(
            text("UPDATE sessions SET seen_at = :since, expires_at = :end, created_at = :since"),
            {"since": since, "end": since + timedelta(minutes=30)},
        )
    return since


def seen_at(database: Database) -> datetime:
    with database.begin() as session:
        found: datetime = session.scalars(text("SELECT max(seen_at) FROM sessions")).one()
    return found


def soon(question: Callable[[], bool]) -> bool:
    until_ = time.monotonic() + 5
    while time.monotonic() < until_:
        if question():
            return True
        time.sleep(0.02)
    return False


def checked(app: FastAPI, who: Visitor) -> None:
    """Check the session of every open page, as is done every 15 seconds."""
    portal = who.client.portal
    assert portal
    portal.call(app.state.live.sockets.doubt)


@pytest.mark.usefixtures("half_an_hour")
def test_an_open_page_is_no_use(li_wei: Visitor, database: Database) -> None:
    since = unused_for(database, 20)
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)
        asked = li_wei.get("/api/v1/account", **BY_ITSELF)

    assert asked.status_code == 200
    assert seen_at(database) == since


@pytest.mark.usefixtures("half_an_hour")
def test_an_open_page_ends_when_it_was_unused_for_so_long(
    li_wei: Visitor, database: Database, app: FastAPI
) -> None:
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)
        unused_for(database, 31)
        checked(app, li_wei)
        with pytest.raises(WebSocketDisconnect) as over:
            until(socket, lambda _message: False)

    assert over.value.code == 4401


@pytest.mark.usefixtures("half_an_hour")
def test_a_key_pressed_at_a_page_is_use(li_wei: Visitor, database: Database, app: FastAPI) -> None:
    since = unused_for(database, 20)
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)
        socket.send_json({"used": True, "ping": 1})
        until(socket, lambda message: "pong" in message)
        checked(app, li_wei)

        assert soon(lambda: seen_at(database) > since)


@pytest.mark.usefixtures("half_an_hour")
@pytest.mark.parametrize("state", ["ready", "offered", "talking", "wrap-up"])
def test_an_agent_at_work_keeps_the_session(
    li_wei: Visitor, database: Database, engine: fake.FakeEngine, people: People, state: str
) -> None:
    engine.change(fake.agent(people.li_wei, state=state))
    since = unused_for(database, 20)
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)

        assert seen_at(database) > since


@pytest.mark.usefixtures("half_an_hour")
def test_a_pause_is_no_work(
    li_wei: Visitor, database: Database, engine: fake.FakeEngine, people: People
) -> None:
    engine.change(fake.agent(people.li_wei, state="paused"))
    since = unused_for(database, 20)
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)

    assert seen_at(database) == since


@pytest.mark.usefixtures("half_an_hour")
def test_what_a_person_asks_for_is_use(li_wei: Visitor, database: Database) -> None:
    since = unused_for(database, 20)
    li_wei.get("/calls")

    assert seen_at(database) > since
