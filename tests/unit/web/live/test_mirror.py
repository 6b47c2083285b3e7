"""The web's copy of the live state, and the changes that each subscription gets."""

import json
from collections.abc import Sequence

import pytest
from unit.web.fake_engine import agent, call, engine, node, queue

from web.live.changes import Item
from web.live.mirror import GapError, Listener, Mirror
from web.live.scope import EVERYTHING, Cursor, Scope, desk_of, floor_of, read_cursor


def mirror(*items: dict[str, object], keep: int = 200) -> Mirror:
    made = Mirror(keep)
    made.greet({"boot": "b1", "number": 17, "items": items})
    return made


def change(number: int, *items: dict[str, object]) -> dict[str, object]:
    return {"number": number, "items": list(items)}


def gone(kind: str, id_: str) -> dict[str, object]:
    return {"kind": kind, "id": id_, "value": None}


def fresh(m: Mirror, scope: Scope = EVERYTHING) -> Listener:
    """Make a listener that has its first snapshot."""
    listener = m.listen(scope)
    assert m.take(listener) is None
    return listener


def names(items: Sequence[Item]) -> set[tuple[str, str]]:
    return {(item["kind"], item["id"]) for item in items}


def told(m: Mirror, listener: Listener) -> list[tuple[str, str, bool]]:
    """Give the items that a listener gets: kind, id, and whether it is gone."""
    taken = m.take(listener)
    assert taken is not None
    items = [item for one in taken for item in json.loads(one.text)["items"]]
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


def test_a_desk_hears_changes_in_order_and_once() -> None:
    m = mirror(agent(7))
    listener = fresh(m, desk_of(7))

    m.apply(change(18, agent(7)))
    m.apply(change(19, agent(7)))

    assert [one.number for one in m.take(listener) or ()] == [18, 19]
    assert m.take(listener) == []


def test_a_floor_is_told_the_newest_of_what_changed_since_it_looked() -> None:
    m = mirror()
    listener = fresh(m)

    m.apply(change(18, agent(7, "Old"), agent(8)))
    m.apply(change(19, agent(7, "New"), call("c1", 7)))
    m.apply(change(20, gone("call", "c1")))
    (only,) = m.take(listener) or ()

    assert only.number == 20
    items = {item["id"]: item["value"] for item in json.loads(only.text)["items"]}
    assert (items["7"]["name"], items["8"]["id"], items["c1"]) == ("New", 8, None)


def test_an_order_to_a_desk_is_told_although_more_followed() -> None:
    m = mirror(agent(7))
    listener = fresh(m)

    m.apply(change(18, agent(7, answer="c1")))
    m.apply(change(19, agent(7, state="talking")))

    first, second = m.take(listener) or ()
    assert json.loads(first.text)["items"][0]["value"]["answer"] == "c1"
    assert json.loads(second.text)["items"][0]["value"]["state"] == "talking"


def test_floors_are_woken_together_and_not_for_each_change() -> None:
    m = mirror(agent(7))
    floor, desk = fresh(m), fresh(m, desk_of(7))

    m.apply(change(18, agent(7)))

    assert (floor._woken.is_set(), desk._woken.is_set()) == (False, True)  # noqa: SLF001
    m.wake_floors()
    assert floor._woken.is_set()  # noqa: SLF001


def test_figures_go_with_what_a_desk_is_told_at_once() -> None:
    m = mirror(agent(7, queues=["sales"]), queue("sales"))
    listener = fresh(m, desk_of(7))
    m.apply(change(18, queue("sales", waiting=1)))
    m.apply(change(19, agent(7, queues=["sales"]), queue("sales", waiting=2)))

    (only,) = m.take(listener) or ()

    assert only.number == 19
    shown = [
        (item["kind"], item["value"].get("waiting")) for item in json.loads(only.text)["items"]
    ]
    assert shown == [("agent", None), ("queue", 2)]
    assert not m.is_behind(listener)


def test_a_slow_listener_is_told_to_take_a_snapshot() -> None:
    m = mirror(keep=2)
    listener = fresh(m)

    for number in (18, 19, 20):
        m.apply(change(number, agent(7)))

    assert m.take(listener) is None
    assert m.overflows == 1


def test_an_engine_that_went_away_leaves_every_listener_stale() -> None:
    m = mirror()
    listener = fresh(m)

    m.lose()

    assert (m.away, listener.stale) == (True, True)


def test_a_client_with_a_cursor_gets_what_it_missed() -> None:
    m = mirror(agent(7))
    m.apply(change(18, agent(7, "A")))
    m.apply(change(19, agent(7, "B")))

    back = m.listen(EVERYTHING, Cursor("b1", 18, EVERYTHING.key))

    assert [one.number for one in m.take(back) or ()] == [19]


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor("b0", 18, "all"),  # another engine
        Cursor("b1", 16, "all"),  # before the ring begins
        Cursor("b1", 99, "all"),  # never sent
        Cursor("b1", 18, desk_of(7).key),  # the agent saw less then
    ],
)
def test_a_cursor_of_elsewhere_gets_a_snapshot(cursor: Cursor) -> None:
    m = mirror(agent(7))
    m.apply(change(18, agent(7)))

    assert m.take(m.listen(EVERYTHING, cursor)) is None


