"""Queues: as the engine uses them, and as settings pages edit them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from acd.models import AgentRow, QueueMemberRow, QueueRow, QueueSkillGroupRow, SkillGroupRow
from acd.queue import (
    OWN_WORDS,
    AddMembers,
    AgentId,
    Announcements,
    CallbackRule,
    OverflowStep,
    Preferred,
    Queue,
    QueueKey,
    QueueMember,
    SkillGroupId,
    Strategy,
    best_ranks,
    members_of,
)
from acd.queue_steps.store import (
    MOST_RANK,
    added_from,
    needs_of,
    put_parts,
    queues_adding,
    steps_of,
)
from acd.queues.rules import check_queue
from acd.skill_groups.store import active_members
from crm.hours.group import TimeGroupId
from crm.kernel.destination import Destination, read_destination
from crm.kernel.errors import InvalidError, MissingError
from crm.kernel.text import clean
from crm.sql.db import notify

FALLBACKS = range(1, 33)  # the numbers of Asterisk's static fallback queues
LONGEST_WORDS = 500  # characters of a queue's own words


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """A skill group that serves a queue; all its agents have one rank."""

    group: SkillGroupId
    rank: int = 1


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """A queue's settings, its Chinese name, and whether it takes calls.

    The members of `queue` are the agents named directly; `groups` gives it more.
    """

    queue: Queue
    name_zh: str
    enabled: bool
    groups: tuple[QueueGroup, ...] = ()


# ---- for the engine


def queues(session: Session, keys: Collection[QueueKey] | None = None) -> list[Queue]:
    """Give active queues by key, those named or all, with the members of groups and steps."""
    wanted = select(QueueRow).where(QueueRow.enabled).order_by(QueueRow.key)
    if keys is not None:
        wanted = wanted.where(QueueRow.key.in_(keys))
    found = _settings(session, list(session.scalars(wanted.execution_options(**_FRESH))))
    backups = _added_queues(session, found)
    in_steps = [added_from(one.queue.steps) for one in found]
    of_groups: Mapping[SkillGroupId, list[AgentId]] = {}
    if any(one.groups for one in (*found, *backups)) or any(groups for groups, _ in in_steps):
        of_groups = active_members(session)
    of_queues = {one.queue.key: _members(one, of_groups) for one in backups}
    return [
        replace(
            one.queue,
            members=_members(one, of_groups),
            steps=tuple(_step(step, of_groups, of_queues) for step in one.queue.steps),
        )
        for one in found
    ]


def _added_queues(session: Session, found: Iterable[QueueSettings]) -> list[QueueSettings]:
    """The active queues whose members steps add."""
    keys: set[QueueKey] = set()
    for one in found:
        keys |= added_from(one.queue.steps)[1]
    if not keys:
        return []
    query = select(QueueRow).where(QueueRow.enabled, QueueRow.key.in_(keys))
    return _settings(session, list(session.scalars(query)))


def _members(
    one: QueueSettings, of_groups: Mapping[SkillGroupId, Collection[AgentId]]
) -> tuple[QueueMember, ...]:
    members = list(one.queue.members)
    for group in one.groups:
        members += members_of(of_groups.get(group.group, ()), group.rank)
    return best_ranks(members)


def _step(
    step: OverflowStep,
    of_groups: Mapping[SkillGroupId, Collection[AgentId]],
    of_queues: Mapping[QueueKey, Collection[QueueMember]],
) -> OverflowStep:
    action = step.action
    if not isinstance(action, AddMembers):
        return step
    agents = set(of_groups.get(action.group, ())) if action.group is not None else set()
    if action.queue is not None:
        agents |= {member.agent for member in of_queues.get(action.queue, ())}
    return replace(step, action=replace(action, members=members_of(sorted(agents), action.rank)))


# ---- for pages


def callback_tries(session: Session) -> dict[str, int]:
    """Give how often each queue has a customer called back, by the queues' keys."""
    query = select(QueueRow.key, QueueRow.callback_tries)
    return {str(row.key): int(row.callback_tries) for row in session.execute(query)}


def queue_settings(session: Session) -> list[QueueSettings]:
    """Give all queues by their names, the inactive ones too."""
    query = select(QueueRow).order_by(func.lower(QueueRow.name), QueueRow.key)
    return _settings(session, list(session.scalars(query.execution_options(**_FRESH))))


def queue_of(session: Session, key: str) -> QueueSettings:
    """Read a queue; MissingError if there is none with this key."""
    query = select(QueueRow).where(QueueRow.key == clean(key, 50))
    row = session.scalars(query.execution_options(**_FRESH)).one_or_none()
    if row is None:
        raise MissingError("There is no queue “{queue}”.", queue=key[:50])
    return _settings(session, [row])[0]


