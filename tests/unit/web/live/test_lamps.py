"""The states of colleagues, as pages are told of them."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.testclient import WebSocketTestSession
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.fake_engine import Item, agent, call, task
from unit.web.visitor import Visitor

from crm.people.person import SessionKind
from crm.people.rights import Right
from web.live.lamps import LampBoard, lamp_of, may_see
from web.live.mirror import Mirror
from web.live.scope import desk_of
from web.live.subscriptions import Subscription

LI, WANG = 7, 9
CHAT = task("c2", medium="chat")


def mirror(*items: Item) -> Mirror:
    made = Mirror()
    made.greet({"boot": "b1", "number": 1, "items": items})
    return made


def lit(message: str) -> dict[int, str]:
    return {one["id"]: one["state"] for one in json.loads(message)["lamps"]} if message else {}


@pytest.mark.parametrize(
    ("state", "free", "can_wait"),
    [
        ({"state": "ready", "presence": "ready", "reachable": True}, True, False),
        ({"state": "ready", "presence": "ready"}, False, False),
        ({"state": "talking", "presence": "ready", "tasks": [task("c1")]}, False, True),
        ({"state": "wrap-up", "presence": "ready", "tasks": [task("c1", "wrap-up")]}, False, True),
        ({"state": "talking", "presence": "paused", "tasks": [task("c1")]}, False, False),
        ({"state": "talking", "presence": "ready", "tasks": [CHAT]}, False, False),
        ({"state": "paused", "presence": "paused"}, False, False),
    ],
)  # fmt: skip
def test_a_lamp_tells_who_is_free_and_for_whom_a_customer_can_wait(
    state: dict[str, Any],
    free: bool,  # noqa: FBT001
    can_wait: bool,  # noqa: FBT001
) -> None:
    lamp = lamp_of(agent(LI, **state)["value"])

    assert (lamp.free, lamp.can_wait) == (free, can_wait)


def test_a_lamp_does_not_tell_with_whom_a_colleague_speaks() -> None:
    lamp = lamp_of(agent(LI, state="talking", call="c1", tasks=[task("c1")])["value"])

    assert "c1" not in str(lamp)


def test_only_what_has_changed_is_told_again() -> None:
    m, board = mirror(agent(LI), agent(WANG)), LampBoard()
    board.look(m)
    assert lit(board.whole) == lit(board.changed) == {LI: "signed out", WANG: "signed out"}

    m.apply({"number": 2, "items": [agent(WANG, state="ready"), call("c1", LI)]})
    board.look(m)
    assert lit(board.changed) == {WANG: "ready"}
    assert lit(board.whole) == {LI: "signed out", WANG: "ready"}

    m.apply({"number": 3, "items": [{"kind": "agent", "id": str(WANG), "value": None}]})
    board.look(m)
    assert lit(board.changed) == {LI: "signed out"}
    assert json.loads(board.changed)["all"]
    board.look(m)
    assert board.changed == ""


def test_the_one_who_transferred_sees_the_call_until_it_is_taken() -> None:
    on_its_way = {"kind": "blind", "state": "dialling", "initiator": LI, "to": f"agent:{WANG}"}
    m = mirror(agent(LI), agent(WANG), call("c1", transfer=on_its_way))

    assert ("call", "c1") in {(one["kind"], one["id"]) for one in m.visible_to(desk_of(LI))}
    m.apply({"number": 2, "items": [call("c1", WANG)]})
    assert ("call", "c1") not in {(one["kind"], one["id"]) for one in m.visible_to(desk_of(LI))}


def until(socket: WebSocketTestSession, true: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    for _ in range(50):
        message: dict[str, Any] = socket.receive_json()
        if true(message):
            return message
    raise AssertionError("the message does not come")


def test_a_page_that_shows_colleagues_is_told_of_them(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    with li_wei.client.websocket_connect("/live") as socket:
        until(socket, lambda message: "snapshot" in message)
        socket.send_json({"lamps": True})
        first = until(socket, lambda message: "lamps" in message)
        engine.change(fake.agent(people.wang_fang, "Wang Fang", "1002", state="ready"))
        told = until(socket, lambda message: "lamps" in message)
        engine.change(fake.agent(people.wang_fang, "Wang Fang", "1002"))

    assert first["all"]
    assert {one["id"] for one in first["lamps"]} >= {people.li_wei, people.wang_fang}
    assert lit(json.dumps(told)) == {people.wang_fang: "ready"}


@pytest.mark.parametrize(
    ("user", "kind", "rights", "told"),
    [
        (LI, SessionKind.BROWSER, {Right.DESK}, True),
        (LI, SessionKind.BROWSER, set(), False),
        (LI, SessionKind.TOKEN, {Right.DESK}, False),
        (1, SessionKind.BROWSER, {Right.DESK}, False),  # no agent
    ],
)
def test_only_an_agents_page_is_told(
    user: int,
    kind: SessionKind,
    rights: set[Right],
    told: bool,  # noqa: FBT001
) -> None:
    who = SimpleNamespace(kind=kind, user=SimpleNamespace(id=user), may=rights.__contains__)
    page = cast("Subscription", SimpleNamespace(seen=SimpleNamespace(who=who, hidden=False)))

    assert may_see(mirror(agent(LI)), page) is told
