"""Live changes by server-sent events, and sockets that resume where they stopped."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Self

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.types import Message
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.live.test_sockets import until
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.people.sessions.store import close_sessions_of

Database = sessionmaker[Session]
Event = dict[str, str]


class Stream:
    """Reads the event stream on the application's own loop: the test client waits for an end."""

    def __init__(self, app: FastAPI, visitor: Visitor, headers: dict[str, str], query: str) -> None:
        self.events: list[Event] = []
        self.status = 0
        self.ended = False
        self._app, self._visitor = app, visitor
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._query = query
        self._gone: asyncio.Event | None = None

    def __enter__(self) -> Self:
        portal = self._visitor.client.portal
        assert portal
        self._running = portal.start_task_soon(self._run)
        return self

    def __exit__(self, *_: object) -> None:
        portal = self._visitor.client.portal
        assert portal
        if self._gone:
            portal.call(self._gone.set)
        self._running.result(5)

    def until(self, true: Callable[[Event], object]) -> Event:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            if found := next((one for one in self.events if true(one)), None):
                return found
            time.sleep(0.01)
        raise AssertionError(f"the event does not come: {self.events}")

    def until_ended(self) -> None:
        deadline = time.monotonic() + 5
        while not self.ended:
            assert time.monotonic() < deadline, "the stream does not end"
            time.sleep(0.01)

    async def _run(self) -> None:
        self._gone = gone = asyncio.Event()
        asked = False

        async def receive() -> Message:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
            else:
                self._read(message.get("body", b"").decode())

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/api/v1/live/events",
            "raw_path": b"/api/v1/live/events",
            "query_string": self._query.encode(),
            "headers": [(b"host", b"testserver"), *self._headers],
            "client": ("test", 1),
            "server": ("testserver", 80),
            "state": {},
        }
        await self._app(scope, receive, send)
        self.ended = True

    def _read(self, text: str) -> None:
        for block in text.split("\n\n"):
            if block.startswith("event: "):
                self.events.append(dict(line.split(": ", 1) for line in block.splitlines()))


@pytest.fixture
def bearer(visitor: Visitor) -> dict[str, str]:
    return {"Authorization": f"Bearer {visitor.token('chen.jing', PASSWORD)}"}


def changes(one: Event) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(one["data"]).get("items", [])
    return found


def test_a_script_hears_a_snapshot_and_then_changes(
    app: FastAPI, visitor: Visitor, bearer: dict[str, str], engine: fake.FakeEngine, people: People
) -> None:
    with Stream(app, visitor, bearer, "topics=floor") as stream:
        first = stream.until(lambda one: one["event"] == "snapshot")
        engine.change(fake.call("told", people.wang_fang))
        told = stream.until(lambda one: one["event"] == "change")

    assert json.loads(first["data"])["snapshot"]["topic"] == "floor"
    assert [item["id"] for item in changes(told)] == ["told"]
    assert told["id"].endswith(".all")


def test_a_client_that_comes_back_gets_exactly_what_it_missed(
    app: FastAPI, visitor: Visitor, bearer: dict[str, str], engine: fake.FakeEngine, people: People
) -> None:
    with Stream(app, visitor, bearer, "") as stream:
        last = stream.until(lambda one: one["event"] == "snapshot")["id"]
    for number in range(3):
        engine.change(fake.call(f"missed{number}", people.li_wei))

    with Stream(app, visitor, bearer | {"Last-Event-ID": last}, "") as again:
        again.until(lambda one: one["event"] == "resumed")
        engine.change(fake.call("after", people.li_wei))
        again.until(lambda one: "after" in one["data"])

    ids = [item["id"] for one in again.events if one["event"] == "change" for item in changes(one)]
    assert ids == ["missed0", "missed1", "missed2", "after"]
    assert not [one for one in again.events if one["event"] == "snapshot"]


def test_a_stream_ends_with_its_session(  # noqa: PLR0913, PLR0917 - fixtures
    app: FastAPI,
    visitor: Visitor,
    bearer: dict[str, str],
    database: Database,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.live.subscriptions.PING_SECONDS", 0.05)
    with Stream(app, visitor, bearer, "") as stream:
        stream.until(lambda one: one["event"] == "ping")
        with database.begin() as session:
            close_sessions_of(session, people.chen_jing)
        stream.until_ended()


def test_an_agent_has_no_floor_to_follow(li_wei: Visitor) -> None:
    answer = li_wei.get("/api/v1/live/events?topics=floor")

    assert answer.status_code == 403


def test_a_socket_goes_on_from_its_cursor(
    chen_jing: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    with chen_jing.client.websocket_connect("/live?topics=floor") as socket:
        snapshot = until(socket, lambda message: "snapshot" in message)["snapshot"]
    engine.change(fake.call("meanwhile", people.li_wei))
    cursor = f"{snapshot['boot']}.{snapshot['number']}.{snapshot['scope']}"

    with chen_jing.client.websocket_connect(f"/live?topics=floor&cursor={cursor}") as socket:
        missed = until(socket, lambda _: True)
        resumed = until(socket, lambda _: True)

    assert [item["id"] for item in missed["items"]] == ["meanwhile"]
    assert resumed["resumed"]["number"] == missed["number"]


@pytest.mark.parametrize("cursor", ["b1.1.all", "b9.99999999.all", "x", "%00", "b1." + "9" * 300])
def test_a_bad_cursor_begins_anew(chen_jing: Visitor, cursor: str) -> None:
    with chen_jing.client.websocket_connect(f"/live?cursor={cursor}") as socket:
        assert "snapshot" in until(socket, lambda _: True)


def test_a_supervisor_turns_from_the_desk_to_the_floor(chen_jing: Visitor, people: People) -> None:
    with chen_jing.client.websocket_connect("/live?topics=desk") as socket:
        desk = until(socket, lambda message: "snapshot" in message)["snapshot"]
        socket.send_json({"topics": "floor"})
        floor = until(socket, lambda message: "snapshot" in message)["snapshot"]

    shown = {(item["kind"], item["id"]) for item in floor["items"]}
    assert (desk["topic"], floor["topic"]) == ("desk", "floor")
    assert ("agent", str(people.li_wei)) in shown
    assert len(desk["items"]) < len(floor["items"])


def test_an_agent_who_asks_for_the_floor_keeps_the_desk(li_wei: Visitor, people: People) -> None:
    with li_wei.client.websocket_connect("/live?topics=floor") as socket:
        snapshot = until(socket, lambda message: "snapshot" in message)["snapshot"]

    agents = {item["id"] for item in snapshot["items"] if item["kind"] == "agent"}
    assert (snapshot["topic"], agents) == ("desk", {str(people.li_wei)})
