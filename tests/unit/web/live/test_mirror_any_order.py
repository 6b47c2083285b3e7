"""In any order of events, each listener of the mirror ends with the items it may see."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from unit.web.fake_engine import agent, call, engine, leg, node, queue, task
from wide import examples

from web.live.changes import ChangeMessage, Item
from web.live.mirror import Listener, Mirror
from web.live.scope import EVERYTHING, Cursor, Scope, desk_of, floor_of


def gone(kind: str, id_: str) -> dict[str, object]:
    return {"kind": kind, "id": id_, "value": None}


class Client:
    """A page: it folds its changes, and may disconnect and come back with its cursor."""

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

    def hear(self, one: ChangeMessage) -> None:
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
    """Give the items of a scope, computed in the simplest way."""
    if scope.people is None:
        return items
    own = [v for (kind, id_), v in items.items() if kind == "agent" and int(id_) in scope.people]
    queues = {queue for value in own for queue in value["queues"]}

    def shown(kind: str, id_: str, value: Any) -> bool:
        if kind == "call":
            line = scope.floor and value["agent"] is None and value["queue"] in queues
            named = {value["agent"], *(one["agent"] for one in value["legs"])}
            parked = bool(own) and value["slot"] is not None and value["state"] == "parked"
            busy = {v["call"] for v in own} | {one["call"] for v in own for one in v["tasks"]}
            return bool(named & scope.people) or id_ in busy or line or parked
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
            tasks = [task(chance.choice(["c1", "c2", "c3"])) for _ in range(chance.randrange(2))]
            queues = [one for one in QUEUES if chance.random() < 0.5]
            return agent(who, call=at, tasks=tasks, queues=queues)
        case 3 | 4 | 5:
            legs = [leg(), leg(chance.choice([7, 8, 9]))][: chance.randrange(3)]
            has, waits = chance.choice([None, None, who]), chance.choice([None, key, key])
            if chance.random() < 0.2:
                return call(id_, None, queue=waits, legs=legs, slot=1, state="parked")
            return call(id_, has, queue=waits, legs=legs)
        case 6 | 7:
            return queue(key, waiting=chance.randrange(4))
        case 8:
            return chance.choice([gone("call", id_), gone("agent", str(who)), gone("queue", key)])
        case _:
            return chance.choice([engine(), node()])


class World:
    """An engine, its mirror, and a client of every kind."""

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
            # A client that was not woken shows the present state; the others have changes to read.
            if listener and not (self.m.away or self.m.is_behind(listener)):
                assert client.shown == seen(self.truth, client.scope), client.scope


@pytest.mark.wide
@settings(max_examples=examples(250), deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_after_any_events_each_listener_shows_the_present_state(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a random story, not a secret
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