@pytest.mark.parametrize(
    "text", ["", "b1", "b1.", "b1.x.all", "b1.-1.all", "b1." + "9" * 30, "é.é"]
)
def test_an_invalid_cursor_is_none(text: str) -> None:
    assert read_cursor(text) is None
    assert read_cursor("b1.18.all") == Cursor("b1", 18, "all")


def test_an_agent_sees_their_own_state_call_and_queues() -> None:
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

    shown = names(m.visible_to(desk_of(7)))

    assert shown == {("agent", "7"), ("call", "c1"), ("queue", "sales"), ("engine", "engine")}


def test_a_parked_call_is_shown_to_every_agent_and_gone_when_it_is_retrieved() -> None:
    m = mirror(agent(7), agent(9), call("c1", 9))
    listener, other = fresh(m, desk_of(7)), fresh(m, desk_of(8))

    m.apply(change(18, call("c1", slot=1, state="parked")))
    assert told(m, listener) == [("call", "c1", False)]
    m.apply(change(19, agent(8)))
    assert told(m, other) == [("agent", "8", False), ("call", "c1", False)]
    assert ("call", "c1") in names(m.visible_to(desk_of(8)))

    m.apply(change(20, call("c1", 9, state="talking")))
    assert told(m, listener) == [("call", "c1", True)]
    assert ("call", "c1") not in names(m.visible_to(desk_of(8)))


def test_a_parked_call_is_not_shown_to_somebody_who_takes_no_calls() -> None:
    m = mirror(agent(7), call("c1", slot=1, state="parked"), call("c2", slot=2, state="ended"))

    assert names(m.visible_to(desk_of(5))) == set()
    assert ("call", "c2") not in names(m.visible_to(desk_of(7)))


def test_a_supervisor_sees_everything() -> None:
    m = mirror(agent(7), agent(9), call("c3"), node())

    assert len(m.visible_to(EVERYTHING)) == 4


def test_a_teams_supervisor_sees_its_agents_and_the_callers_waiting_for_them() -> None:
    m = mirror(
        agent(7, queues=["sales"]),
        agent(9, queues=["support"]),
        call("c1", 7, queue="sales"),
        call("c2", 9, queue="support"),
        call("c3", queue="sales"),
        call("c4", queue="support"),
        queue("sales"),
        queue("support"),
    )

    shown = names(m.visible_to(floor_of({7})))

    assert shown == {("agent", "7"), ("call", "c1"), ("call", "c3"), ("queue", "sales")}


def test_a_call_that_leaves_an_agent_is_gone_for_them_once() -> None:
    m = mirror(agent(7), call("c1", 7))
    listener = fresh(m, desk_of(7))

    m.apply(change(18, call("c1", 9)))
    m.apply(change(19, call("c1", 9)))

    assert told(m, listener) == [("call", "c1", True)]


def test_a_call_appears_when_it_is_offered_to_the_agent() -> None:
    m = mirror(agent(7), call("c1"))
    listener = fresh(m, desk_of(7))

    m.apply(change(18, agent(7, call="c1", state="offered")))

    assert told(m, listener) == [("agent", "7", False), ("call", "c1", False)]


def test_a_change_of_another_agent_does_not_wake_an_agent() -> None:
    m = mirror(agent(7), agent(9))
    listener = fresh(m, desk_of(7))

    m.apply(change(18, call("c2", 9), agent(9, call="c2"), node()))

    assert not m.is_behind(listener)
    assert told(m, listener) == []


def test_an_agent_who_joins_a_queue_is_shown_it() -> None:
    m = mirror(agent(7, queues=["sales"]), queue("sales"), queue("support"))
    listener = fresh(m, desk_of(7))

    m.apply(change(18, agent(7, queues=["support"])))

    assert sorted(told(m, listener)) == [
        ("agent", "7", False),
        ("queue", "sales", True),
        ("queue", "support", False),
    ]


def test_a_queue_s_figures_reach_a_desk_together_and_without_hurry() -> None:
    m = mirror(agent(7, queues=["sales"]), queue("sales"))
    listener = fresh(m, desk_of(7))
    for number in (18, 19, 20):
        m.apply(change(number, queue("sales", waiting=number)))

    assert not listener._woken.is_set()  # noqa: SLF001
    assert m.desks_to_nudge() == [listener]
    assert m.desks_to_nudge() == []
    (only,) = m.take(listener) or ()
    assert only.number == 20
    assert [item["value"]["waiting"] for item in json.loads(only.text)["items"]] == [20]


def test_messages_for_many_subscribers_are_written_once() -> None:
    m = mirror(agent(7))
    first, second = fresh(m), fresh(m)

    m.apply(change(18, agent(7)))

    (one,), (other,) = m.take(first) or (), m.take(second) or ()
    assert one.text is other.text


def test_a_new_scope_begins_with_a_snapshot() -> None:
    m = mirror(agent(7), agent(9))
    listener = fresh(m, desk_of(7))

    m.move(listener, floor_of({7, 9}))

    assert m.take(listener) is None
    m.forget(listener)
    assert m.listeners == 0
