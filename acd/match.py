"""Which agent gets which work: the one matching rule.

A waiting work goes to the free agent of its queue who has been idle the longest; an agent who
becomes free gets the most urgent work of all the queues served. Both look at heads of lines only.
"""

from collections.abc import Iterator
from itertools import islice

from acd.agent import Agent, Presence
from acd.capacity import can_be_offered
from acd.decision import Considered, Decision, Rule, Verdict
from acd.lines import idle_since
from acd.queue import QueueKey
from acd.transaction import FloorTransaction
from acd.work import Work, urgency

MOST_CONSIDERED = 5
"""So many free agents are in a decision, the longest idle first; passed-over agents are extra."""


def best_agent(tx: FloorTransaction, work: Work) -> Agent | None:
    """The free agent who gets a waiting work, or None."""
    return next(candidates(tx, work), None)


def candidates(tx: FloorTransaction, work: Work) -> Iterator[Agent]:
    """The free agents who may get a work, the best first."""
    left_out = work.passed_over | tx.ringing_in_fallback
    if work.only is not None:
        agent = tx.agents.get(work.only)
        if agent is not None and agent.id not in left_out and can_be_offered(agent, work.medium):
            yield agent
        return
    for agent in tx.agents.scan(tx.lines.free[work.medium], work.queue):
        if agent.id not in left_out:
            yield agent


def most_urgent(tx: FloorTransaction, agent: Agent) -> Work | None:
    """The waiting work that a free agent gets, across all the agent's queues."""
    if agent.presence is not Presence.READY or not agent.reachable:
        return None
    heads = (_head(tx, key, agent) for key in agent.queues)
    known = (work for work in heads if work is not None)
    return min(known, key=lambda work: rank(tx, work), default=None)


def rank(tx: FloorTransaction, work: Work) -> tuple[int, int, float, str]:
    """Smaller is served first: the queue's priority, then the work's urgency."""
    queue = tx.queues.get(work.queue)
    return (-(queue.priority if queue else 0), *urgency(work))


def _head(tx: FloorTransaction, key: QueueKey, agent: Agent) -> Work | None:
    for work in tx.works.scan(tx.lines.waiting, key):
        if agent.id not in work.passed_over and can_be_offered(agent, work.medium):
            return work
    return None


def decide(tx: FloorTransaction, work: Work, agent: Agent, rule: Rule) -> Decision:
    """Give why an agent is offered a work; call it before the offer changes either of them."""
    considered = {agent.id: _considered(tx, work, agent, Verdict.CHOSEN)}
    if work.only is None:
        line = tx.agents.scan(tx.lines.free[work.medium], work.queue)
        for other in islice(line, MOST_CONSIDERED):
            considered.setdefault(other.id, _considered(tx, work, other, _verdict(tx, work, other)))
    for agent_id in sorted(work.passed_over):
        passed = tx.agents.get(agent_id)
        if passed is not None:
            considered.setdefault(agent_id, _considered(tx, work, passed, Verdict.PASSED_OVER))
    waited = round(max(0.0, tx.now - work.since), 3)
    listed = tuple(considered.values())
    return Decision(work.id, work.call, work.queue, tx.now, agent.id, rule, waited, listed)


def _verdict(tx: FloorTransaction, work: Work, agent: Agent) -> Verdict:
    if agent.id in work.passed_over:
        return Verdict.PASSED_OVER
    rings = agent.id in tx.ringing_in_fallback
    return Verdict.RINGS_ALREADY if rings else Verdict.LESS_IDLE


def _considered(tx: FloorTransaction, work: Work, agent: Agent, verdict: Verdict) -> Considered:
    since = idle_since(agent, work.medium)
    idle = round(max(0.0, tx.now - since), 3) if since else 0.0
    return Considered(agent.id, idle, verdict)
