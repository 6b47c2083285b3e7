"""What is doubtful in a queue's settings: nobody can serve it, steps that never come, circles.

Nothing here is forbidden: an administrator may set up skills, agents and queues in any order.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from acd.membership import joined, membership, needs_by_step
from acd.queue import AddMembers, AgentId, Queue, QueueKey, SendTo
from acd.skills import Levels, Need, satisfies
from crm.kernel.destination import Destination, DestinationKind

NOTHING: Levels = {}


class Doubt(StrEnum):
    """The kinds of findings."""

    NO_MEMBERS = "no members"
    NOBODY_HAS = "nobody has a skill"
    NOBODY_HAS_ALL = "nobody has all skills"
    FROM_STEP = "served from a step on"
    EMPTY_STEP = "a step adds nobody"
    AFTER_SENT = "a step after the caller was sent on"
    AFTER_LONGEST = "a step after the longest wait"
    STEP_ORDER = "steps out of order"
    CIRCLE = "a circle of queues"
    NOBODY_SIGNED_IN = "nobody signed in"


@dataclass(frozen=True, slots=True)
class QueueFinding:
    """One doubtful thing; steps count from 1."""

    doubt: Doubt
    need: Need | None = None
    step: int = 0
    other_step: int = 0
    queues: tuple[QueueKey, ...] = ()  # of a circle, from the queue itself on


def findings(
    queue: Queue,
    skills: Mapping[AgentId, Levels],
    signed_in: Collection[AgentId] | None,
    known: Callable[[QueueKey], Queue | None],
) -> list[QueueFinding]:
    """Look a queue over; the members of its groups and steps are resolved.

    `signed_in` is None while it is not known who is; `known` gives the other queues.
    """
    found = [*_members(queue, skills, signed_in), *_steps(queue)]
    circle = circle_of(queue, known)
    if circle:
        found.append(QueueFinding(Doubt.CIRCLE, queues=circle))
    return found


def out_of_order(seconds: Collection[float]) -> QueueFinding | None:
    """Find the first step that was typed behind a later one."""
    times = list(seconds)
    for number in range(1, len(times)):
        if times[number] < times[number - 1]:
            return QueueFinding(Doubt.STEP_ORDER, step=number + 1, other_step=number)
    return None


def _members(
    queue: Queue, skills: Mapping[AgentId, Levels], signed_in: Collection[AgentId] | None
) -> list[QueueFinding]:
    all_of_them = joined(queue)
    if not all_of_them:
        return [QueueFinding(Doubt.NO_MEMBERS)]
    levels = {agent: skills.get(agent, NOTHING) for agent in all_of_them}
    steps = [membership(queue, part, levels[agent]).step for agent, part in all_of_them.items()]
    able = [one for one in steps if one is not None]
    found: list[QueueFinding] = []
    if not able:
        left = needs_by_step(queue)[-1]
        lacking = [
            need for need in left if not any(satisfies(one, [need]) for one in levels.values())
        ]
        found += [QueueFinding(Doubt.NOBODY_HAS, need) for need in lacking]
        if not lacking:
            found.append(QueueFinding(Doubt.NOBODY_HAS_ALL))
    elif min(able):
        found.append(QueueFinding(Doubt.FROM_STEP, step=min(able)))
    if signed_in is not None and not any(agent in signed_in for agent in all_of_them):
        found.append(QueueFinding(Doubt.NOBODY_SIGNED_IN))
    return found


def _steps(queue: Queue) -> list[QueueFinding]:
    found: list[QueueFinding] = []
    sent = 0
    for number, step in enumerate(queue.steps, 1):
        if sent:
            found.append(QueueFinding(Doubt.AFTER_SENT, step=number, other_step=sent))
        elif queue.max_wait_seconds and step.after_seconds >= queue.max_wait_seconds:
            found.append(QueueFinding(Doubt.AFTER_LONGEST, step=number))
        if isinstance(step.action, AddMembers) and not step.action.members:
            found.append(QueueFinding(Doubt.EMPTY_STEP, step=number))
        if isinstance(step.action, SendTo):
            sent = sent or number
    return found


def circle_of(
    queue: Queue, known: Callable[[QueueKey], Queue | None]
) -> tuple[QueueKey, ...] | None:
    """Give a way by which callers come back into a queue from itself, or None."""
    ways: list[tuple[QueueKey, ...]] = [(queue.key, key) for key in leads_to(queue)]
    seen: set[QueueKey] = set()
    while ways:
        way = ways.pop(0)
        if way[-1] == queue.key:
            return way
        there = known(way[-1]) if way[-1] not in seen else None
        seen.add(way[-1])
        if there is not None:
            ways += [(*way, key) for key in leads_to(there)]
    return None


def leads_to(queue: Queue) -> list[QueueKey]:
    """Give the queues that a queue sends its callers to by itself."""
    sent = [step.action.destination for step in queue.steps if isinstance(step.action, SendTo)]
    everything: list[Destination | None] = [*sent, queue.timed_out, queue.full, queue.empty]
    everything.append(queue.closed)
    keys = [
        QueueKey(one.key)
        for one in everything
        if one is not None and one.kind is DestinationKind.QUEUE
    ]
    return list(dict.fromkeys(keys))
