"""Skills: what an agent can do and how well, and what a caller or a chat needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NewType

SkillKey = NewType("SkillKey", str)

LEAST_LEVEL, MOST_LEVEL = 1, 10

Levels = Mapping[SkillKey, int]
"""The skills of an agent, each with a level from 1 to 10."""


@dataclass(frozen=True, slots=True)
class Need:
    """A skill that an agent must have, and how much of it (1 to 10)."""

    skill: SkillKey
    level: int


def satisfies(levels: Levels, needs: Iterable[Need]) -> bool:
    """Whether an agent with these skills can serve these needs."""
    return first_missing(levels, needs) is None


def first_missing(levels: Levels, needs: Iterable[Need]) -> Need | None:
    """The first need that an agent does not satisfy, or None."""
    return next((need for need in needs if levels.get(need.skill, 0) < need.level), None)


def relaxed(needs: tuple[Need, ...], skill: SkillKey, level: int) -> tuple[Need, ...]:
    """The needs with one of them lowered to a level; level 0 drops it. None is ever raised."""
    lowered = (
        replace(need, level=min(need.level, level)) if need.skill == skill else need
        for need in needs
    )
    return tuple(need for need in lowered if need.level)


def together(first: tuple[Need, ...], second: tuple[Need, ...]) -> tuple[Need, ...]:
    """Both needs; of a skill in both the higher level."""
    levels: dict[SkillKey, int] = {}
    for need in (*first, *second):
        levels[need.skill] = max(need.level, levels.get(need.skill, 0))
    return tuple(Need(skill, level) for skill, level in levels.items())


def score(levels: Levels, needs: Iterable[Need]) -> int:
    """How skilled an agent is for these needs: the sum of the levels of the needed skills."""
    return sum(levels.get(need.skill, 0) for need in needs)
