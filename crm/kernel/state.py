"""Live state: tables of frozen rows with indexes and named timers, changed by transactions only.

A step reads the state through a transaction, which lays the step's own changes over it, and gives
them back as a value; the state's owner applies them, in time proportional to the change. An index
is a function of one row, so keeping it costs only a search in a sorted list.
"""

import heapq
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
G = TypeVar("G", bound=Hashable)

Timers = Mapping[str, float]
"""Due times by name: seconds of the engine's clock. A row's timers end with the row."""

NO_TIMERS: Timers = MappingProxyType({})


def no_timers() -> Timers:
    """Give the timers of a new row: none. For `field(default_factory=…)`."""
    return NO_TIMERS


def with_timer(timers: Timers, name: str, at: float) -> Timers:
    """The timers with one of them set, whether it was set before or not."""
    return {**timers, name: at}


def without_timer(timers: Timers, *names: str) -> Timers:
    """The timers without these; names that are not set do no harm."""
    if not any(name in timers for name in names):
        return timers
    return {name: at for name, at in timers.items() if name not in names}


class Index(Generic[G, V]):
    """Rows in groups, each group sorted. A row may be in several groups, or in none."""

    def __init__(
        self, groups: Callable[[V], Iterable[G]], order: Callable[[V], tuple[Any, ...]]
    ) -> None:
        """`groups` and `order` look at the row alone; `order` ends with the row's own key."""
        self._groups = groups
        self._order = order
        self._lines: dict[G, list[tuple[Any, ...]]] = {}

    def place(self, row: V, group: G) -> tuple[Any, ...] | None:
        """The order of a row in a group, or None if it is not in it."""
        return self._order(row) if group in self._groups(row) else None

    def line(self, group: G) -> list[tuple[Any, ...]]:
        """The order of each row of a group, smallest first. Read only."""
        return self._lines.get(group, [])

    def lines(self) -> Mapping[G, list[tuple[Any, ...]]]:
        """Every group that has rows. Read only."""
        return self._lines

    def replace(self, old: V | None, new: V | None) -> None:
        """Take a row's old place out and put its new one in."""
        before = tuple(self._groups(old)) if old is not None else ()
        after = tuple(self._groups(new)) if new is not None else ()
        at = self._order(old) if old is not None and before else None
        to = self._order(new) if new is not None and after else None
        if before == after and at == to:
            return
        for group in before:
            self._take(group, at or ())
        for group in after:
            self._put(group, to or ())

    def _put(self, group: G, order: tuple[Any, ...]) -> None:
        insort(self._lines.setdefault(group, []), order)

    def _take(self, group: G, order: tuple[Any, ...]) -> None:
        line = self._lines[group]
        at = bisect_left(line, order)
        if at < len(line) and line[at] == order:
            del line[at]
        if not line:
            del self._lines[group]


class PlacedIndex(Index[G, V]):
    """Rows in groups with an order of its own in each group."""

    def __init__(self, places: Callable[[V], Mapping[G, tuple[Any, ...]]]) -> None:
        """`places` looks at the row alone; each order ends with the row's own key."""
        super().__init__(places, lambda _row: ())
        self._places = places

    def place(self, row: V, group: G) -> tuple[Any, ...] | None:
        """The order of a row in a group, or None if it is not in it."""
        return self._places(row).get(group)

    def replace(self, old: V | None, new: V | None) -> None:
        """Take a row's old places out and put its new ones in."""
        before = self._places(old) if old is not None else {}
        after = self._places(new) if new is not None else {}
        for group, order in before.items():
            if after.get(group) != order:
                self._take(group, order)
        for group, order in after.items():
            if before.get(group) != order:
                self._put(group, order)


class Count(Generic[G, V]):
    """How many rows of a group are of each kind."""

    def __init__(self, groups: Callable[[V], Iterable[G]], kind: Callable[[V], Hashable]) -> None:
        """`groups` and `kind` look at the row alone."""
        self._groups = groups
        self._kind = kind
        self._counts: dict[G, Counter[Hashable]] = {}

    def of(self, group: G) -> Counter[Hashable]:
        """The counts of one group. Read only."""
        return self._counts.get(group, Counter())

    def replace(self, old: V | None, new: V | None) -> None:
        """Count a row's new value in place of its old one."""
        if old is not None:
            kind = self._kind(old)
            for group in self._groups(old):
                counts = self._counts[group]
                counts[kind] -= 1
                if not counts[kind]:
                    del counts[kind]
                if not counts:
                    del self._counts[group]
        if new is not None:
            kind = self._kind(new)
            for group in self._groups(new):
                self._counts.setdefault(group, Counter())[kind] += 1


