"""Levels of service: what a customer's level changes when their call enters a queue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NewType

from acd.queue import QueueKey
from acd.skills import Need, SkillKey, together
from acd.work import Work
from crm.number_lists.lists import NumberListId

ServiceLevelId = NewType("ServiceLevelId", int)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A level: its effect, and which customers have it.

    `tier` is the key of the picklist's option on customer records, `listed` a VIP list whose
    numbers have the level.
    """

    id: ServiceLevelId
    name: str
    name_zh: str = ""
    priority: int = 0  # added in every queue
    queue: QueueKey | None = None  # the call waits there instead of its first queue
    needs: tuple[Need, ...] = ()  # beside those of the queue
    patience_seconds: float = 0.0  # then the needs are dropped; 0: never
    tier: str = ""
    listed: NumberListId | None = None


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """All levels that are in use, found by what a call is known by."""

    levels: tuple[ServiceLevel, ...] = ()
    by_tier: Mapping[str, ServiceLevel] = field(init=False, repr=False, compare=False)
    by_list: Mapping[NumberListId, ServiceLevel] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the levels."""
        tiers = {one.tier: one for one in self.levels if one.tier}
        lists = {one.listed: one for one in self.levels if one.listed is not None}
        object.__setattr__(self, "by_tier", tiers)
        object.__setattr__(self, "by_list", lists)

    def level_of(self, tier: str, listed: NumberListId | None) -> ServiceLevel | None:
        """Give the level of a call; a VIP list goes before the customer's record."""
        found = self.by_list.get(listed) if listed is not None else None
        return found if found is not None else self.by_tier.get(tier)


NO_LEVELS = ServiceLevels()


def served(work: Work, level: ServiceLevel | None, begun: float) -> Work:
    """A work with the needs of its customer's level, whose wait has begun at a time."""
    if level is None:
        return work
    until = begun + level.patience_seconds if level.patience_seconds else 0.0
    return replace(work, level=effect_of(level), needs=level.needs, needs_until=until)


@dataclass(frozen=True, slots=True)
class OwnNeeds:
    """What one call needs of agents beside its queue and its customer's level, and how long.

    It goes with the call from queue to queue. A need that no agent of a queue meets is `left`:
    no agent would ever get the call.
    """

    needs: tuple[Need, ...] = ()
    patience_seconds: float = 0.0  # then the needs are dropped; 0: never
    since: float = 0.0  # when the call came into the first queue with these needs
    left: tuple[Need, ...] = ()  # of the needs, in the present queue

    @property
    def until(self) -> float:
        """When the needs are dropped; 0: never."""
        return self.since + self.patience_seconds if self.patience_seconds else 0.0


NO_NEEDS = OwnNeeds()


def with_needs(work: Work, own: OwnNeeds, now: float) -> Work:
    """A work with needs of its own, beside those of the customer's level; of each skill the higher.

    All are dropped together, after the longer patience.
    """
    if not own.needs:
        return work
    work = replace(work, own=own_said(own))
    held = tuple(one for one in own.needs if one not in own.left)
    until = own.until
    if not held or 0 < until <= now:
        return work
    if work.needs:
        until = max(until, work.needs_until) if until and work.needs_until else 0.0
    return replace(work, needs=together(work.needs, held), needs_until=until)


def own_said(own: OwnNeeds) -> Mapping[str, Any]:
    """Give a call's own needs as a decision stores them, as JSON."""
    held = (one for one in own.needs if one not in own.left)
    return {"needs": needs_said(held), "left": needs_said(own.left)}


def own_as_saved(own: OwnNeeds) -> list[Any]:
    """Give a call's own needs in the short form that is saved with the call."""
    return [needs_said(own.needs), own.patience_seconds, own.since, needs_said(own.left)]


def own_from_saved(said: Iterable[Any]) -> OwnNeeds:
    """Read what `own_as_saved` has written."""
    needs, patience, since, left = said
    return OwnNeeds(needs_read(needs), float(patience), float(since), needs_read(left))


def effect_of(level: ServiceLevel) -> Mapping[str, Any]:
    """Give a level as a decision stores it, as JSON."""
    said: dict[str, Any] = {"id": level.id, "name": level.name, "name_zh": level.name_zh}
    said["priority"] = level.priority
    return said | {"needs": needs_said(level.needs)}


def needs_said(needs: Iterable[Need]) -> list[str]:
    """Write needs as `english 5`."""
    return [f"{one.skill} {one.level}" for one in needs]


def needs_read(said: Iterable[str]) -> tuple[Need, ...]:
    """Read what `needs_said` has written."""
    parts = (str(one).rpartition(" ") for one in said)
    return tuple(Need(SkillKey(skill), int(level)) for skill, _, level in parts)


def as_saved(level: ServiceLevel) -> list[Any]:
    """Give a level in the short form that is saved with the call."""
    needs = needs_said(level.needs)
    return [level.id, level.name, level.name_zh, level.priority, needs, level.patience_seconds]


def from_saved(said: Iterable[Any]) -> ServiceLevel:
    """Read what `as_saved` has written."""
    id_, name, name_zh, priority, needs, patience = said
    return ServiceLevel(
        ServiceLevelId(int(id_)),
        str(name),
        str(name_zh),
        int(priority),
        needs=needs_read(needs),
        patience_seconds=float(patience),
    )
