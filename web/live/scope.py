"""Access to the live state: audiences of items, and scopes of subscribers. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Audience:
    """The agents that an item concerns: `people` directly, `waiting` as agents of its queue."""

    people: frozenset[int] = frozenset()
    waiting: frozenset[int] = frozenset()
    everybody: bool = False


NOBODY = Audience()
ALL = Audience(everybody=True)


@dataclass(frozen=True)
class Scope:
    """What one subscriber sees: everything (`people` is None), or what concerns these people.

    A floor also shows the callers that wait for its people; a desk only its own agent and call.
    """

    people: frozenset[int] | None
    floor: bool = False

    def sees(self, audience: Audience) -> bool:
        """Whether an item with this audience is shown."""
        if self.people is None or audience.everybody:
            return True
        if not self.people.isdisjoint(audience.people):
            return True
        return self.floor and not self.people.isdisjoint(audience.waiting)

    @cached_property
    def key(self) -> str:
        """Give the name of this scope in a cursor: with another scope a snapshot is needed."""
        if self.people is None:
            return "all"
        named = f"{self.floor}{sorted(self.people)}"
        return hashlib.sha256(named.encode()).hexdigest()[:12]


EVERYTHING = Scope(None, floor=True)


def desk_of(agent: int) -> Scope:
    """Give the scope of an agent's own desk."""
    return Scope(frozenset({agent}))


def floor_of(people: Iterable[int] | None) -> Scope:
    """Give the scope of a floor: of a team, or of all agents."""
    return EVERYTHING if people is None else Scope(frozenset(people), floor=True)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A subscriber's position: everything up to this number of this engine was sent."""

    boot: str
    number: int
    scope: str

    def __str__(self) -> str:
        """Write it as `BOOT.NUMBER.SCOPE`."""
        return f"{self.boot}.{self.number}.{self.scope}"


def read_cursor(text: str) -> Cursor | None:
    """Read a cursor; None for an invalid one, which is answered with a snapshot."""
    boot, _, rest = text[:200].partition(".")
    number, _, scope = rest.partition(".")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:  # noqa: PLR2004
        return None
    return Cursor(boot, int(number), scope)
