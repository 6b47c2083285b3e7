"""Queues as the API and the audit log show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from acd.queue import AgentId, Queue
from acd.queues.store import QueueGroup, QueueSettings
from acd.skill_groups.store import SkillGroup, skill_groups
from acd.store import AgentSettings, agents
from crm.dictionary.item import one_of_two
from crm.kernel.destination import Destination
from crm.kernel.names import sort_key
from web.kit.i18n import Reader
from web.queues import announcements
from web.queues.row_shapes import (
    GroupMemberShape,
    MemberShape,
    MembersShape,
    NeedShape,
    QueueStepShape,
)
from web.queues.shapes import QueueShape
from web.queues.steps import StepWords, step_body, step_sentence, step_words


@dataclass(frozen=True, slots=True)
class QueueWords:
    """The agents, groups and names that queues are shown with."""

    agents: Mapping[AgentId, AgentSettings]
    groups: Mapping[int, SkillGroup]
    steps: StepWords
    reader: Reader


def queue_words(session: Session, reader: Reader) -> QueueWords:
    """Read the names."""
    return QueueWords(
        {one.id: one for one in agents(session)},
        {int(one.id): one for one in skill_groups(session)},
        step_words(session, reader),
        reader,
    )


def show(known: QueueSettings, words: QueueWords) -> QueueShape:
    """Show a queue."""
    queue = known.queue
    return QueueShape(
        key=queue.key,
        name=one_of_two(queue.name, known.name_zh, words.reader.language),
        name_en=queue.name,
        name_zh=known.name_zh,
        active=known.enabled,
        record=queue.record,
        strategy=queue.strategy,
        priority=queue.priority,
        weight=queue.weight,
        ageing=queue.ageing,
        ring_seconds=queue.ring_seconds,
        wrapup_seconds=queue.wrapup_seconds,
        max_misses=queue.max_misses,
        music=queue.music,
        **announcements.shown(queue.announcements),
        max_wait_seconds=round(queue.max_wait_seconds),
        max_length=queue.max_length,
        hours=queue.hours,
        last_agent_days=queue.preferred.last_agent_days,
        prefer_owner=queue.preferred.owner,
        patience_seconds=round(queue.preferred.patience_seconds),
        callback_tries=queue.callback.tries,
        callback_pause_seconds=round(queue.callback.pause_seconds),
        callback_choose_time=queue.callback.choose_time,
        service_percent=round(queue.service_share * 100),
        service_seconds=round(queue.service_seconds),
        timed_out=text_of(queue.timed_out),
        full=text_of(queue.full),
        closed=text_of(queue.closed),
        empty=text_of(queue.empty),
        needs=[
            NeedShape(skill=one.skill, name=words.steps.skill(one.skill), level=one.level)
            for one in queue.needs
        ],
        steps=[
            QueueStepShape(**dict(step_body(one)), text=step_sentence(one.action, words.steps))
            for one in queue.steps
        ],
        **dict(show_members(known, words)),
    )


def show_members(known: QueueSettings, words: QueueWords) -> MembersShape:
    """Show the agents and groups of a queue, by rank and name."""
    members = [
        _member(one.agent, one.rank, words.agents.get(one.agent)) for one in known.queue.members
    ]
    groups = [_group(one, words.groups.get(int(one.group))) for one in known.groups]
    return MembersShape(
        members=sorted(members, key=lambda one: (one.rank, sort_key(one.name), one.id)),
        groups=sorted(groups, key=lambda one: (one.rank, sort_key(one.name), one.group)),
    )


def _member(id_: AgentId, rank: int, agent: AgentSettings | None) -> MemberShape:
    return MemberShape(
        id=id_,
        name=agent.name if agent else str(id_),
        extension=agent.extension if agent else "",
        rank=rank,
        active=agent.enabled if agent else False,
    )


def _group(one: QueueGroup, known: SkillGroup | None) -> GroupMemberShape:
    return GroupMemberShape(
        group=one.group,
        name=known.name if known else str(one.group),
        rank=one.rank,
        active=known.enabled if known else False,
        members=list(known.members) if known else [],
    )


def text_of(to: Destination | None) -> str:
    """Give a destination as the API does."""
    return str(to) if to is not None else ""


def noted(known: QueueSettings, words: QueueWords) -> dict[str, Any]:
    """Give a queue as the audit log keeps it: plain values, rows as short texts."""
    queue = known.queue
    ranked = [one for one in queue.members if one.rank != 1]
    return {
        "name_en": queue.name,
        "name_zh": known.name_zh,
        "active": known.enabled,
        "members": list(queue.agents),
        "ranks": [f"{_name(one.agent, words)}: {one.rank}" for one in ranked],
        "skill_groups": [
            f"{words.groups[int(one.group)].name}: {one.rank}"
            for one in known.groups
            if int(one.group) in words.groups
        ],
        "needed_skills": [f"{one.skill} ≥ {one.level}" for one in queue.needs],
        "overflow_steps": [_noted_step(queue, number) for number in range(len(queue.steps))],
        **{name: text_of(getattr(queue, name)) for name in _DESTINATIONS},
        **{name: _plain(getattr(queue, name)) for name in _SINGLE},
        "last_agent_days": queue.preferred.last_agent_days,
        "prefer_owner": queue.preferred.owner,
        "patience_seconds": round(queue.preferred.patience_seconds),
        "callback_tries": queue.callback.tries,
        "callback_pause_seconds": round(queue.callback.pause_seconds),
        "callback_choose_time": queue.callback.choose_time,
        "service_percent": round(queue.service_share * 100),
        **announcements.shown(queue.announcements),
    }


_DESTINATIONS = ("timed_out", "full", "closed", "empty")
_SINGLE = (
    "strategy",
    "priority",
    "weight",
    "ageing",
    "ring_seconds",
    "wrapup_seconds",
    "max_misses",
    "record",
    "music",
    "max_wait_seconds",
    "max_length",
    "hours",
    "service_seconds",
)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _name(agent: AgentId, words: QueueWords) -> str:
    known = words.agents.get(agent)
    return known.name if known else str(agent)


def _noted_step(queue: Queue, number: int) -> str:
    body = step_body(queue.steps[number])
    said = body.model_dump(mode="json", exclude_defaults=True, exclude={"after_seconds", "do"})
    more = " ".join(f"{name} {value}" for name, value in said.items())
    return f"{body.after_seconds} s: {body.do.value} {more}".strip()
