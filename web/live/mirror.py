"""The web's copy of what is alive, a ring of its last changes, and who is to be woken by them.

Pure but for waking a waiting listener. The engine numbers its changes; a number that does not
follow the last one means that something was lost, and only a new snapshot can be believed.

A listener keeps no queue: he knows the number up to which he was told, and reads on in the ring.
So it is all one whether he was slow, or away for a minute and came back with his cursor: what the
ring still holds he is told, each change once; beyond that he gets a snapshot. A change wakes only
those who see something of it, found by whom its items concern, not by asking every listener.

A desk hears of its agent and its call at once, of figures once a second. Floors are woken together,
at most so often as `keep_telling` says, and told the newest of each item.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from web.live.change_buffer import ChangeBuffer
from web.live.changes import (
    FIGURES,
    ChangedItem,
    ChangeMessage,
    Item,
    Key,
    LiveChange,
    Value,
    desk_messages,
    floor_messages,
    key_of,
    write,
)
from web.live.scope import ALL, NOBODY, Audience, Cursor, Scope

KEPT_CHANGES = 5000


class GapError(Exception):
    """A change does not follow the last one: ask for everything again."""


@dataclass(eq=False, slots=True)
class Listener:
    """One watcher's place: what he sees, and up to which number he was told."""

    scope: Scope
    number: int = 0
    stale: bool = True  # he has nothing that could be continued
    first: int | None = None  # the first change that he was not told; figures do not count
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Let `wait` return."""
        self._woken.set()

    def rest(self) -> None:
        """Let the next `wait` sleep until somebody wakes him."""
        self._woken.clear()

    async def wait(self) -> None:
        """Sleep until there is something to take."""
        await self._woken.wait()


class Mirror:
    """Items by kind and id, at one (boot, number) of the engine."""

    def __init__(self, keep: int = KEPT_CHANGES) -> None:
        """`keep` is how many changes somebody may be behind before he gets a snapshot."""
        self.boot = ""
        self.number = 0
        self.away = True
        self.overflows = 0  # listeners who were further behind than the ring reaches
        self._ring = ChangeBuffer(keep)
        self._items: dict[str, dict[str, Value]] = defaultdict(dict)
        self._at: dict[str, set[int]] = defaultdict(set)  # call → agents whose desk it is at
        self._talks: dict[int, set[str]] = defaultdict(set)  # agent → calls that name him
        self._serving: dict[str, frozenset[int]] = {}  # queue → agents
        self._line: dict[str, set[str]] = defaultdict(set)  # queue → calls without an agent
        self._desks: dict[int, set[Listener]] = defaultdict(set)
        self._floors: set[Listener] = set()
        self._floors_due = asyncio.Event()
        self._figures: dict[Key, int] = {}  # the number at which each figure was last told
        self._fresh: set[Key] = set()  # figures that no desk was woken for yet
        self._written: tuple[int, dict[Key, str]] = (-1, {})  # figures as JSON, at a number
        self._shared: tuple[int, dict[tuple[str, int], list[ChangeMessage]]] = (-1, {})
        self._whole: tuple[str, int, str] = ("", -1, "")

    def value(self, kind: str, id_: str | int) -> Value | None:
        """One item's value, or None."""
        return self._items[kind].get(str(id_))

    def values(self, kind: str) -> list[Value]:
        """All items of a kind, in the order of their ids."""
        # One call copies all; threads may read while the loop writes.
        found = list(self._items[kind].items())
        return [value for _, value in sorted(found, key=lambda pair: pair[0])]

    def items(self) -> Iterator[Item]:
        """Every item, as the wire knows it."""
        for kind, values in list(self._items.items()):
            for id_, value in list(values.items()):
                yield {"kind": kind, "id": id_, "value": value}

    def greet(self, hello: Mapping[str, Any]) -> None:
        """Take the engine's whole snapshot in place of what was known."""
        boot, number = str(hello["boot"]), int(hello["number"])
        if (boot, number) != (self.boot, self.number):
            self._ring.clear()
        self.boot, self.number = boot, number
        for known in (self._items, self._at, self._talks, self._serving, self._line):
            known.clear()
        self._whole, self._written, self._shared = ("", -1, ""), (-1, {}), (-1, {})
        for item in hello["items"]:
            self._keep(item)
        keys = (key_of(item) for item in hello["items"])
        self._figures = {key: number for key in keys if key[0] in FIGURES}
        self.away = False
        self._wake_all()

    def apply(self, message: Mapping[str, Any]) -> None:
        """Take one numbered change; GapError when it is not the next."""
        number = int(message["number"])
        if number <= self.number:
            return
        if number != self.number + 1:
            raise GapError(f"{number} after {self.number}")
        items = tuple(message["items"])
        own = {key_of(item) for item in items}
        touched = own | {key for item in items for key in self._moved(item)}
        before = {key: self._audience(key) for key in touched}
        for item in items:
            self._keep(item)
        self.number = number
        parts = [
            ChangedItem(item, before[key_of(item)], self._audience(key_of(item))) for item in items
        ]
        parts += [part for key in touched - own if (part := self._seen_anew(key, before[key]))]
        change = LiveChange(number, tuple(parts))
        self._ring.add(change)
        self._note_figures(change)
        self._wake_for(change)

    def lose(self) -> None:
        """Note that the engine cannot be reached: what we have may be old."""
        if not self.away:
            self.away = True
            self._wake_all()

    def listen(self, scope: Scope, cursor: Cursor | None = None) -> Listener:
        """Make a new listener, who goes on from his cursor if that can be done."""
        listener = Listener(scope)
        if cursor and (cursor.boot, cursor.scope) == (self.boot, scope.key):
            listener.number = cursor.number
            listener.first = cursor.number + 1 if cursor.number < self.number else None
            listener.stale = not self._first <= cursor.number <= self.number
        self._places(scope).add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """Drop the listener of a watcher who went away."""
        self._places(listener.scope).discard(listener)
        for person in listener.scope.people or ():
            if not self._desks.get(person, True):
                del self._desks[person]

    def move(self, listener: Listener, scope: Scope) -> None:
        """Let somebody see more or less from now on; he begins anew with a snapshot."""
        self.forget(listener)
        listener.scope, listener.stale = scope, True
        self._places(scope).add(listener)
        listener.wake()

    def take(self, listener: Listener) -> list[ChangeMessage] | None:
        """Give what a listener was not told yet; None when only a snapshot will do.

        Either way he counts as told up to the present number.
        """
        listener.rest()
        first, listener.first = listener.first, None
        before, listener.number = listener.number, self.number
        lost = first is not None and first <= self._first
        stale, listener.stale = listener.stale, False
        self.overflows += lost and not stale
        if lost or stale:
            return None
        if _is_floor(listener.scope):
            return [] if first is None else self._told_floor(first, listener.scope)
        return self._told_desk(first, before, listener.scope)

    def is_behind(self, listener: Listener) -> bool:
        """Whether there is something that he was not told."""
        if listener.stale or listener.first is not None:
            return True
        if _is_floor(listener.scope):
            return False
        (agent,) = listener.scope.people or (0,)
        return any(changed > listener.number for _, changed in self._figures_of(agent))

    async def floors_due(self) -> None:
        """Wait until there is something to tell a floor."""
        await self._floors_due.wait()

    def wake_floors(self) -> None:
        """Wake all floors that are behind, together: so what they see alike is written once."""
        self._floors_due.clear()
        for floor in self._floors:
            if floor.first is not None:
                floor.wake()

    def desks_to_nudge(self) -> list[Listener]:
        """Give the desks for which there are newer figures since this was asked last."""
        agents: set[int] = set()
        for key in self._fresh:
            audience = self._audience(key)
            agents |= self._desks.keys() if audience.everybody else audience.people
        self._fresh.clear()
        return [desk for agent in agents & self._desks.keys() for desk in self._desks[agent]]

    def seen_by(self, scope: Scope) -> list[Item]:
        """Everything that somebody sees now; for a desk it costs the desk, not the house."""
        if scope.people is None:
            return list(self.items())
        keys: dict[Key, None] = {("engine", "engine"): None}
        for person in sorted(scope.people):
            own = self.value("agent", person) or {}
            queues = [str(queue) for queue in own.get("queues", ())]
            calls = {str(own.get("call") or ""), *self._talks.get(person, ())}
            if scope.floor:
                calls |= {call for queue in queues for call in self._line.get(queue, ())}
            keys[("agent", str(person))] = None
            keys |= dict.fromkeys(("queue", queue) for queue in queues)
            keys |= dict.fromkeys(("call", call) for call in sorted(calls))
        found = ((kind, id_, self.value(kind, id_)) for kind, id_ in keys)
        return [{"kind": k, "id": i, "value": value} for k, i, value in found if value is not None]

    def snapshot_text(self, scope: Scope) -> str:
        """Write everything that somebody sees; the whole floor is written once for all."""
        if scope.people is not None:
            return write(self.seen_by(scope))
        if self._whole[:2] != (self.boot, self.number):
            self._whole = (self.boot, self.number, write(self.seen_by(scope)))
        return self._whole[2]

    @property
    def _first(self) -> int:
        """The number from which on every change is in the ring."""
        return self.number - len(self._ring)

    @property
    def listeners(self) -> int:
        """How many are listening."""
        return len(self._floors) + sum(len(desk) for desk in self._desks.values())

    def _told_floor(self, first: int, scope: Scope) -> list[ChangeMessage]:
        if self._shared[0] != self.number:
            self._shared = (self.number, {})
        shared = self._shared[1]
        if (scope.key, first) not in shared:
            shared[scope.key, first] = floor_messages(self._ring.since(first), scope)
        return shared[scope.key, first]

    def _told_desk(self, first: int | None, before: int, scope: Scope) -> list[ChangeMessage]:
        (agent,) = scope.people or (0,)
        changes = () if first is None else self._ring.of_desk(agent, first)
        figures = {
            key: self._figure(key) if changed > before else ""
            for key, changed in self._figures_of(agent)
        }
        return desk_messages(changes, figures, self.number, scope)

    def _figures_of(self, agent: int) -> Iterator[tuple[Key, int]]:
        """Name the figures that a desk sees, and the number at which each changed."""
        queues = (self.value("agent", agent) or {}).get("queues", ())
        for key in (("engine", "engine"), *(("queue", str(queue)) for queue in queues)):
            if key in self._figures:
                yield key, self._figures[key]

    def _figure(self, key: Key) -> str:
        if self._written[0] != self.number:
            self._written = (self.number, {})
        written = self._written[1]
        if key not in written:
            written[key] = write({"kind": key[0], "id": key[1], "value": self.value(*key)})
        return written[key]

    def _places(self, scope: Scope) -> set[Listener]:
        if _is_floor(scope):
            return self._floors
        (agent,) = scope.people or (0,)
        return self._desks[agent]

    def _wake_all(self) -> None:
        for listener in (*self._floors, *(one for desk in self._desks.values() for one in desk)):
            listener.stale = True
            listener.wake()

    def _note_figures(self, change: LiveChange) -> None:
        for part in change.parts:
            if part.item["kind"] not in FIGURES:
                continue
            if self.value(*part.key) is None:
                self._figures.pop(part.key, None)
            else:
                self._figures[part.key] = change.number
                self._fresh.add(part.key)

    def _wake_for(self, change: LiveChange) -> None:
        for floor in self._floors:
            if floor.first is None and any(part.is_shown_to(floor.scope) for part in change.parts):
                floor.first = change.number
                self._floors_due.set()
        for agent in change.desks & self._desks.keys():
            for desk in self._desks[agent]:
                if desk.first is None:
                    desk.first = change.number
                desk.wake()

    def _seen_anew(self, key: Key, before: Audience) -> ChangedItem | None:
        value, after = self.value(*key), self._audience(key)
        if value is None or before == after:
            return None
        return ChangedItem({"kind": key[0], "id": key[1], "value": value}, before, after, own=False)

    def _moved(self, item: Item) -> Iterator[Key]:
        """Name the items that others will see because an agent changed."""
        if item["kind"] != "agent":
            return
        old = self.value("agent", item["id"]) or {}
        new = item["value"] or {}
        if old.get("call") != new.get("call"):
            yield from (("call", str(call)) for call in (old.get("call"), new.get("call")) if call)
        for queue in {*map(str, old.get("queues", ()))} ^ {*map(str, new.get("queues", ()))}:
            yield ("queue", queue)
            yield from (("call", call) for call in self._line.get(queue, ()))

    def _audience(self, key: Key) -> Audience:
        kind, id_ = key
        value = self.value(kind, id_)
        if value is None:
            return NOBODY
        match kind:
            case "agent":
                return Audience(frozenset({int(id_)}))
            case "call":
                agent = value.get("agent")
                desks = self._at.get(id_, set()) | ({agent} if agent is not None else set())
                line = _line_of(value)
                return Audience(frozenset(desks), self._serving.get(line or "", frozenset()))
            case "queue":
                return Audience(self._serving.get(id_, frozenset()))
            case "engine":
                return ALL
            case _:
                return NOBODY

    def _keep(self, item: Item) -> None:
        kind, id_ = key_of(item)
        old, new = self._items[kind].get(id_), item["value"]
        if kind == "agent":
            self._index_agent(int(id_), old or {}, new or {})
        elif kind == "call":
            self._index_call(id_, old or {}, new or {})
        if new is None:
            self._items[kind].pop(id_, None)
        else:
            self._items[kind][id_] = new

    def _index_agent(self, agent: int, old: Value, new: Value) -> None:
        if old.get("call") != new.get("call"):
            _shift(self._at, old.get("call"), new.get("call"), agent)
        before, after = {*map(str, old.get("queues", ()))}, {*map(str, new.get("queues", ()))}
        for queue in before ^ after:
            self._serving[queue] = self._serving.get(queue, frozenset()) ^ {agent}

    def _index_call(self, call: str, old: Value, new: Value) -> None:
        _shift(self._talks, old.get("agent"), new.get("agent"), call)
        _shift(self._line, _line_of(old), _line_of(new), call)


def _is_floor(scope: Scope) -> bool:
    return scope.floor or scope.people is None


def _line_of(call: Value) -> str | None:
    """Name the queue in whose line a call stands, if it does."""
    queue = call.get("queue")
    return str(queue) if queue and call.get("agent") is None else None


def _shift(index: dict[Any, set[Any]], old: object, new: object, member: object) -> None:
    """Move a member from one place of an index to another; None is no place."""
    if old is not None:
        index[old].discard(member)
        if not index[old]:
            del index[old]
    if new is not None:
        index[new].add(member)
