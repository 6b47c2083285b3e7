"""Why an agent was offered a work: the agents and works that were compared, and why each lost."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from acd.agent import Agent, Presence, TaskState
from acd.capacity import has_room
from acd.decision import MEASURES, Considered, ConsideredWork, Decision, Rule, Verdict
from acd.match import Rival, line, needs_now
from acd.membership import Membership, needs_by_step
from acd.queue import Strategy
from acd.skills import first_missing, together
from acd.strategy import idle_share, idle_since
from acd.transaction import FloorTransaction
from acd.work import Work

MOST_CONSIDERED = 5
"""The most agents in a decision, and the most works; passed-over agents are extra."""

MOST_LOOKED_AT = 30
"""The most members of a queue that are searched for some who could not be offered the work."""

LOSES_BY: Mapping[str, Verdict] = {
    "rank": Verdict.LOWER_RANK,
    "offered_at": Verdict.OFFERED_LATER,
    "idle_since": Verdict.LESS_IDLE,
    "calls": Verdict.MORE_CALLS,
    "talk_seconds": Verdict.MORE_TALK,
    "idle_share": Verdict.LESS_IDLE_SHARE,
    "skill": Verdict.LESS_SKILLED,
}


def decide(
    tx: FloorTransaction, work: Work, agent: Agent, rule: Rule, rivals: Sequence[Rival] = ()
) -> Decision:
    """Explain why an agent is offered a work; call it before the offer changes either of them."""
    chosen = _considered(tx, work, agent, Verdict.CHOSEN)
    known = {agent.id: chosen}
    if work.only is None:
        for other in _others(tx, work):
            if len(known) == MOST_CONSIDERED:
                break
            if other.id not in known:
                known[other.id] = _loser(tx, work, other, chosen, rule)
    for agent_id in sorted(work.passed_over):
        passed = tx.agents.get(agent_id)
        if passed is not None and passed.id != agent.id:
            known[agent_id] = _considered(tx, work, passed, Verdict.PASSED_OVER)
    works = tuple(_work(one) for one in rivals[:MOST_CONSIDERED])
    waited = round(max(0.0, tx.now - work.since), 3)
    listed = tuple(known.values())
    said = (work.id, work.call, work.queue, tx.now, agent.id, rule, waited, listed)
    return Decision(*said, works, work.step, level=_asked(work))


def _asked(work: Work) -> Mapping[str, Any] | None:
    """What the customer's level changed, and what this call asks of agents beside it."""
    if work.own is None:
        return work.level
    over = bool(work.own["needs"]) and not work.needs
    return {**(work.level or {}), "own": {**work.own, "over": over}}


def _others(tx: FloorTransaction, work: Work) -> Iterator[Agent]:
    """Free agents in their order, then members who are signed in and cannot be offered it."""
    yield from islice(line(tx, work), MOST_CONSIDERED)
    queue = tx.queues.get(work.queue)
    for member in islice(queue.members if queue is not None else (), MOST_LOOKED_AT):
        agent = tx.agents.get(member.agent)
        if agent is not None and agent.presence is not Presence.SIGNED_OUT:
            yield agent


def _loser(
    tx: FloorTransaction, work: Work, agent: Agent, chosen: Considered, rule: Rule
) -> Considered:
    why = _out_of_question(tx, work, agent)
    if why is not None:
        return _considered(tx, work, agent, why)
    if lacks := _lacks(tx, work, agent):
        return _considered(tx, work, agent, Verdict.LACKS_SKILL, lacks)
    if rule is Rule.PREFERRED:
        return _considered(tx, work, agent, Verdict.NOT_PREFERRED)
    loser = _considered(tx, work, agent, Verdict.LESS_IDLE)
    queue = tx.queues.get(work.queue)
    measures = MEASURES[queue.strategy if queue is not None else Strategy.LONGEST_IDLE]
    differing = (one for one in measures if loser.scores.get(one) != chosen.scores.get(one))
    verdict = LOSES_BY[next(differing, measures[-1])]
    return Considered(agent.id, loser.idle_seconds, verdict, loser.scores)


def _out_of_question(tx: FloorTransaction, work: Work, agent: Agent) -> Verdict | None:
    if agent.id in work.passed_over:
        return Verdict.PASSED_OVER
    if agent.id in tx.ringing_in_fallback:
        return Verdict.RINGS_ALREADY
    if work.offer_to(agent.id) is not None:
        return Verdict.RINGS_TOO
    return _unable(agent, work)


def _unable(agent: Agent, work: Work) -> Verdict | None:
    """Why an agent cannot be offered a work of this medium now, if so."""
    if has_room(agent, work.medium):
        if agent.presence is not Presence.READY or not agent.enabled:
            return Verdict.NOT_READY
        return None if agent.reachable else Verdict.UNREACHABLE
    wraps_up = all(task.state is TaskState.WRAP_UP for task in agent.tasks)
    return Verdict.WRAP_UP if wraps_up and agent.tasks else Verdict.FULL


def _lacks(tx: FloorTransaction, work: Work, agent: Agent) -> str:
    """The first skill that an agent lacks for a work, as `english 5`."""
    queue = tx.queues.get(work.queue)
    if queue is None:
        return ""
    needs = together(needs_by_step(queue)[work.step], needs_now(tx, work))
    missing = first_missing(agent.skills, needs)
    return f"{missing.skill} {missing.level}" if missing is not None else ""


def _considered(
    tx: FloorTransaction, work: Work, agent: Agent, verdict: Verdict, lacks: str = ""
) -> Considered:
    since = idle_since(agent, work.medium)
    idle = round(max(0.0, tx.now - since), 3) if since else 0.0
    return Considered(agent.id, idle, verdict, _scores(tx, work, agent), lacks)


def _scores(tx: FloorTransaction, work: Work, agent: Agent) -> Mapping[str, float]:
    """What the strategy of the work's queue compares."""
    part = _part(work, agent)
    if part is None or work.only is not None:
        return {}
    all_scores: Mapping[str, float] = {
        "rank": part.rank,
        "offered_at": agent.offered_at.get(work.queue, 0.0),
        "idle_since": idle_since(agent, work.medium),
        "calls": agent.today.calls,
        "talk_seconds": round(agent.today.talk_seconds, 3),
        "idle_share": idle_share(agent, tx.now),
        "skill": part.level,
    }
    return {name: all_scores[name] for name in MEASURES[part.strategy]}


def _part(work: Work, agent: Agent) -> Membership | None:
    return next((one for one in agent.memberships if one.queue == work.queue), None)


def _work(one: Rival) -> ConsideredWork:
    return ConsideredWork(one.work.id, one.work.queue, one.points, one.weighted_seconds)
