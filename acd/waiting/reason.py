"""Which agent would get a work now, or why none gets it; it only reads the live state."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from acd.agent import Agent, Presence, TaskState
from acd.capacity import can_be_offered
from acd.decision import COULD_NOT, Considered, Verdict
from acd.match import candidates
from acd.membership import Joined, joined, needs_by_step
from acd.queue import AgentId, Queue, Strategy
from acd.skills import Need, first_missing, together
from acd.strategy import idle_since
from acd.transaction import FloorTransaction
from acd.work import Work, urgency

MOST_SHOWN = 50
"""How many agents are named; those who come nearest come first."""

LOSES: dict[Strategy, Verdict] = {
    Strategy.RING_ALL: Verdict.RINGS_TOO,
    Strategy.ROUND_ROBIN: Verdict.OFFERED_LATER,
    Strategy.LONGEST_IDLE: Verdict.LESS_IDLE,
    Strategy.FEWEST_CALLS: Verdict.MORE_CALLS,
    Strategy.LEAST_TALK_TIME: Verdict.MORE_TALK,
    Strategy.MOST_IDLE_SHARE: Verdict.LESS_IDLE_SHARE,
    Strategy.BEST_SKILLED: Verdict.LESS_SKILLED,
    Strategy.RANK: Verdict.LOWER_RANK,
}


class Blocked(StrEnum):
    """Why a work cannot be offered to any agent now."""

    NO_MEMBERS = "no members"
    NOBODY_SIGNED_IN = "nobody signed in"
    LACKS_SKILL = "lacks a skill"  # free agents are there, none with the needed skills
    PASSED_OVER = "passed over"
    UNREACHABLE = "unreachable"
    NOT_READY = "not ready"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Outlook:
    """Which agent gets a work, or why none does; agents are in the order of the comparison."""

    agent: AgentId | None
    blocked: Blocked | None
    considered: tuple[Considered, ...]
    signed_out: int  # members who are not signed in; they are not among those considered
    ahead: int  # works of the queue that are served first
    step: int  # overflow steps that have come
    needs: tuple[Need, ...]


def outlook(tx: FloorTransaction, work: Work, queue: Queue) -> Outlook:
    """Look at a work that waits in a queue, or would wait in it."""
    waited = tx.now - work.since
    step = sum(1 for one in queue.steps if one.after_seconds <= waited)
    needs = together(needs_by_step(queue)[step], work.needs)
    parts = {agent: part for agent, part in joined(queue).items() if part.step <= step}
    there = [
        (agent, parts[agent.id])
        for one in parts
        if (agent := tx.agents.get(one)) is not None and agent.presence is not Presence.SIGNED_OUT
    ]
    first = [one for one in candidates(tx, work) if first_missing(one.skills, needs) is None]
    chosen = first[0] if first else None
    considered = list(_considered(tx, work, queue, needs, there, first))
    shown = tuple(considered[:MOST_SHOWN])
    blocked = None if chosen else _blocked(parts, [one.verdict for one in considered])
    return Outlook(
        chosen.id if chosen else None,
        blocked,
        shown,
        len(parts) - len(there),
        _ahead(tx, work),
        step,
        needs,
    )


def _considered(  # noqa: PLR0913, PLR0917 - who is looked at, and by what
    tx: FloorTransaction,
    work: Work,
    queue: Queue,
    needs: tuple[Need, ...],
    there: list[tuple[Agent, Joined]],
    first: list[Agent],
) -> Iterator[Considered]:
    """Those who can be offered the work in their order, then the others by their names."""
    ranks = {agent.id: part.rank for agent, part in there}
    best = ranks.get(first[0].id, 1) if first else 1
    for place, agent in enumerate(first):
        loses = LOSES[queue.strategy]
        if ranks.get(agent.id, best) > best and queue.strategy is not Strategy.RING_ALL:
            loses = Verdict.LOWER_RANK
        yield _one(tx, work, agent, loses if place else Verdict.CHOSEN)
    able = {agent.id for agent in first}
    for agent, _ in sorted(there, key=lambda pair: (pair[0].name, pair[0].id)):
        if agent.id not in able:
            yield _unable(tx, work, agent, needs)


def _unable(tx: FloorTransaction, work: Work, agent: Agent, needs: tuple[Need, ...]) -> Considered:
    if agent.id in work.passed_over:
        return _one(tx, work, agent, Verdict.PASSED_OVER)
    if agent.id in tx.ringing_in_fallback:
        return _one(tx, work, agent, Verdict.RINGS_ALREADY)
    missing = first_missing(agent.skills, needs)
    if missing is not None:
        lacks = f"{missing.skill} {missing.level}"
        return _one(tx, work, agent, Verdict.LACKS_SKILL, lacks)
    if agent.tasks:
        wraps_up = all(task.state is TaskState.WRAP_UP for task in agent.tasks)
        return _one(tx, work, agent, Verdict.WRAP_UP if wraps_up else Verdict.FULL)
    if agent.presence is not Presence.READY or not agent.enabled:
        return _one(tx, work, agent, Verdict.NOT_READY)
    free = can_be_offered(agent, work.medium)
    return _one(tx, work, agent, Verdict.NOT_PREFERRED if free else Verdict.UNREACHABLE)


def _one(
    tx: FloorTransaction, work: Work, agent: Agent, verdict: Verdict, lacks: str = ""
) -> Considered:
    since = idle_since(agent, work.medium)
    idle = round(max(0.0, tx.now - since), 3) if since else 0.0
    return Considered(agent.id, idle, verdict, {}, lacks)


def _blocked(members: Collection[AgentId], verdicts: list[Verdict]) -> Blocked:
    """The obstacle to show: the one that is easiest to remove."""
    if not members:
        return Blocked.NO_MEMBERS
    if not verdicts:
        return Blocked.NOBODY_SIGNED_IN
    found = Counter(one for one in verdicts if one in COULD_NOT)
    if found[Verdict.LACKS_SKILL] == len(verdicts):
        return Blocked.LACKS_SKILL
    for verdict in (Verdict.FULL, Verdict.WRAP_UP, Verdict.RINGS_ALREADY):
        if found[verdict]:
            return Blocked.BUSY
    for verdict, why in _OTHERS.items():
        if found[verdict]:
            return why
    return Blocked.BUSY


_OTHERS = {
    Verdict.PASSED_OVER: Blocked.PASSED_OVER,
    Verdict.UNREACHABLE: Blocked.UNREACHABLE,
    Verdict.NOT_READY: Blocked.NOT_READY,
}


def _ahead(tx: FloorTransaction, work: Work) -> int:
    waiting = tx.works.scan(tx.lines.waiting, work.queue)
    mine = urgency(work)
    return sum(1 for other in waiting if other.id != work.id and urgency(other) < mine)
