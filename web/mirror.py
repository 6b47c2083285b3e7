"""The web's copy of what is alive: the engine's items, and who wants to hear of their changes.

Pure but for waking a waiting listener. The engine numbers its changes; a number that does not
follow the last one means that something was lost, and only a new snapshot can be believed.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Value = Mapping[str, Any]
Item = Mapping[str, Any]  # {"kind": …, "id": …, "value": {…} | None}, as it came over the link


class GapError(Exception):
    """A change does not follow the last one: ask for everything again."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a listener is told: items that changed, or that the engine came or went."""

    number: int = 0
    items: tuple[Item, ...] = ()
    away: bool | None = None


@dataclass(eq=False, slots=True)
class Listener:
    """One live page's bounded queue of changes; when it overflows, it needs a fresh snapshot."""

    limit: int
    stale: bool = True  # at first it has nothing
    _changes: deque[Change] = field(default_factory=deque)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, change: Change) -> None:
        """Keep a change for the page, or drop all of them and mark the page as stale."""
        if len(self._changes) >= self.limit or change.away is not None:
            self._changes.clear()
            self.stale = True
        else:
            self._changes.append(change)
        self._woken.set()

    def wake(self) -> None:
        """Let `wait` return although nothing changed: the session ended."""
        self._woken.set()

    async def wait(self) -> None:
        """Sleep until there is something to take."""
        await self._woken.wait()

    def take(self) -> list[Change]:
        """Take what came since the last time; empty after an overflow, when `stale` is set."""
        taken = [] if self.stale else list(self._changes)
        self._changes.clear()
        self._woken.clear()
        return taken


class Mirror:
    """Items by kind and id, at one (boot, number) of the engine."""

    def __init__(self, limit: int = 200) -> None:
        """`limit` is how many changes a slow page may be behind before it gets a snapshot."""
        self.boot = ""
        self.number = 0
        self.away = True
        self._limit = limit
        self._items: dict[tuple[str, str], Value] = {}
        self._listeners: set[Listener] = set()

    def value(self, kind: str, id_: str | int) -> Value | None:
        """One item's value, or None."""
        return self._items.get((kind, str(id_)))

    def values(self, kind: str) -> list[Value]:
        """All items of a kind, in the order of their ids."""
        # One call copies all keys; threads may read while the loop writes.
        found = [(key[1], value) for key, value in list(self._items.items()) if key[0] == kind]
        return [value for _, value in sorted(found, key=lambda pair: pair[0])]

    def items(self) -> Iterator[Item]:
        """Every item, as the wire knows it."""
        for (kind, id_), value in list(self._items.items()):
            yield {"kind": kind, "id": id_, "value": value}

    def greet(self, hello: Mapping[str, Any]) -> None:
        """Take the engine's whole snapshot in place of what was known."""
        self.boot, self.number = str(hello["boot"]), int(hello["number"])
        self._items = {}
        self._keep(hello["items"])
        self.away = False
        self._tell(Change(self.number, away=False))

    def apply(self, message: Mapping[str, Any]) -> None:
        """Take one numbered change; GapError when it is not the next."""
        number = int(message["number"])
        if number <= self.number:
            return
        if number != self.number + 1:
            raise GapError(f"{number} after {self.number}")
        self.number = number
        items = tuple(message["items"])
        self._keep(items)
        self._tell(Change(number, items))

    def lose(self) -> None:
        """Note that the engine cannot be reached: what we have may be old."""
        if not self.away:
            self.away = True
            self._tell(Change(self.number, away=True))

    def listen(self) -> Listener:
        """Make a new listener, who begins stale."""
        listener = Listener(self._limit)
        self._listeners.add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """Drop the listener of a page that went away."""
        self._listeners.discard(listener)

    def _keep(self, items: Iterable[Item]) -> None:
        for item in items:
            key = (str(item["kind"]), str(item["id"]))
            if item["value"] is None:
                self._items.pop(key, None)
            else:
                self._items[key] = item["value"]

    def _tell(self, change: Change) -> None:
        for listener in self._listeners:
            listener.put(change)


class Scope:
    """What one person may see of the mirror; None as agent means everything."""

    def __init__(self, agent: int | None) -> None:
        """Remember which calls and queues an agent has been shown."""
        self._agent = agent
        self._calls: set[str] = set()
        self._queues: frozenset[str] = frozenset()

    def snapshot(self, mirror: Mirror) -> list[Item]:
        """Everything that may be seen now."""
        if self._agent is None:
            return list(mirror.items())
        own = mirror.value("agent", self._agent) or {}
        self._queues = frozenset(own.get("queues", ()))
        shown = [item for item in mirror.items() if self._mine(item, own)]
        self._calls = {str(item["id"]) for item in shown if item["kind"] == "call"}
        return shown

    def changes(self, items: Iterable[Item], mirror: Mirror) -> list[Item] | None:
        """Choose what of these changes may be seen; None when only a new snapshot will do.

        A call that leaves the agent is told to him as gone.
        """
        if self._agent is None:
            return list(items)
        own = mirror.value("agent", self._agent) or {}
        if frozenset(own.get("queues", ())) != self._queues:
            return None
        told = [shown for item in items if (shown := self._change(item, own)) is not None]
        call = own.get("call")
        if call and call not in self._calls and (value := mirror.value("call", call)) is not None:
            self._calls.add(str(call))
            told.append({"kind": "call", "id": call, "value": value})
        return told

    def _change(self, item: Item, own: Value) -> Item | None:
        if item["kind"] != "call":
            return item if self._mine(item, own) else None
        id_ = str(item["id"])
        if item["value"] is not None and self._mine(item, own):
            self._calls.add(id_)
            return item
        if id_ in self._calls:
            self._calls.discard(id_)
            return {"kind": "call", "id": id_, "value": None}
        return None

    def _mine(self, item: Item, own: Value) -> bool:
        match item["kind"]:
            case "agent":
                return str(item["id"]) == str(self._agent)
            case "call":
                value = item["value"] or {}
                return value.get("agent") == self._agent or own.get("call") == item["id"]
            case "queue":
                return item["id"] in self._queues
            case "engine":
                return True
            case _:
                return False
