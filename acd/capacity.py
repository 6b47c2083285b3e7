"""Whether an agent can be offered one more work of a medium."""

from collections.abc import Iterator

from acd.agent import Agent, Phone, Presence, Task, TaskState
from acd.work import Medium

HOLD_SLOTS = 3
"""How many calls an agent may have on hold, besides the one that they begin themselves."""


def voice_tasks(agent: Agent) -> Iterator[Task]:
    """What the agent is busy with by voice; one speaks with one party at a time."""
    return (task for task in agent.tasks if task.medium is not Medium.CHAT)


def speaks(task: Task) -> bool:
    """Whether it takes the agent's ear: ringing, a talk, a wrap-up, a consultation."""
    return task.state is not TaskState.HELD or task.consults


def is_speaking(agent: Agent) -> bool:
    """Whether a call takes the agent's ear; one on hold does not."""
    return any(speaks(task) for task in voice_tasks(agent))


def calls_on_hold(agent: Agent) -> int:
    """How many calls wait on hold for the agent."""
    return sum(not speaks(task) for task in voice_tasks(agent))


def _is_full(agent: Agent) -> bool:
    """Whether the agent's phone has no second line: a number outside."""
    return agent.phone is Phone.OUTSIDE and any(True for _ in voice_tasks(agent))


def has_room(agent: Agent, medium: Medium) -> bool:
    """Whether capacity is left; a wrap-up counts like the talk before it.

    A second call comes only while the first is on hold.
    """
    if medium is not Medium.CHAT and (is_speaking(agent) or _is_full(agent)):
        return False
    limit = agent.capacity.limits.get(medium, 0)
    if not agent.tasks:
        return limit > 0
    same = sum(task.medium is medium for task in agent.tasks)
    return same < limit and len(agent.tasks) < agent.capacity.total


def can_be_offered(agent: Agent, medium: Medium) -> bool:
    """Whether a work of this medium may be offered now: ready, at a phone, with room for it."""
    return (
        agent.presence is Presence.READY
        and agent.enabled
        and agent.reachable
        and has_room(agent, medium)
    )


def has_call(agent: Agent) -> bool:
    """Whether the agent has a call: ringing, in talk, or in wrap-up."""
    return any(task.medium is Medium.VOICE for task in agent.tasks)
