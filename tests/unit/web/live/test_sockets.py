"""The live sockets of the desk, the floor and scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.people.sessions.store import close_sessions_of

Database = sessionmaker[Session]


def until(socket: WebSocketTestSession, true: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    for _ in range(50):
        message: dict[str, Any] = socket.receive_json()
        if true(message):
            return message
    raise AssertionError("the message does not come")


def kinds(message: dict[str, Any]) -> set[tuple[str, str]]:
    return {(item["kind"], item["id"]) for item in message["snapshot"]["items"]}


def test_an_agent_gets_their_own_items(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    with li_wei.client.websocket_connect("/live") as socket:
        first = until(socket, lambda message: "snapshot" in message)

        engine.change(fake.call("theirs", people.wang_fang))
        engine.change(fake.call("mine", people.li_wei))
        told = until(socket, lambda message: "items" in message)

    assert kinds(first) >= {("agent", str(people.li_wei)), ("queue", "sales")}
    assert ("agent", str(people.wang_fang)) not in kinds(first)
    assert [item["id"] for item in told["items"]] == ["mine"]


def test_a_supervisor_is_told_everything(
    chen_jing: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    with chen_jing.client.websocket_connect("/live") as socket:
        first = until(socket, lambda message: "snapshot" in message)
        engine.change(fake.call("any", people.wang_fang))
        told = until(socket, lambda message: "items" in message)

    assert ("agent", str(people.wang_fang)) in kinds(first)
    assert told["number"] > first["snapshot"]["number"]


def test_a_page_is_told_once_which_calls_ring_at_colleagues(
    chen_jing: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    offers = [{"agent": people.wang_fang, "agent_name": "Wang Fang", "since": "", "until": ""}]
    engine.change(fake.agent(people.chen_jing, "Chen Jing", "1010"))
    with chen_jing.client.websocket_connect("/live") as socket:
        engine.change(fake.call("theirs", work={"state": "offered", "since": "", "offers": offers}))
        first = until(socket, lambda message: "ringing" in message)
        engine.change({"kind": "call", "id": "theirs", "value": None})
        then = until(socket, lambda message: "ringing" in message)
    engine.change({"kind": "agent", "id": str(people.chen_jing), "value": None})

    assert [(one["call"], one["agents"]) for one in first["ringing"]] == [("theirs", ["Wang Fang"])]
    assert then["ringing"] == []


def test_the_page_hears_that_the_engine_went_and_came(
    li_wei: Visitor, engine: fake.FakeEngine
) -> None:
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)

        engine.stop()
        gone = until(socket, lambda message: "away" in message)
        engine.start()
        back = until(socket, lambda message: "away" in message)
        fresh = until(socket, lambda _: True)

    assert (gone, back) == ({"away": True}, {"away": False})
    assert "snapshot" in fresh


def test_signing_out_closes_the_page_s_socket(li_wei: Visitor) -> None:
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)

        li_wei.post("/sign-out")

        with pytest.raises(WebSocketDisconnect) as closed:
            until(socket, lambda _: False)
    assert closed.value.code == 4401


def test_a_session_that_another_process_ended_closes_the_socket(
    li_wei: Visitor, database: Database, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.live.subscriptions.PING_SECONDS", 0.05)
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)

        with database.begin() as session:
            close_sessions_of(session, people.li_wei)

        with pytest.raises(WebSocketDisconnect) as closed:
            until(socket, lambda _: False)
    assert closed.value.code == 4401


def test_a_socket_without_a_session_is_closed_with_the_reason(visitor: Visitor) -> None:
    with (
        visitor.client.websocket_connect("/live") as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_json()

    assert closed.value.code == 4401


def test_a_script_listens_with_its_token(visitor: Visitor) -> None:
    bearer = {"Authorization": f"Bearer {visitor.token('li.wei', PASSWORD)}"}
    with visitor.client.websocket_connect("/api/v1/live/stream", headers=bearer) as socket:
        assert "snapshot" in until(socket, lambda _: True)


def test_a_token_in_the_address_opens_nothing(visitor: Visitor) -> None:
    token = visitor.token("li.wei", PASSWORD)
    with (
        visitor.client.websocket_connect(f"/api/v1/live/stream?token={token}") as socket,
        pytest.raises(WebSocketDisconnect),
    ):
        socket.receive_json()


@pytest.mark.parametrize("rubbish", ["[", "[]", '{"ping": [1]}', "x" * 10_000, '{"pong": 1}'])
def test_no_message_of_a_page_breaks_the_socket(li_wei: Visitor, rubbish: str) -> None:
    with li_wei.client.websocket_connect("/live") as socket:
        socket.send_text(rubbish)
        socket.send_bytes(b"\xff")
        socket.send_json({"ping": 5})

        assert until(socket, lambda message: "pong" in message) == {"pong": 5}


def test_a_closed_page_is_forgotten(li_wei: Visitor, app: FastAPI) -> None:
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)
    li_wei.get("/healthz")

    live = app.state.live
    assert (live.mirror.listeners, live.sockets.count) == (0, 0)
