"""What an agent's page offers for a call's parties: targets, colleagues' calls, who handed over."""

from collections.abc import Iterator
from typing import Any

import pytest
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.patience import until
from unit.web.visitor import Visitor

NEVER = {"kind": "call", "value": None}


def offer(agent: int, name: str = "Wang Fang") -> dict[str, Any]:
    at = "2026-11-22T10:00:00.000+00:00"
    return {"state": "offered", "since": at, "offers": [
        {"agent": agent, "agent_name": name, "since": at, "until": at}
    ]}  # fmt: skip


@pytest.fixture
def rings(engine: fake.FakeEngine, people: People) -> Iterator[None]:
    """A call rings at Wang Fang, another one at Li Wei."""
    theirs = fake.call("theirs", people.wang_fang, work=offer(people.wang_fang))
    engine.change(theirs, fake.call("mine", people.li_wei, work=offer(people.li_wei, "Li Wei")))
    yield
    engine.change(*({**NEVER, "id": id_} for id_ in ("theirs", "mine")))


def wait_for(visitor: Visitor, call: str) -> None:
    until(lambda: (visitor.get("/api/v1/desk").json().get("call") or {}).get("id") == call)


def ringing(visitor: Visitor) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = visitor.get("/api/v1/desk/ringing").json()["items"]
    return items


@pytest.mark.usefixtures("rings")
def test_no_call_of_an_agent_out_of_reach_is_shown(li_wei: Visitor) -> None:
    assert ringing(li_wei) == []


@pytest.mark.usefixtures("rings")
def test_calls_that_ring_at_agents_within_reach_are_shown(chen_jing: Visitor) -> None:
    found = {one["call"]: one for one in ringing(chen_jing)}

    assert found["theirs"]["agents"] == ["Wang Fang"]
    assert found["theirs"]["queue_name"] == "Support"
    assert found["theirs"]["since"].startswith("2026-11-22T10:00:00")


def test_an_agent_is_found_by_name_and_extension_and_not_oneself(
    li_wei: Visitor, people: People
) -> None:
    def found(text: str) -> list[str]:
        items = li_wei.get(f"/api/v1/desk/targets?q={text}").json()["items"]
        return [one["to"] for one in items if one["kind"] == "agent"]

    assert f"agent:{people.wang_fang}" in found("wang")
    assert f"agent:{people.wang_fang}" in found("1002")
    assert f"agent:{people.li_wei}" not in found("")


def test_without_a_text_agents_who_cannot_take_a_call_come_last(li_wei: Visitor) -> None:
    items = li_wei.get("/api/v1/desk/targets").json()["items"]
    free = [one["free"] for one in items]

    assert free == sorted(free, reverse=True)
    assert {"agent", "queue"} <= {one["kind"] for one in items}


@pytest.mark.parametrize("note", ["Asks for a <refund>.", ""])
def test_the_card_tells_who_handed_the_call_over(
    li_wei: Visitor, engine: fake.FakeEngine, people: People, note: str
) -> None:
    handed = {"agent": people.wang_fang, "agent_name": "Wang Fang", "note": note}
    call = f"handed-{len(note)}"
    engine.change(
        fake.call(call, people.li_wei, handed=handed),
        fake.agent(people.li_wei, state="offered", call=call),
    )
    wait_for(li_wei, call)

    card = li_wei.get(f"/desk/card?call={call}").text
    assert "card-handed" in card
    assert ("From Wang Fang: Asks for a &lt;refund&gt;." if note else "From Wang Fang<") in card


def test_the_card_of_a_transfer_that_came_back_tells_who_did_not_take_it(
    li_wei: Visitor, engine: fake.FakeEngine, people: People
) -> None:
    transfer = {"kind": "blind", "state": "returning", "initiator": people.li_wei}
    transfer |= {"initiator_name": "Li Wei", "to": "agent:2", "to_name": "Wang Fang", "note": ""}
    engine.change(
        fake.call("back", people.li_wei, transfer=transfer),
        fake.agent(people.li_wei, state="offered", call="back"),
    )
    wait_for(li_wei, "back")

    assert "Not taken by Wang Fang" in li_wei.get("/desk/card?call=back").text