def queue_to_change(session: Session, key: str) -> QueueSettings:
    """Read a queue and lock it until this transaction ends."""
    session.execute(select(QueueRow.id).where(QueueRow.key == clean(key, 50)).with_for_update())
    return queue_of(session, key)


def save_queue(session: Session, queue: Queue, name_zh: str) -> None:
    """Add a queue, or replace the settings and the direct members of the one with its key."""
    check_queue(queue)
    columns = _columns(queue) | {"name_zh": clean(name_zh.strip(), 100)}
    saved = insert(QueueRow).values(key=queue.key, **columns)
    saved = saved.on_conflict_do_update(index_elements=[QueueRow.key], set_=columns)
    id_ = session.scalars(saved.returning(QueueRow.id)).one()
    _put_members(session, id_, queue.members)
    put_parts(session, id_, queue)
    notify_queue(session, queue.key)


def own_words(session: Session) -> dict[str, dict[str, str]]:
    """Give the queues' own words by language and name of the prompt, to be spoken."""
    row = QueueRow
    found: dict[str, dict[str, str]] = {"en": {}, "zh_CN": {}}
    for key, english, chinese in session.execute(
        select(row.key, row.announce_text_en, row.announce_text_zh).order_by(row.key)
    ):
        for language, said in (("en", english), ("zh_CN", chinese)):
            if said:
                found[language][f"{OWN_WORDS}{key}"] = said
    return found


def set_queue_groups(session: Session, key: QueueKey, groups: Iterable[QueueGroup]) -> None:
    """Set the skill groups that serve a queue; InvalidError names one that does not exist."""
    ranks = {one.group: one.rank for one in groups}
    if not all(1 <= rank <= MOST_RANK for rank in ranks.values()):
        raise InvalidError("A rank is a number from 1 to 99.", field="groups")
    for missing in sorted(ranks.keys() - set(session.scalars(select(SkillGroupRow.id)))):
        raise InvalidError("“{key}” is not one of the options.", field="groups", key=missing)
    id_ = session.scalars(select(QueueRow.id).where(QueueRow.key == key)).one()
    session.execute(delete(QueueSkillGroupRow).where(QueueSkillGroupRow.queue_id == id_))
    if ranks:
        rows = [{"queue_id": id_, "group_id": g, "rank": r} for g, r in sorted(ranks.items())]
        session.execute(insert(QueueSkillGroupRow), rows)
    notify_queue(session, key)


def notify_queue(session: Session, key: QueueKey) -> None:
    """Let the engine read a queue again, and those that add its members in a step."""
    notify(session, f"queues:{key}")
    id_ = session.scalars(select(QueueRow.id).where(QueueRow.key == key)).one_or_none()
    for other in queues_adding(session, id_) if id_ is not None else ():
        notify(session, f"queues:{other}")


def set_queue_enabled(session: Session, key: QueueKey, *, enabled: bool) -> None:
    """Activate a queue, or deactivate it: the engine then no longer knows it."""
    session.execute(update(QueueRow).where(QueueRow.key == key).values(enabled=enabled))
    notify_queue(session, key)


def free_key(session: Session, wanted: str) -> QueueKey:
    """Give a key that no queue has: the wanted one, or with the first free number behind it."""
    taken = set(session.scalars(select(QueueRow.key)))
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return QueueKey(key)


def free_fallback(session: Session) -> int:
    """Give the fallback queue that the fewest queues share, the lowest number first."""
    used = list(session.scalars(select(QueueRow.fallback)))
    return min(FALLBACKS, key=lambda number: (used.count(number), number))


_FRESH = {"populate_existing": True}


def _put_members(session: Session, id_: int, members: Iterable[QueueMember]) -> None:
    session.execute(delete(QueueMemberRow).where(QueueMemberRow.queue_id == id_))
    wanted = best_ranks(members)
    if not all(1 <= one.rank <= MOST_RANK for one in wanted):
        raise InvalidError("A rank is a number from 1 to 99.", field="members")
    agents = [one.agent for one in wanted]
    known = set(session.scalars(select(AgentRow.user_id).where(AgentRow.user_id.in_(agents))))
    for agent in agents:
        if agent not in known:
            raise InvalidError("There is no agent {agent}.", field="members", agent=agent)
    if wanted:
        rows = [{"queue_id": id_, "agent_id": one.agent, "rank": one.rank} for one in wanted]
        session.execute(insert(QueueMemberRow), rows)


