"""The web's copy of what is alive."""

from collections.abc import Sequence

import pytest
from unit.web.fake_engine import agent, call, engine, node, queue

from web.mirror import GapError, Item, Mirror, Scope


def mirror(*items: dict[str, object], limit: int = 200) -> Mirror:
    made = Mirror(limit)
    made.greet({"boot": "b1", "number": 17, "items": items})
    return made


def change(number: int, *items: dict[str, object]) -> dict[str, object]:
    return {"number": number, "items": list(items)}


def gone(kind: str, id_: str) -> dict[str, object]:
    return {"kind": kind, "id": id_, "value": None}


def told(items: Sequence[Item] | None) -> list[tuple[object, object, bool]] | None:
    if items is None:
        return None
    return [(item["kind"], item["id"], item["value"] is None) for item in items]


def test_a_change_is_kept_and_what_is_gone_is_forgotten() -> None:
    m = mirror(agent(7))

    m.apply(change(18, call("c1", 7)))
    m.apply(change(19, gone("call", "c1"), agent(7, "Renamed")))

    assert m.value("call", "c1") is None
    assert [value["name"] for value in m.values("agent")] == ["Renamed"]


def test_a_lost_number_is_noticed() -> None:
    m = mirror(agent(7))

    with pytest.raises(GapError):
        m.apply(change(19))


def test_a_change_from_before_the_snapshot_is_passed_over() -> None:
    m = mirror(agent(7))

    m.apply(change(17, gone("agent", "7")))

    assert m.value("agent", 7) is not None


def test_a_listener_hears_changes_in_order() -> None:
    m = mirror()
    listener = m.listen()
    listener.stale = False

    m.apply(change(18))
    m.apply(change(19))

    assert [one.number for one in listener.take()] == [18, 19]
    assert listener.take() == []


def test_a_slow_listener_is_told_to_take_a_snapshot() -> None:
    m = mirror(limit=2)
    listener = m.listen()
    listener.stale = False

    for number in (18, 19, 20, 21):
        m.apply(change(number))

    assert listener.stale
    assert listener.take() == []


def test_an_engine_that_went_away_leaves_every_listener_stale() -> None:
    m = mirror()
    listener = m.listen()
    listener.stale = False

    m.lose()

    assert (m.away, listener.stale) == (True, True)


def test_an_agent_sees_himself_his_call_and_his_queues() -> None:
    m = mirror(
        agent(7, queues=["sales"]),
        agent(9),
        call("c1", 7),
        call("c2", 9),
        call("c3"),
        queue("sales"),
        queue("support"),
        node(),
        engine(),
    )

    shown = {(item["kind"], item["id"]) for item in Scope(7).snapshot(m)}

    assert shown == {("agent", "7"), ("call", "c1"), ("queue", "sales"), ("engine", "engine")}


def test_a_supervisor_sees_everything() -> None:
    m = mirror(agent(7), agent(9), call("c3"), node())

    assert len(Scope(None).snapshot(m)) == 4


def test_a_call_that_leaves_an_agent_is_gone_for_him() -> None:
    m = mirror(agent(7), call("c1", 7))
    scope = Scope(7)
    scope.snapshot(m)

    moved = call("c1", 9)

    assert told(scope.changes([moved], m)) == [("call", "c1", True)]
    assert told(scope.changes([moved], m)) == []


def test_a_call_appears_when_it_is_offered_to_the_agent() -> None:
    m = mirror(agent(7), call("c1"))
    scope = Scope(7)
    scope.snapshot(m)

    offered = agent(7, call="c1", state="offered")
    m.apply(change(18, offered))

    assert told(scope.changes([offered], m)) == [("agent", "7", False), ("call", "c1", False)]


def test_a_call_of_somebody_else_is_never_told() -> None:
    m = mirror(agent(7), agent(9))
    scope = Scope(7)
    scope.snapshot(m)

    theirs = [call("c2", 9), agent(9, call="c2"), node()]

    assert scope.changes(theirs, m) == []


def test_an_agent_who_joins_a_queue_needs_a_fresh_snapshot() -> None:
    m = mirror(agent(7, queues=["sales"]))
    scope = Scope(7)
    scope.snapshot(m)

    joined = agent(7, queues=["sales", "support"])
    m.apply(change(18, joined))

    assert scope.changes([joined], m) is None
