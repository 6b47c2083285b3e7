"""What an agent's page is told for the console: colleagues, reasons to decline, pauses."""

from functools import partial
from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.patience import until
from unit.web.visitor import Visitor

from crm.dictionary.item import Item, List
from crm.dictionary.store import save_item

Database = sessionmaker[Session]


def target(visitor: Visitor, to: str, typed: str) -> dict[str, Any]:
    # Without a text only the first fifty are told, and busy agents come last.
    items: list[dict[str, Any]] = visitor.get(f"/api/v1/desk/targets?q={typed}").json()["items"]
    # The live state comes by a socket: until it has come, the agent is in no list.
    return next((one for one in items if one["to"] == to), {"free": None, "can_wait": None})


def is_offered(visitor: Visitor, to: str, wanted: dict[str, Any]) -> bool:
    return target(visitor, to, "wang").items() >= wanted.items()


def busy(people: People, **more: Any) -> fake.Item:
    said: dict[str, Any] = {"state": "talking", "presence": "ready", "reachable": True}
    said |= {"call": "c77", "tasks": [fake.task("c77")], "queues": ["support"]}
    return fake.agent(people.wang_fang, "Wang Fang", "1002", **(said | more))


def test_colleagues_are_listed_with_what_they_do_and_not_with_whom(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    engine.change(busy(people))

    def colleagues() -> dict[int, dict[str, Any]]:
        items = li_wei.get("/api/v1/desk/colleagues").json()["items"]
        return {one["id"]: one for one in items}

    until(lambda: colleagues()[people.wang_fang]["lamp"]["state"] == "talking")
    found, wang = colleagues(), colleagues()[people.wang_fang]
    engine.change(fake.agent(people.wang_fang, "Wang Fang", "1002", queues=["support"]))

    assert people.li_wei not in found
    assert (wang["name"], wang["extension"]) == ("Wang Fang", "1002")
    assert "wangfang" in wang["spellings"]
    assert (wang["lamp"]["free"], wang["lamp"]["can_wait"]) == (False, True)
    assert "c77" not in str(found)


def test_a_busy_agent_can_be_waited_for_and_one_who_pauses_next_cannot(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    to = f"agent:{people.wang_fang}"
    for presence, can_wait in (("ready", True), ("paused", False)):
        engine.change(busy(people, presence=presence))
        wanted = {"free": False, "can_wait": can_wait}
        until(partial(is_offered, li_wei, to, wanted))
    engine.change(fake.agent(people.wang_fang, "Wang Fang", "1002", queues=["support"]))


def test_the_front_of_a_queue_is_offered_to_those_with_the_permission(
    li_wei: Visitor, database: Database
) -> None:
    assert target(li_wei, "queue:support", "support")["may_front"] is False
    li_wei.enter(database, "admin")
    assert target(li_wei, "queue:support", "support")["may_front"] is True


def test_the_reasons_to_decline_are_a_picklist(li_wei: Visitor, database: Database) -> None:
    with database.begin() as session:
        save_item(session, List.DECLINE_REASON, Item("language", "Not my language", "语言不通"))
    reasons = until(lambda: li_wei.get("/api/v1/desk").json()["decline_reasons"])

    assert reasons == [{"key": "language", "name": "Not my language"}]


def test_a_declined_call_and_the_end_of_a_pause_reach_the_engine(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    engine.change(
        fake.call("c78", people.li_wei),
        fake.agent(people.li_wei, state="offered", call="c78", tasks=[fake.task("c78", "offered")]),
    )
    until(lambda: (li_wei.get("/api/v1/desk").json()["call"] or {}).get("id") == "c78")
    assert li_wei.ask("/desk/calls/c78/decline", {"reason": "language"}).status_code == 200
    assert li_wei.ask("/desk/state", {"state": "paused", "minutes": 15}).status_code == 200
    assert li_wei.ask("/desk/state", {"state": "paused", "minutes": -1}).status_code == 422

    asked = {one["ask"]: one for one in engine.asked}
    assert (asked["decline"]["reason"], asked["state"]["minutes"]) == ("language", 15)
    engine.change({"kind": "call", "id": "c78", "value": None}, fake.agent(people.li_wei))