def _settings(session: Session, rows: Collection[QueueRow]) -> list[QueueSettings]:
    ids = [row.id for row in rows]
    member, group = QueueMemberRow, QueueSkillGroupRow
    members: dict[int, list[QueueMember]] = {}
    query = select(member.queue_id, member.agent_id, member.rank)
    query = query.where(member.queue_id.in_(ids)).order_by(member.agent_id)
    for id_, agent, rank in session.execute(query):
        members.setdefault(id_, []).append(QueueMember(AgentId(agent), rank))
    groups: dict[int, list[QueueGroup]] = {}
    theirs = select(group.queue_id, group.group_id, group.rank).where(group.queue_id.in_(ids))
    for id_, group_id, rank in session.execute(theirs.order_by(group.group_id)):
        groups.setdefault(id_, []).append(QueueGroup(SkillGroupId(group_id), rank))
    needs, steps = needs_of(session, ids), steps_of(session, ids)
    return [
        QueueSettings(
            replace(
                _read(row),
                members=tuple(members.get(row.id, ())),
                needs=tuple(needs.get(row.id, ())),
                steps=tuple(steps.get(row.id, ())),
            ),
            row.name_zh,
            row.enabled,
            tuple(groups.get(row.id, ())),
        )
        for row in rows
    ]


def _read(row: QueueRow) -> Queue:
    return Queue(
        key=QueueKey(row.key),
        name=row.name,
        ring_seconds=row.ring_seconds,
        wrapup_seconds=row.wrapup_seconds,
        max_misses=row.max_misses,
        priority=row.priority,
        record=row.record,
        music=row.music,
        fallback=row.fallback,
        strategy=Strategy(row.strategy),
        weight=row.weight,
        ageing=row.ageing,
        max_wait_seconds=row.max_wait_seconds,
        timed_out=_destination(row.timed_out),
        max_length=row.max_length,
        full=_destination(row.full_to),
        hours=TimeGroupId(row.time_group_id) if row.time_group_id is not None else None,
        closed=_destination(row.closed_to),
        empty=_destination(row.empty_to),
        service_seconds=row.service_seconds,
        service_share=row.service_share,
        preferred=Preferred(row.last_agent_days, row.prefer_owner, row.patience_seconds),
        announcements=Announcements(
            ahead=row.announce_ahead,
            waited=row.announce_waited,
            estimate=row.announce_estimate,
            text_en=row.announce_text_en,
            text_zh=row.announce_text_zh,
            first_seconds=row.announce_first_seconds,
            every_seconds=row.announce_every_seconds,
        ),
        callback=CallbackRule(
            row.callback_tries, row.callback_pause_seconds, row.callback_choose_time
        ),
    )


def _columns(queue: Queue) -> dict[str, object]:
    return {
        "name": clean(queue.name.strip(), 100),
        "ring_seconds": queue.ring_seconds,
        "wrapup_seconds": queue.wrapup_seconds,
        "max_misses": queue.max_misses,
        "priority": queue.priority,
        "record": queue.record,
        "music": clean(queue.music, 50),
        "fallback": queue.fallback,
        "strategy": queue.strategy.value,
        "weight": queue.weight,
        "ageing": queue.ageing,
        "max_wait_seconds": queue.max_wait_seconds,
        "timed_out": _stored(queue.timed_out),
        "max_length": queue.max_length,
        "full_to": _stored(queue.full),
        "time_group_id": queue.hours,
        "closed_to": _stored(queue.closed),
        "empty_to": _stored(queue.empty),
        "service_seconds": queue.service_seconds,
        "service_share": queue.service_share,
        "last_agent_days": queue.preferred.last_agent_days,
        "prefer_owner": queue.preferred.owner,
        "patience_seconds": queue.preferred.patience_seconds,
        "callback_tries": queue.callback.tries,
        "callback_pause_seconds": queue.callback.pause_seconds,
        "callback_choose_time": queue.callback.choose_time,
        **_announced(queue.announcements),
    }


def _announced(said: Announcements) -> dict[str, object]:
    return {
        "announce_ahead": said.ahead,
        "announce_waited": said.waited,
        "announce_estimate": said.estimate,
        "announce_text_en": clean(said.text_en.strip(), LONGEST_WORDS),
        "announce_text_zh": clean(said.text_zh.strip(), LONGEST_WORDS),
        "announce_first_seconds": said.first_seconds,
        "announce_every_seconds": said.every_seconds,
    }


def _destination(stored: str) -> Destination | None:
    return read_destination(stored) if stored else None


def _stored(to: Destination | None) -> str:
    return str(to) if to is not None else ""
