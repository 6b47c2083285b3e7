"""Who gets whom.

The most urgent caller first, each to the longest idle agent. The order is two sort keys; the house
keeps its lines sorted by them, so a single match looks at the heads of lines only.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from acd.agent import Agent, State
from acd.queue import AgentId, QueueKey
from crm.calls.record import CallId

Urgency = tuple[int, float, str]
Idleness = tuple[float, int]


@dataclass(frozen=True, slots=True)
class Caller:
    """One who waits in a queue."""

    call: CallId
    queue: QueueKey
    priority: int
    since: float  # when the wait began; kept through misses, a lost phone and a restart


@dataclass(frozen=True, slots=True)
class Offer:
    """A call for an agent."""

    call: CallId
    agent: AgentId


def urgency(caller: Caller) -> Urgency:
    """Smaller is served first: higher priority, then the longer wait, then the id."""
    return (-caller.priority, caller.since, caller.call)


def idleness(agent: Agent) -> Idleness:
    """Smaller is served first: the longer idle, then the id."""
    return (agent.idle_since, agent.id)


def can_be_offered(agent: Agent) -> bool:
    """Whether a call may ring at this agent now."""
    return agent.enabled and agent.state is State.READY and agent.reachable


def match(
    callers: Iterable[Caller], agents: Iterable[Agent], members: dict[QueueKey, frozenset[AgentId]]
) -> list[Offer]:
    """Pair callers with agents, the most urgent caller first, each to the longest idle agent.

    Nobody appears twice. A caller whom no free agent can serve stays in line.
    """
    free = sorted((a for a in agents if can_be_offered(a)), key=idleness)
    offers: list[Offer] = []
    for caller in sorted(callers, key=urgency):
        served_by = members.get(caller.queue, frozenset())
        agent = next((a for a in free if a.id in served_by), None)
        if agent is not None:
            free.remove(agent)
            offers.append(Offer(caller.call, agent.id))
    return offers
