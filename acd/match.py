"""Which agent gets which work: the one matching rule.

A waiting work goes to the first free agent in its queue's line, which the queue's strategy orders;
an agent who becomes free gets the most urgent work of all the queues served. Both look at heads of
lines only. `acd/explain.py` says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from acd.agent import Agent, Presence
from acd.capacity import can_be_offered
from acd.membership import LineKey, relaxed_by
from acd.overflow import is_on_duty
from acd.queue import Strategy
from acd.skills import Need, satisfies
from acd.strategy import in_order
from acd.transaction import FloorTransaction
from acd.work import Work, WorkId


def best_agent(tx: FloorTransaction, work: Work) -> Agent | None:
    """The free agent who gets a waiting work, or None."""
    return next(candidates(tx, work), None)


def candidates(tx: FloorTransaction, work: Work) -> Iterator[Agent]:
    """The free agents who may get a work, the best first."""
    left_out = work.passed_over | tx.ringing_in_fallback
    if work.only is not None:
        chosen = work.only.agents
    elif work.waits_for_preferred:
        chosen = work.prefers
    else:
        own = needs_now(tx, work)
        for agent in line(tx, work):
            if agent.id not in left_out and satisfies(agent.skills, own):
                yield agent
        return
    for agent_id in chosen:
        one = tx.agents.get(agent_id)
        if one is None or agent_id in left_out or not can_be_offered(one, work.medium):
            continue
        if work.only is not None or is_on_duty(one, work.queue):
            yield one


def line(tx: FloorTransaction, work: Work) -> Iterator[Agent]:
    """The free agents of a work's queue, those of its overflow steps included, in order."""
    queue = tx.queues.get(work.queue)
    strategy = queue.strategy if queue is not None else Strategy.LONGEST_IDLE
    keys = [(work.queue, step) for step in range(work.step + 1)]
    orders = tx.agents.orders(tx.lines.free[work.medium], *keys)
    for order in in_order(strategy, orders, tx.now):
        agent = tx.agents.get(order[-1])
        if agent is not None:
            yield agent


def needs_now(tx: FloorTransaction, work: Work) -> tuple[Need, ...]:
    """What a work needs beside its queue's needs, after the overflow steps that are done.

    Who stands in a line of the queue satisfies the queue's own needs.
    """
    queue = tx.queues.get(work.queue)
    if not work.needs or queue is None:
        return work.needs
    return relaxed_by(work.needs, queue.steps[: work.step])


@dataclass(frozen=True, slots=True)
class Rival:
    """A waiting work that a free agent could get, and how it compares with others."""

    work: Work
    points: float  # of priority, with whole points for waiting
    weighted_seconds: float

    @property
    def order(self) -> tuple[float, float, float, WorkId]:
        """Smaller is served first."""
        return (-self.points, -self.weighted_seconds, self.work.since, self.work.id)


def work_for(tx: FloorTransaction, agent: Agent) -> Work | None:
    """The waiting work that is for this agent alone, or that prefers this agent."""
    if not _may_be_served(agent):
        return None
    for work in tx.works.scan(tx.lines.awaited, agent.id):
        if agent.id not in work.passed_over and can_be_offered(agent, work.medium):
            return work
    for work in tx.works.scan(tx.lines.preferring, agent.id):
        may = is_on_duty(agent, work.queue) and can_be_offered(agent, work.medium)
        if may and agent.id not in work.passed_over:
            return work
    return None


def rivals(tx: FloorTransaction, agent: Agent) -> list[Rival]:
    """The most urgent work of each queue that an agent serves, the most urgent of all first."""
    if not _may_be_served(agent):
        return []
    heads = (
        _head(tx, (part.queue, part.step), agent)
        for part in agent.memberships
        if part.step is not None
    )
    return sorted((rival(tx, one) for one in heads if one is not None), key=lambda r: r.order)


def joinable(tx: FloorTransaction, agent: Agent) -> Work | None:
    """The work that rings at all free agents, which an agent who became free rings for too."""
    if not _may_be_served(agent):
        return None
    for part in agent.memberships:
        if part.step is None:
            continue
        for work in tx.works.scan(tx.lines.ringing, (part.queue, part.step)):
            if work.offer_to(agent.id) is None and _may_get(tx, agent, work):
                return work
    return None


def rival(tx: FloorTransaction, work: Work) -> Rival:
    """How a waiting work compares with those of other queues."""
    queue, waited = tx.queues.get(work.queue), max(0.0, tx.now - work.since)
    points = work.priority + work.raised + floor(work.ageing * waited / 60)
    if queue is None:
        return Rival(work, points, waited)
    return Rival(work, points + queue.priority, round(queue.weight * waited, 3))


def _may_be_served(agent: Agent) -> bool:
    return agent.presence is Presence.READY and agent.reachable


def _head(tx: FloorTransaction, key: LineKey, agent: Agent) -> Work | None:
    return next(
        (work for work in tx.works.scan(tx.lines.served, key) if _may_get(tx, agent, work)), None
    )


def _may_get(tx: FloorTransaction, agent: Agent, work: Work) -> bool:
    return (
        agent.id not in work.passed_over
        and can_be_offered(agent, work.medium)
        and (not work.needs or satisfies(agent.skills, needs_now(tx, work)))
    )
