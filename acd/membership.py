"""An agent's membership in a queue: what the lines need to know, as a small value on the agent.

A queue's overflow steps only lower needs and add members. So there is one step from which on an
agent can serve the queue's waiting works, and it is computed when settings change, not when a call
arrives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from acd.queue import AddMembers, AgentId, OverflowStep, Queue, QueueKey, RelaxSkill, Strategy
from acd.skills import Levels, Need, relaxed, satisfies, score

LineKey = tuple[QueueKey, int]
"""A line: a queue, and the overflow step from which on its agents serve (0: from the start)."""


@dataclass(frozen=True, slots=True)
class Membership:
    """An agent's part in one queue."""

    queue: QueueKey
    strategy: Strategy
    rank: int = 1
    joined: int = 0  # the step that adds the agent to the queue; 0: always a member
    step: int | None = 0  # the step from which on they can serve it; None: skills are missing
    level: int = 0  # the sum of the levels of the skills that the queue needs


@dataclass(frozen=True, slots=True)
class Joined:
    """Since which step an agent belongs to a queue, and with which rank."""

    rank: int
    step: int


def joined(queue: Queue) -> Mapping[AgentId, Joined]:
    """Every agent who may come to serve a queue: its members, then those that steps add."""
    found = {one.agent: Joined(one.rank, 0) for one in queue.members}
    for number, step in enumerate(queue.steps, 1):
        if isinstance(step.action, AddMembers):
            for one in step.action.members:
                found.setdefault(one.agent, Joined(one.rank, number))
    return found


def membership(queue: Queue, part: Joined, levels: Levels) -> Membership:
    """Give the membership of an agent with these skills in a queue."""
    able = (
        number
        for number, needs in enumerate(needs_by_step(queue))
        if number >= part.step and satisfies(levels, needs)
    )
    return Membership(
        queue.key,
        queue.strategy,
        part.rank,
        part.step,
        next(able, None),
        score(levels, queue.needs),
    )


def needs_by_step(queue: Queue) -> list[tuple[Need, ...]]:
    """The needs at the start, and after each step."""
    return list(accumulate(queue.steps, _after, initial=queue.needs))


def _after(needs: tuple[Need, ...], step: OverflowStep) -> tuple[Need, ...]:
    action = step.action
    return relaxed(needs, action.skill, action.level) if isinstance(action, RelaxSkill) else needs


def relaxed_by(needs: tuple[Need, ...], steps: Iterable[OverflowStep]) -> tuple[Need, ...]:
    """The needs of one work after some steps."""
    for step in steps:
        needs = _after(needs, step)
    return needs
