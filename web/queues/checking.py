"""The check beside a queue's form: what is doubtful in what is typed, in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from sqlalchemy.orm import Session

from acd.agent import AgentState
from acd.queue import AddMembers, AgentId, OverflowStep, Queue, QueueKey, best_ranks, members_of
from acd.queues.check import Doubt, QueueFinding, findings, out_of_order
from acd.queues.store import QueueSettings, queue_settings
from acd.skill_groups.store import active_members
from acd.skill_levels.store import levels
from web.kit.i18n import Reader
from web.live.context import live_of
from web.live.schema import ItemKind
from web.queues.steps import StepWords, step_words
from web.queues.words import DOUBTS, MILD


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding in the reader's language; a mild one is only told."""

    kind: Doubt
    text: str
    mild: bool


def remarks(
    session: Session,
    request: Request,
    reader: Reader,
    known: QueueSettings,
    typed_seconds: Sequence[float] = (),
) -> list[Remark]:
    """Check a queue as it is set or typed."""
    others = {one.queue.key: one for one in queue_settings(session)}
    queue = _resolved(session, known, others)
    found = findings(
        queue,
        levels(session),
        _signed_in(request),
        lambda key: others[key].queue if key in others and others[key].enabled else None,
    )
    order = out_of_order(typed_seconds)
    words = step_words(session, reader)
    return [_say(one, words) for one in ([order, *found] if order else found)]


def _say(one: QueueFinding, words: StepWords) -> Remark:
    need = one.need
    text = words.reader.say(
        DOUBTS[one.doubt],
        skill=words.skill(need.skill) if need else "",
        level=need.level if need else "",
        step=one.step,
        other=one.other_step,
        queues=" → ".join(words.queue(key) for key in one.queues),
    )
    return Remark(one.doubt, text, one.doubt in MILD)


def _signed_in(request: Request) -> set[AgentId] | None:
    mirror = live_of(request).mirror
    if mirror.away:
        return None
    return {
        AgentId(one["id"])
        for one in mirror.values(ItemKind.AGENT)
        if one["state"] != AgentState.SIGNED_OUT.value
    }


def _resolved(
    session: Session, known: QueueSettings, others: Mapping[QueueKey, QueueSettings]
) -> Queue:
    groups = active_members(session)

    def agents_of(one: QueueSettings) -> list[AgentId]:
        direct = [member.agent for member in one.queue.members]
        return direct + [agent for group in one.groups for agent in groups.get(group.group, ())]

    def step(one: OverflowStep) -> OverflowStep:
        action = one.action
        if not isinstance(action, AddMembers):
            return one
        agents = set(groups.get(action.group, ())) if action.group is not None else set()
        backup = others.get(action.queue) if action.queue is not None else None
        if backup is not None and backup.enabled:
            agents |= set(agents_of(backup))
        return replace(one, action=replace(action, members=members_of(sorted(agents))))

    members = best_ranks(members_of(agents_of(known)))
    steps = tuple(step(one) for one in known.queue.steps)
    return replace(known.queue, members=members, steps=steps)
