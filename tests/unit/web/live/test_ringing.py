"""The calls that ring at colleagues, as pages are told of them."""

import json
from typing import Any

import pytest
from unit.web.fake_engine import Item, agent, call

from crm.people.rights import EVERYBODY, NOBODY, Reach
from web.live.mirror import Mirror
from web.live.ringing import may_pick_up, ringing_calls, ringing_message

ME, WANG = 7, 9


def rings(id_: str, *agents: int, at: str = "2026-11-22T10:00:00.000+00:00", **more: Any) -> Item:
    names = {"agent_name": "Wang Fang", "since": at, "until": at}
    offers = [{"agent": one, **names} for one in agents]
    return call(id_, work={"state": "offered", "since": at, "offers": offers}, **more)


def mirror(*items: Item) -> Mirror:
    made = Mirror()
    made.greet({"boot": "b1", "number": 1, "items": [agent(ME), agent(WANG), *items]})
    return made


def told(m: Mirror, within: Reach) -> list[str]:
    message = json.loads(ringing_message(ringing_calls(m), ME, within))
    return [one["call"] for one in message["ringing"]]


def test_the_longest_ringing_call_comes_first() -> None:
    late = rings("late", WANG, at="2026-11-22T10:00:09.000+00:00")
    m = mirror(late, rings("early", WANG))

    assert told(m, EVERYBODY) == ["early", "late"]
    m.lose()
    assert told(m, EVERYBODY) == []


@pytest.mark.parametrize("more", [{"state": "talking"}, {"direction": "internal"}])
def test_only_calls_of_customers_that_ring_are_told(more: dict[str, str]) -> None:
    assert told(mirror(rings("c1", WANG, **more), rings("c2")), EVERYBODY) == []


@pytest.mark.parametrize(
    ("agents", "within", "may"),
    [
        ((WANG,), EVERYBODY, True),
        ((WANG,), Reach(frozenset({WANG})), True),
        ((WANG,), Reach(frozenset({ME})), False),
        ((WANG,), NOBODY, False),
        ((ME, WANG), EVERYBODY, False),  # it rings at one's own phone too
    ],
)
def test_picking_up_depends_on_the_agents_it_rings_for(
    agents: tuple[int, ...],
    within: Reach,
    may: bool,  # noqa: FBT001
) -> None:
    assert may_pick_up(rings("c1", *agents)["value"], ME, within) is may
