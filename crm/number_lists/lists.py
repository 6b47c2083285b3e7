"""Black, VIP and white lists: which entries count for a number, found in a few look-ups."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.kernel.errors import InvalidError
from crm.kernel.phone import main_number

NumberListId = NewType("NumberListId", int)
EntryId = NewType("EntryId", int)
MOST_PRIORITY = 100
LONGEST_QUEUE = 50  # characters of a queue's key


class ListKind(StrEnum):
    """What a list is for. The VIP list is called the red list (红名单) in China."""

    BLACK = "black"
    VIP = "vip"
    WHITE = "white"


class ListDirection(StrEnum):
    """The calls that an entry is for."""

    IN = "in"
    OUT = "out"
    BOTH = "both"


class EntryState(StrEnum):
    """The life of an entry; only an active one counts."""

    WAITING = "waiting"  # for approval by another user
    ACTIVE = "active"
    REJECTED = "rejected"
    REMOVED = "removed"
    EXPIRED = "expired"


class EffectKind(StrEnum):
    """What happens to a call of a listed number."""

    REFUSE = "refuse"
    BUSY = "busy"
    MESSAGE = "message"
    PRIORITY = "priority"
    QUEUE = "queue"


EFFECTS: Mapping[ListKind, frozenset[EffectKind]] = {
    ListKind.BLACK: frozenset(
        {EffectKind.REFUSE, EffectKind.BUSY, EffectKind.MESSAGE, EffectKind.QUEUE}
    ),
    ListKind.VIP: frozenset({EffectKind.PRIORITY, EffectKind.QUEUE}),
    ListKind.WHITE: frozenset(),  # it only lifts a black list
}


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect, with the priority or the queue's key where it has one."""

    kind: EffectKind
    key: str = ""

    def __str__(self) -> str:
        """The stored form: `busy`, `priority:10`, `queue:support`."""
        return f"{self.kind}:{self.key}" if self.key else self.kind.value

    @property
    def priority(self) -> int:
        """The priority; 0 if the effect is another one."""
        return int(self.key) if self.kind is EffectKind.PRIORITY else 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """The numbers of an entry: one number, or all that begin with one of some prefixes.

    `text` is what people read: `+8613800138000`, `+86138*`, `95500-95599`. A range has a `length`,
    so that its prefixes cover no longer numbers.
    """

    text: str
    keys: tuple[str, ...]
    is_segment: bool = False
    length: int = 0  # of the numbers, in characters; 0 for any


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An active entry of a list."""

    id: EntryId
    list: NumberListId
    kind: ListKind
    pattern: Pattern
    direction: ListDirection = ListDirection.BOTH
    effect: Effect | None = None
    reason: str = ""
    expires_at: datetime | None = None

    def counts(self, number: str, direction: ListDirection, seconds: float) -> bool:
        """Whether the entry is for these calls, covers a number of this length, and still holds."""
        if self.direction is not ListDirection.BOTH and self.direction is not direction:
            return False
        if self.pattern.length and self.pattern.length != len(number):
            return False
        return self.expires_at is None or seconds < self.expires_at.timestamp()


@dataclass(frozen=True, slots=True)
class ListHit:
    """What the lists say of a number: at most one entry of each kind.

    A white entry lifts every black one, so then `black` is None. VIP is independent of both.
    """

    black: ListEntry | None = None
    vip: ListEntry | None = None
    white: ListEntry | None = None


class NumberLists:
    """All active entries, compiled for look-ups; a change gives a new object."""

    __slots__ = ("_entries", "_exact", "_longest", "_prefixes")

    def __init__(self, entries: Iterable[ListEntry] = ()) -> None:
        """Compile the entries; the last one of an id counts."""
        self._entries = {one.id: one for one in entries}
        self._exact: dict[str, tuple[ListEntry, ...]] = {}
        self._prefixes: dict[str, tuple[ListEntry, ...]] = {}
        for id_ in sorted(self._entries):
            self._insert(self._entries[id_])
        self._longest = max(map(len, self._prefixes), default=0)

    def __len__(self) -> int:
        """The number of entries."""
        return len(self._entries)

    def match(self, number: str, direction: ListDirection, at: float | datetime) -> ListHit | None:
        """Find what counts for a number, E.164 or a short code; None if nothing does.

        An exact number beats a segment, a longer prefix a shorter one, and of equals the entry that
        was added last. `at` is a time, or its seconds since 1970.
        """
        seconds = at.timestamp() if isinstance(at, datetime) else at
        main = main_number(number)
        found: dict[ListKind, ListEntry] = {}
        for entry in self._candidates(main):
            if entry.kind not in found and entry.counts(main, direction, seconds):
                found[entry.kind] = entry
        if not found:
            return None
        white = found.get(ListKind.WHITE)
        black = None if white else found.get(ListKind.BLACK)
        return ListHit(black, found.get(ListKind.VIP), white)

    def with_entry(self, entry: ListEntry) -> "NumberLists":
        """Add an entry, or replace the one of its id."""
        changed = self.without_entry(entry.id) if entry.id in self._entries else self._copy()
        changed._entries[entry.id] = entry  # noqa: SLF001 - a copy of our own
        changed._insert(entry)  # noqa: SLF001
        changed._longest = max(  # noqa: SLF001
            self._longest, *map(len, entry.pattern.keys if entry.pattern.is_segment else ("",)), 0
        )
        return changed

    def without_entry(self, entry: EntryId) -> "NumberLists":
        """Remove an entry; nothing changes if there is none of this id."""
        known = self._entries.get(entry)
        if known is None:
            return self
        changed = self._copy()
        del changed._entries[entry]  # noqa: SLF001
        place = changed._place(known)  # noqa: SLF001
        for key in known.pattern.keys:
            kept = tuple(one for one in place.get(key, ()) if one.id != entry)
            if kept:
                place[key] = kept
            else:
                place.pop(key, None)
        return changed

    def _candidates(self, number: str) -> Iterator[ListEntry]:
        yield from self._exact.get(number, ())
        for length in range(min(len(number), self._longest), 0, -1):
            yield from self._prefixes.get(number[:length], ())

    def _copy(self) -> "NumberLists":
        copied = NumberLists()
        copied._entries = dict(self._entries)
        copied._exact = dict(self._exact)
        copied._prefixes = dict(self._prefixes)
        copied._longest = self._longest
        return copied

    def _insert(self, entry: ListEntry) -> None:
        place = self._place(entry)
        for key in entry.pattern.keys:
            others = place.get(key, ())
            # The newest first.
            place[key] = (entry, *others) if not others else _newest_first((entry, *others))

    def _place(self, entry: ListEntry) -> dict[str, tuple[ListEntry, ...]]:
        return self._prefixes if entry.pattern.is_segment else self._exact


def read_effect(text: str) -> Effect | None:
    """Read the stored form; None for "", InvalidError for anything else."""
    if not text:
        return None
    word, _, key = text.partition(":")
    try:
        effect = Effect(EffectKind(word), key)
    except ValueError:
        raise InvalidError("“{key}” is not one of the options.", "effect", key=text[:50]) from None
    check_effect(effect)
    return effect


def check_effect(effect: Effect) -> None:
    """Refuse an effect without the priority or the queue that it needs."""
    match effect.kind:
        case EffectKind.PRIORITY:
            good = effect.key.isascii() and effect.key.isdecimal() and len(effect.key) < 4  # noqa: PLR2004
            if not good or not 0 < int(effect.key) <= MOST_PRIORITY:
                raise InvalidError(
                    "Enter a priority from 1 to {most}.", "priority", most=MOST_PRIORITY
                )
        case EffectKind.QUEUE:
            if not 0 < len(effect.key) <= LONGEST_QUEUE:
                raise InvalidError("Select the queue.", "queue")
        case _:
            if effect.key:
                raise InvalidError("“{key}” is not one of the options.", "effect", key=str(effect))


def check_kind(kind: ListKind, effect: Effect | None) -> None:
    """Refuse an effect that a list of this kind cannot have."""
    if effect is not None and effect.kind not in EFFECTS[kind]:
        raise InvalidError("This effect does not fit the type of the list.", "effect")


def _newest_first(entries: Iterable[ListEntry]) -> tuple[ListEntry, ...]:
    return tuple(sorted(entries, key=lambda one: one.id, reverse=True))
