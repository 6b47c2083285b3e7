"""The web's copy of the live state, a buffer of its last changes, and the listeners to wake.

Pure except for waking a waiting listener. The engine numbers its changes; a number that does not
follow the last one means that a change was lost, and a new snapshot is needed.

A listener has no queue of its own, only the number of the last change it took. Slow, or reconnected
with a cursor, it gets each change that the buffer still has, once, else a snapshot. A change wakes
only the listeners that see something of it, found by the audience of its items.

A desk gets its agent and its call at once, and figures once a second. Floors are woken together, at
most as often as `wake_floors` says, and get the newest value of each item.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from web.live.audiences import AudienceIndex
from web.live.change_buffer import ChangeBuffer
from web.live.changes import (
    ChangedItem,
    ChangeMessage,
    Item,
    Key,
    LiveChange,
    desk_messages,
    floor_messages,
    key_of,
    write,
)
from web.live.schema import FIGURES, ItemKind, Value
from web.live.scope import Audience, Cursor, Scope

KEPT_CHANGES = 5000


class GapError(Exception):
    """A change does not follow the last one: a new snapshot is needed."""


@dataclass(eq=False, slots=True)
class Listener:
    """One subscriber's position: its scope, and the number of the last change it took."""

    scope: Scope
    number: int = 0
    stale: bool = True  # only a snapshot will do
    first: int | None = None  # the first change not taken yet; figures do not count
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Let `wait` return."""
        self._woken.set()

    def rest(self) -> None:
        """Let the next `wait` sleep until `wake`."""
        self._woken.clear()

    async def wait(self) -> None:
        """Sleep until there is a change to take."""
        await self._woken.wait()


class Mirror:
    """Items by kind and id, at one (boot, number) of the engine."""

    def __init__(self, keep: int = KEPT_CHANGES) -> None:
        """`keep` is how many changes a listener may be behind before it needs a snapshot."""
        self.boot = ""
        self.number = 0
        self.away = True
        self.overflows = 0  # listeners that were too far behind for the buffer
        self._ring = ChangeBuffer(keep)
        self._items: dict[str, dict[str, Value]] = defaultdict(dict)
        self._audiences = AudienceIndex()
        self._desks: dict[int, set[Listener]] = defaultdict(set)
        self._floors: set[Listener] = set()
        self._floors_due = asyncio.Event()
        self._figures: dict[Key, int] = {}  # the number at which each figure last changed
        self._fresh: set[Key] = set()  # figures for which no desk was woken yet
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
        """Every item, as the engine sends it."""
        for kind, values in list(self._items.items()):
            for id_, value in list(values.items()):
                yield {"kind": kind, "id": id_, "value": value}

    def greet(self, hello: Mapping[str, Any]) -> None:
        """Replace everything with the engine's snapshot."""
        boot, number = str(hello["boot"]), int(hello["number"])
        if (boot, number) != (self.boot, self.number):
            self._ring.clear()
        self.boot, self.number = boot, number
        self._items.clear()
        self._audiences.clear()
        self._whole, self._written, self._shared = ("", -1, ""), (-1, {}), (-1, {})
        for item in hello["items"]:
            self._keep(item)
        keys = (key_of(item) for item in hello["items"])
        self._figures = {key: number for key in keys if key[0] in FIGURES}
        self.away = False
        self._wake_all()

    def apply(self, message: Mapping[str, Any]) -> None:
        """Apply one numbered change; GapError when it is not the next."""
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
        keyed = [(key_of(item), item) for item in items]
        parts = [ChangedItem(item, before[key], self._audience(key)) for key, item in keyed]
        parts += [part for key in touched - own if (part := self._seen_anew(key, before[key]))]
        change = LiveChange(number, tuple(parts))
        self._ring.add(change)
        self._note_figures(change)
        self._wake_for(change)

    def lose(self) -> None:
        """Note that the engine cannot be reached, so the state may be old."""
        if not self.away:
            self.away = True
            self._wake_all()

    def listen(self, scope: Scope, cursor: Cursor | None = None) -> Listener:
        """Make a new listener, which continues from its cursor if that is possible."""
        listener = Listener(scope)
        if cursor and (cursor.boot, cursor.scope) == (self.boot, scope.key):
            listener.number = cursor.number
            listener.first = cursor.number + 1 if cursor.number < self.number else None
            listener.stale = not self._first <= cursor.number <= self.number
        self._places(scope).add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """Remove the listener of a closed subscription."""
        self._places(listener.scope).discard(listener)
        for person in listener.scope.people or ():
            if not self._desks.get(person, True):
                del self._desks[person]

    def move(self, listener: Listener, scope: Scope) -> None:
        """Give a listener another scope; it continues with a snapshot."""
        self.forget(listener)
        listener.scope, listener.stale = scope, True
        self._places(scope).add(listener)
        listener.wake()

    def take(self, listener: Listener) -> list[ChangeMessage] | None:
        """Give the changes that a listener has not taken; None if it needs a snapshot.

        In both cases its position is the current number afterwards.
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
        """Whether there are changes that the listener has not taken."""
        if listener.stale or listener.first is not None:
            return True
        if _is_floor(listener.scope):
            return False
        (agent,) = listener.scope.people or (0,)
        return any(changed > listener.number for _, changed in self._figures_of(agent))

    async def floors_due(self) -> None:
        """Wait until there is something to send to a floor."""
        await self._floors_due.wait()

    def wake_floors(self) -> None:
        """Wake all floors that are behind, together, so that equal messages are written once."""
        self._floors_due.clear()
        for floor in self._floors:
            if floor.first is not None:
                floor.wake()

    def desks_to_nudge(self) -> list[Listener]:
        """Give the desks with newer figures since the last call."""
        agents: set[int] = set()
        for key in self._fresh:
            audience = self._audience(key)
            agents |= self._desks.keys() if audience.everybody else audience.people
        self._fresh.clear()
        return [desk for agent in agents & self._desks.keys() for desk in self._desks[agent]]

    def visible_to(self, scope: Scope) -> list[Item]:
        """Give all items of a scope; for a desk in time proportional to the desk."""
        if scope.people is None:
            return list(self.items())
        keys: dict[Key, None] = {}
        for person in sorted(scope.people):
            own = self.value(ItemKind.AGENT, person)
            keys |= dict.fromkeys(self._audiences.seen_keys(person, own, floor=scope.floor))
        found = ((kind, id_, self.value(kind, id_)) for kind, id_ in keys)
        return [{"kind": k, "id": i, "value": value} for k, i, value in found if value is not None]

    def snapshot_text(self, scope: Scope) -> str:
        """Write all items of a scope; the whole floor is written once for all."""
        if scope.people is not None:
            return write(self.visible_to(scope))
        if self._whole[:2] != (self.boot, self.number):
            self._whole = (self.boot, self.number, write(self.visible_to(scope)))
        return self._whole[2]

    @property
    def _first(self) -> int:
        """The number after which every change is in the buffer."""
        return self.number - len(self._ring)

    @property
    def listeners(self) -> int:
        """How many listeners there are."""
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
        """Give the figures that a desk sees, and the number at which each changed."""
        own = self.value(ItemKind.AGENT, agent)
        for key in self._audiences.seen_keys(agent, own, floor=False):
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

    def _audience(self, key: Key) -> Audience:
        return self._audiences.audience(key, self.value(*key))

    def _moved(self, item: Item) -> Iterator[Key]:
        """Give the other items whose audience changes with this item."""
        key = key_of(item)
        return self._audiences.moved(key, self.value(*key), item["value"])

    def _keep(self, item: Item) -> None:
        key, new = key_of(item), item["value"]
        kind, id_ = key
        self._audiences.put(key, self.value(kind, id_), new)
        if new is None:
            self._items[kind].pop(id_, None)
        else:
            self._items[kind][id_] = new


def _is_floor(scope: Scope) -> bool:
    return scope.floor or scope.people is None
