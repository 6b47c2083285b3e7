"""Serving: a waiting work is offered to agents, an agent who became free is offered a work."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from acd import match, overflow
from acd.agent import Agent, Phone, Task, TaskState
from acd.decision import Rule
from acd.explain import decide
from acd.match import Rival
from acd.orders import Leaves, LineClosed, NotTaken, Ring, SentOn
from acd.queue import AgentId, Queue, QueueKey, Strategy
from acd.transaction import FloorTransaction, put_agent
from acd.work import Directed, Offer, Work, WorkId, WorkState
from crm.kernel.state import with_timer

PATIENCE = "patience"
"""The timer of a work that waits for agents who are busy."""

DEFAULT_RING_SECONDS = 15.0
OUTSIDE_SECONDS = 15.0
"""How much longer a number outside rings: the carrier needs time to reach it."""

MOST_TOGETHER = 50
"""The most phones that ring together."""


def wait_in_line(tx: FloorTransaction, work: Work) -> None:
    """Let a work wait, as far as it has come in its queue, and offer it to a free agent."""
    queue = tx.queues.get(work.queue)
    if work.state is WorkState.WAITING and work.only is None and queue is not None:
        left = overflow.leaving(work, queue, tx.now)
        if left is not None and not tx.away:
            tx.works.put(work)
            tx.order(SentOn(work.id, left.to, left.why))
            return
        preferred = map(tx.agents.get, work.prefers)
        prefers = not work.prefers or overflow.can_be_waited_for(preferred, work.queue)
        work = overflow.waiting_in(work, queue, tx.now, prefers=prefers)
    tx.works.put(work)
    serve(tx, work.id)


def send_on_from_empty(tx: FloorTransaction, key: QueueKey) -> None:
    """Send a queue's callers on when no agent is signed in any more, if its settings say so."""
    queue = tx.queues.get(key)
    if tx.away or queue is None or queue.empty is None or is_staffed(tx, queue):
        return
    for work in list(tx.works.scan(tx.lines.waiting, key)):
        if overflow.can_go(work, queue.empty):
            tx.order(SentOn(work.id, queue.empty, Leaves.EMPTY))


def is_staffed(tx: FloorTransaction, queue: Queue) -> bool:
    """Whether a member of a queue is signed in."""
    members = (tx.agents.get(member.agent) for member in queue.members)
    return any(one is not None and overflow.is_on_duty(one, queue.key) for one in members)


def serve(tx: FloorTransaction, work_id: WorkId) -> None:
    """Offer a waiting work to the free agent that the rule chooses, if there is one.

    One for some agents alone is offered to all of them who are free, or to the next in turn.
    """
    work = tx.works.get(work_id)
    if tx.away or work is None or work.state is not WorkState.WAITING:
        return
    if work.only is not None:
        _serve_directed(tx, work, work.only)
        return
    queue = tx.queues.get(work.queue)
    if queue is None:
        tx.order(LineClosed(work.id))
    elif work.waits_for_preferred:
        _offer_to_first(tx, work, Rule.PREFERRED)
    elif queue.strategy is Strategy.RING_ALL:
        for agent in list(islice(match.candidates(tx, work), MOST_TOGETHER)):
            offer(tx, tx.works.get(work.id) or work, agent, Rule.RING_ALL)
    else:
        _offer_to_first(tx, work, Rule(queue.strategy.value))


def _offer_to_first(tx: FloorTransaction, work: Work, rule: Rule) -> None:
    agent = match.best_agent(tx, work)
    if agent is not None:
        offer(tx, work, agent, rule)


def _serve_directed(tx: FloorTransaction, work: Work, only: Directed) -> None:
    agents = list(islice(match.candidates(tx, work), 1 if only.in_turn else None))
    for agent in agents:
        offer(tx, tx.works.get(work.id) or work, agent, Rule.DIRECTED)
    if agents:
        return
    if only.patience > tx.now:
        timers = with_timer(work.timers, PATIENCE, only.patience)
        tx.works.put(replace(work, timers=timers))
    else:
        tx.order(NotTaken(work.id))


def serve_agent(tx: FloorTransaction, agent_id: AgentId) -> None:
    """Offer the most urgent waiting work to an agent who became free."""
    agent = tx.agents.get(agent_id)
    if tx.away or agent is None or agent_id in tx.ringing_in_fallback:
        return
    work = match.work_for(tx, agent)
    if work is not None:
        offer(tx, work, agent, Rule.PREFERRED if work.only is None else Rule.DIRECTED)
        return
    rivals = match.rivals(tx, agent)
    if rivals:
        offer(tx, rivals[0].work, agent, Rule.MOST_URGENT, rivals)
    elif (ringing := match.joinable(tx, agent)) is not None:
        offer(tx, ringing, agent, Rule.RING_ALL)


def offer(
    tx: FloorTransaction,
    work: Work,
    agent: Agent,
    rule: Rule,
    rivals: Sequence[Rival] = (),
) -> None:
    """Offer a work to an agent. Of a queue that rings all, others who become free join in."""
    tx.record(decide(tx, work, agent, rule, rivals))
    queue = tx.queues.get(work.queue)
    usual = queue.ring_seconds if queue else DEFAULT_RING_SECONDS
    until = tx.now + ((work.only.ring_seconds if work.only else 0.0) or usual)
    if agent.phone is Phone.OUTSIDE:
        until += OUTSIDE_SECONDS
    in_line = work.only is None and queue is not None and rule is not Rule.PREFERRED
    rings_all = queue is not None and queue.strategy is Strategy.RING_ALL
    offers = (*work.offers, Offer(agent.id, tx.now, until))
    rings = replace(
        work,
        state=WorkState.OFFERED,
        changed=tx.now,
        offers=offers,
        together=in_line and rings_all,
        timers={"offer": min(one.until for one in offers)},
    )
    tx.works.put(rings)
    offered_at = agent.offered_at
    if in_line:
        offered_at = {**offered_at, work.queue: tx.now}
    tasks = (*agent.tasks, offered_task(work, tx.now, until))
    rung = replace(agent, tasks=tasks, offered_at=offered_at, answered_by="")
    put_agent(tx, rung, "call")
    tx.order(Ring(work.id, agent.id))


def offered_task(work: Work, now: float, until: float) -> Task:
    """An agent's part in a work that rings."""
    return Task(work.id, work.medium, work.queue, TaskState.OFFERED, now, work.call, until)
