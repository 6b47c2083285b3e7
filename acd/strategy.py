"""The strategies: in which order a queue's free agents are offered a work.

Smaller comes first. Each order is a function of the agent's own row, so the free agents of each
queue stand sorted in a line. The idle share alone changes while agents are idle: it is computed
from the line when a work is offered.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from acd.agent import Agent
from acd.membership import Membership
from acd.queue import Strategy
from acd.work import Medium

Order = tuple[Any, ...]
"""The rank, the strategy's own measure, since when idle, and the agent."""


def idle_since(agent: Agent, medium: Medium) -> float:
    """Since when an agent has had no work of a medium."""
    return agent.idle_since.get(medium, 0.0)


def order(agent: Agent, part: Membership, medium: Medium) -> Order:  # noqa: PLR0911 - one each
    """Where an agent stands in the line of a queue."""
    idle, today = idle_since(agent, medium), agent.today
    match part.strategy:
        case Strategy.RING_ALL:
            return (0, idle, agent.id)
        case Strategy.ROUND_ROBIN:
            return (part.rank, agent.offered_at.get(part.queue, 0.0), agent.id)
        case Strategy.LONGEST_IDLE:
            return (part.rank, idle, agent.id)
        case Strategy.FEWEST_CALLS:
            return (part.rank, today.calls, idle, agent.id)
        case Strategy.LEAST_TALK_TIME:
            return (part.rank, today.talk_seconds, idle, agent.id)
        case Strategy.MOST_IDLE_SHARE:
            return (part.rank, today.idle_seconds, today.present_seconds, today.at, agent.id)
        case Strategy.BEST_SKILLED:
            return (part.rank, -part.level, idle, agent.id)
        case Strategy.RANK:
            return (part.rank, agent.id)


def in_order(strategy: Strategy, orders: Iterable[Order], now: float) -> Iterator[Order]:
    """The agents of a line in order at a moment; the idle share is computed for that moment."""
    if strategy is not Strategy.MOST_IDLE_SHARE:
        return iter(orders)

    def place(one: Order) -> Order:
        return (one[0], -_share(one[1], one[2], one[3], now), one[-1])

    return iter(sorted(orders, key=place))


def idle_share(agent: Agent, now: float) -> float:
    """The part of their time signed in today that a free agent has been ready, 0 to 1."""
    today = agent.today
    return _share(today.idle_seconds, today.present_seconds, today.at, now)


def _share(idle: float, present: float, at: float, now: float) -> float:
    more = max(0.0, now - at)
    return (idle + more) / (present + more) if present + more > 0 else 1.0