class RowTable(Generic[K, V]):
    """Rows by key. Read it anywhere; only `State.apply` writes."""

    def __init__(
        self,
        name: str,
        key: Callable[[V], K],
        *indexes: Index[Any, V] | Count[Any, V],
        timers: Callable[[V], Timers] | None = None,
    ) -> None:
        """`key` gives a row's key, `timers` its timers where rows of the table have any."""
        self.name = name
        self.key = key
        self.timers = timers
        self._indexes = indexes
        self._rows: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """The row, or None."""
        return self._rows.get(key)

    def __getitem__(self, key: K) -> V:
        """The row; KeyError if there is none."""
        return self._rows[key]

    def __contains__(self, key: object) -> bool:
        """Whether there is such a row."""
        return key in self._rows

    def __iter__(self) -> Iterator[K]:
        """The keys, in the order in which they came."""
        return iter(self._rows)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def values(self) -> Iterable[V]:
        """The rows, in the order in which they came."""
        return self._rows.values()

    def write(self, key: K, new: V | None) -> None:
        """Set one row (None removes it) and everything derived from it."""
        old = self._rows.get(key)
        if new is None:
            self._rows.pop(key, None)
        else:
            self._rows[key] = new
        for index in self._indexes:
            index.replace(old, new)


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that is due: the table and the key of its row, and its name."""

    table: str
    key: Any
    name: str


class State:
    """The tables of one live state, and one clock for all their timers."""

    def __init__(self, *tables: RowTable[Any, Any]) -> None:
        """Take the tables; a table belongs to one state."""
        self._tables = {table.name: table for table in tables}
        self._heap: list[tuple[float, str, Any, str]] = []

    def write(self, table: RowTable[K, V], rows: Mapping[K, V | None]) -> None:
        """Apply one transaction's rows of one table."""
        for key, new in rows.items():
            old = table.get(key)
            table.write(key, new)
            if table.timers is not None and new is not None:
                before = table.timers(old) if old is not None else NO_TIMERS
                after = table.timers(new)
                if after is not before:
                    for name, at in after.items():
                        if before.get(name) != at:
                            heapq.heappush(self._heap, (at, table.name, key, name))

    def next_timer(self) -> float | None:
        """When the earliest timer is due; entries that no longer hold are dropped here."""
        while self._heap:
            at, table, key, name = self._heap[0]
            if self._holds(at, table, key, name):
                return at
            heapq.heappop(self._heap)
        return None

    def due(self, now: float) -> Iterator[Timer]:
        """Take the timers that are due, the earliest first."""
        while (at := self.next_timer()) is not None and at <= now:
            _, table, key, name = heapq.heappop(self._heap)
            yield Timer(table, key, name)

    def _holds(self, at: float, table: str, key: Any, name: str) -> bool:
        owner = self._tables[table]
        row = owner.get(key)
        if row is None or owner.timers is None:
            return False
        found: float | None = owner.timers(row).get(name)
        return found == at


class RowView(Generic[K, V]):
    """A table as one transaction sees it: its rows, with the step's own changes over them."""

    __slots__ = ("changed", "table")

    def __init__(self, table: RowTable[K, V]) -> None:
        """Begin with nothing changed."""
        self.table = table
        self.changed: dict[K, V | None] = {}

    def get(self, key: K | None) -> V | None:
        """The row as this step sees it, or None; also for no key."""
        if key is None:
            return None
        return self.changed[key] if key in self.changed else self.table.get(key)

    def put(self, row: V) -> None:
        """Store a row's new value."""
        self.changed[self.table.key(row)] = row

    def drop(self, key: K) -> None:
        """Remove the row."""
        self.changed[key] = None

    def values(self) -> Iterator[V]:
        """All rows as this step sees them."""
        for row in list(self.table.values()):
            if self.table.key(row) not in self.changed:
                yield row
        yield from [row for row in self.changed.values() if row is not None]

    def scan(self, index: Index[G, V], *groups: G) -> Iterator[V]:
        """Rows of a group in the index's order, lazily; of several groups, merged.

        A row that changes after the scan began is left out if it was not given yet.
        """
        for order in self.orders(index, *groups):
            row = self.get(order[-1])
            if row is not None:
                yield row

    def orders(self, index: Index[G, V], *groups: G) -> Iterator[tuple[Any, ...]]:
        """The orders of the rows of a group, as a scan gives them; each ends with a row's key."""
        changed = self.changed
        lines: list[Iterable[tuple[Any, ...]]] = []
        for group in groups:
            places = (index.place(row, group) for row in list(changed.values()) if row is not None)
            fresh = sorted(order for order in places if order is not None)
            line = index.line(group)
            if line:
                lines.append(order for order in line if order[-1] not in changed)
            if fresh:
                lines.append(fresh)
        return iter(lines[0]) if len(lines) == 1 else heapq.merge(*lines)

    def first(self, index: Index[G, V], group: G) -> V | None:
        """The first row of a group, or None."""
        return next(self.scan(index, group), None)
