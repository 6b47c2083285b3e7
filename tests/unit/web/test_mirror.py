"""The web's copy of what is alive, and what each watcher is told of it."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from unit.web.fake_engine import agent, call, engine, node, queue

from web.changes import Item, Told
from web.mirror import GapError, Listener, Mirror
from web.scope import EVERYTHING, Cursor, Scope, desk_of, floor_of, read_cursor


def mirror(*items: dict[str, object], keep: int = 200) -> Mirror:
    made = Mirror(keep)
    made.greet({"boot": "b1", "number": 17, "items": items})
    return made


def change(number: int, *items: dict[str, object]) -> dict[str, object]:
    return {"number": number, "items": list(items)}


def gone(kind: str, id_: str) -> dict[str, object]:
    return {"kind": kind, "id": id_, "value": None}


def fresh(m: Mirror, scope: Scope = EVERYTHING) -> Listener:
    """A listener who has had his first snapshot."""
    listener = m.listen(scope)
    assert m.take(listener) is None
    return listener


def names(items: Sequence[Item]) -> set[tuple[str, str]]:
    return {(item["kind"], item["id"]) for item in items}


def told(m: Mirror, listener: Listener) -> list[tuple[str, str, bool]]:
    """What a listener is told: kind, id, and whether it is gone."""
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


def test_a_listener_hears_changes_in_order_and_once() -> None:
    m = mirror()
    listener = fresh(m)

    m.apply(change(18, agent(7)))
    m.apply(change(19, agent(7)))

    assert [one.number for one in m.take(listener) or ()] == [18, 19]
    assert m.take(listener) == []


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


def test_who_comes_back_with_his_cursor_is_told_what_he_missed() -> None:
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
        Cursor("b1", 99, "all"),  # never told
        Cursor("b1", 18, desk_of(7).key),  # he saw less then
    ],
)
def test_a_cursor_of_elsewhere_gets_a_snapshot(cursor: Cursor) -> None:
    m = mirror(agent(7))
    m.apply(change(18, agent(7)))

    assert m.take(m.listen(EVERYTHING, cursor)) is None


@pytest.mark.parametrize(
    "text", ["", "b1", "b1.", "b1.x.all", "b1.-1.all", "b1." + "9" * 30, "é.é"]
)
def test_a_cursor_that_nobody_wrote_is_none(text: str) -> None:
    assert read_cursor(text) is None
    assert read_cursor("b1.18.all") == Cursor("b1", 18, "all")


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

    shown = names(m.seen_by(desk_of(7)))

    assert shown == {("agent", "7"), ("call", "c1"), ("queue", "sales"), ("engine", "engine")}


def test_a_supervisor_sees_everything() -> None:
    m = mirror(agent(7), agent(9), call("c3"), node())

    assert len(m.seen_by(EVERYTHING)) == 4


def test_a_team_s_supervisor_sees_its_agents_and_who_waits_for_them() -> None:
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

    shown = names(m.seen_by(floor_of({7})))

    assert shown == {("agent", "7"), ("call", "c1"), ("call", "c3"), ("queue", "sales")}


def test_a_call_that_leaves_an_agent_is_gone_for_him_once() -> None:
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


def test_a_change_that_is_not_his_does_not_even_wake_an_agent() -> None:
    m = mirror(agent(7), agent(9))
    listener = fresh(m, desk_of(7))

    m.apply(change(18, call("c2", 9), agent(9, call="c2"), node()))

    assert not listener.behind
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
    m.nudge()
    assert listener._woken.is_set()  # noqa: SLF001
    (only,) = m.take(listener) or ()
    assert only.number == 20
    assert [item["value"]["waiting"] for item in json.loads(only.text)["items"]] == [20]


def test_what_many_see_alike_is_written_once() -> None:
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


class Client:
    """A page: it folds what it is told, and may go away and come back with its cursor."""

    def __init__(self, m: Mirror, scope: Scope) -> None:
        self.scope = scope
        self.shown: dict[tuple[str, str], Any] = {}
        self.boot, self.number = "", 0
        self.numbers: list[int] = []
        self.listener: Listener | None = m.listen(scope)

    def read(self, m: Mirror) -> None:
        if self.listener is None or m.away:
            return
        taken = m.take(self.listener)
        if taken is None:
            self.shown = {
                _name(item): item["value"] for item in json.loads(m.snapshot_text(self.scope))
            }
            self.boot, self.number, self.numbers = m.boot, m.number, []
        for one in taken or ():
            self.hear(one)
        self.number = m.number

    def hear(self, one: Told) -> None:
        self.numbers.append(one.number)
        for item in json.loads(one.text)["items"]:
            if item["value"] is None:
                assert self.shown.pop(_name(item), None) or not item["value"]
            else:
                self.shown[_name(item)] = item["value"]

    def leave(self, m: Mirror) -> None:
        if self.listener:
            m.forget(self.listener)
            self.listener = None

    def come_back(self, m: Mirror) -> None:
        self.leave(m)
        self.listener = m.listen(self.scope, Cursor(self.boot, self.number, self.scope.key))


def _name(item: Item) -> tuple[str, str]:
    return str(item["kind"]), str(item["id"])


def seen(items: dict[tuple[str, str], Any], scope: Scope) -> dict[tuple[str, str], Any]:
    """What somebody should see, told the long way round."""
    if scope.people is None:
        return items
    own = [v for (kind, id_), v in items.items() if kind == "agent" and int(id_) in scope.people]
    queues = {queue for value in own for queue in value["queues"]}

    def shown(kind: str, id_: str, value: Any) -> bool:
        if kind == "call":
            line = scope.floor and value["agent"] is None and value["queue"] in queues
            return value["agent"] in scope.people or id_ in {v["call"] for v in own} or line
        return (
            (kind == "agent" and int(id_) in scope.people)
            or (kind == "queue" and id_ in queues)
            or kind == "engine"
        )

    return {key: value for key, value in items.items() if shown(*key, value)}


QUEUES = ("sales", "support")
SCOPES = (EVERYTHING, desk_of(7), desk_of(8), floor_of({7}), floor_of({8, 9}))
STEPS = (
    *["change"] * 12,
    *["read"] * 10,
    *["leave", "come back", "come back", "come back", "reload"],
    *["the link breaks", "the engine restarts"],
)


def some_item(chance: Random) -> Item:
    who, id_, key = (
        chance.choice([7, 8, 9]),
        chance.choice(["c1", "c2", "c3"]),
        chance.choice(QUEUES),
    )
    match chance.randrange(10):
        case 0 | 1 | 2:
            at = chance.choice([None, id_])
            return agent(who, call=at, queues=[one for one in QUEUES if chance.random() < 0.5])
        case 3 | 4 | 5:
            return call(
                id_, chance.choice([None, None, who]), queue=chance.choice([None, key, key])
            )
        case 6 | 7:
            return queue(key, waiting=chance.randrange(4))
        case 8:
            return chance.choice([gone("call", id_), gone("agent", str(who)), gone("queue", key)])
        case _:
            return chance.choice([engine(), node()])


class World:
    """An engine, the mirror of it, and a client of every kind."""

    def __init__(self, items: list[Item]) -> None:
        self.truth: dict[tuple[str, str], Any] = {}
        self.boots, self.number = 1, 5
        self.m = Mirror(keep=4)
        self.change_truth(items)
        self.greet()
        self.clients = [Client(self.m, scope) for scope in SCOPES]

    def change_truth(self, items: list[Item]) -> None:
        for item in items:
            if item["value"] is None:
                self.truth.pop(_name(item), None)
            else:
                self.truth[_name(item)] = item["value"]

    def greet(self) -> None:
        items = [{"kind": k, "id": i, "value": v} for (k, i), v in self.truth.items()]
        self.m.greet({"boot": f"b{self.boots}", "number": self.number, "items": items})

    def step(self, what: str, chance: Random) -> None:
        which = chance.randrange(len(SCOPES))
        match what:
            case "change":
                items = [some_item(chance) for _ in range(chance.randint(1, 3))]
                self.number += 1
                self.change_truth(items)
                if self.m.away:
                    self.greet()
                else:
                    self.m.apply({"number": self.number, "items": items})
            case "read":
                self.clients[which].read(self.m)
            case "leave":
                self.clients[which].leave(self.m)
            case "come back":
                self.clients[which].come_back(self.m)
            case "reload":
                self.clients[which].leave(self.m)
                self.clients[which] = Client(self.m, SCOPES[which])
            case "the link breaks":
                self.m.lose()
            case _:
                self.boots, self.number = self.boots + 1, 0
                self.m.lose()
                self.greet()

    def check(self) -> None:
        for client in self.clients:
            assert client.numbers == sorted(set(client.numbers)), "a change was told twice"
            listener = client.listener
            # Whom nobody woke sees what is; the others are still to read.
            if listener and not (listener.stale or listener.behind or self.m.away):
                assert client.shown == seen(self.truth, client.scope), client.scope


@settings(max_examples=250, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_whatever_happens_each_watcher_ends_with_what_is(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a story, not a secret
    world = World([some_item(chance) for _ in range(8)])
    for _ in range(60):
        world.step(chance.choice(STEPS), chance)
        world.check()
    if world.m.away:
        world.greet()
    for client in world.clients:
        if client.listener is None:
            client.come_back(world.m)
        client.read(world.m)

        assert client.shown == seen(world.truth, client.scope)
