"""Whether an agent can be offered one more work of a medium."""

from acd.agent import Agent, Presence
from acd.work import Medium


def has_room(agent: Agent, medium: Medium) -> bool:
    """Whether capacity is left; a wrap-up counts like the talk before it."""
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
