"""Skill groups: agents that queues take together as members. They are never deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from acd.models import (
    AgentRow,
    QueueRow,
    QueueSkillGroupRow,
    QueueStepRow,
    SkillGroupMemberRow,
    SkillGroupRow,
)
from acd.queue import AgentId, QueueKey, SkillGroupId
from crm.kernel.errors import InvalidError, MissingError, TakenError
from crm.kernel.names import needed_name, sort_key
from crm.kernel.text import clean
from crm.sql.db import notify


@dataclass(frozen=True, slots=True)
class SkillGroup:
    """A skill group with its agents. An inactive one gives no queue any member."""

    id: SkillGroupId
    name: str
    description: str = ""
    members: tuple[AgentId, ...] = ()
    enabled: bool = True


def skill_groups(session: Session) -> list[SkillGroup]:
    """Give all groups by name, the inactive ones too."""
    members = _members(session)
    rows = session.scalars(select(SkillGroupRow).execution_options(populate_existing=True))
    found = [_read(row, members.get(row.id, ())) for row in rows]
    return sorted(found, key=lambda one: (sort_key(one.name), one.id))


def skill_group(session: Session, id_: int) -> SkillGroup:
    """Read a group; MissingError if there is none of this id."""
    row = session.get(SkillGroupRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no skill group {group}.", group=id_)
    return _read(row, _members(session, id_).get(id_, ()))


def skill_group_to_change(session: Session, id_: int) -> SkillGroup:
    """Read a group and lock it until this transaction ends."""
    session.execute(select(SkillGroupRow.id).where(SkillGroupRow.id == id_).with_for_update())
    return skill_group(session, id_)


def add_skill_group(session: Session, new: SkillGroup) -> SkillGroupId:
    """Add a group; TakenError if its name is taken. The id of `new` is not used."""
    added = insert(SkillGroupRow).values(_columns(new)).returning(SkillGroupRow.id)
    try:
        with session.begin_nested():
            id_ = SkillGroupId(session.scalars(added).one())
    except IntegrityError:
        raise _taken(new) from None
    _put_members(session, id_, new.members)
    notify(session, f"skill_groups:{id_}")
    return id_


def save_skill_group(session: Session, changed: SkillGroup) -> None:
    """Change a group; the queues that use it have its members from the next offer on."""
    saved = update(SkillGroupRow).where(SkillGroupRow.id == changed.id).values(_columns(changed))
    try:
        with session.begin_nested():
            session.execute(saved)
    except IntegrityError:
        raise _taken(changed) from None
    theirs = SkillGroupMemberRow.group_id == changed.id
    session.execute(delete(SkillGroupMemberRow).where(theirs))
    _put_members(session, changed.id, changed.members)
    notify_group(session, changed.id)


def notify_group(session: Session, id_: SkillGroupId) -> None:
    """Let the engine read the queues again that use a group."""
    notify(session, f"skill_groups:{id_}")
    for queue in queues_using(session, id_):
        notify(session, f"queues:{queue}")


def queues_using(session: Session, id_: SkillGroupId) -> list[QueueKey]:
    """Give the queues that have a group as member, or that add it in a step."""
    direct = select(QueueSkillGroupRow.queue_id).where(QueueSkillGroupRow.group_id == id_)
    adding = select(QueueStepRow.queue_id).where(QueueStepRow.group_id == id_)
    query = select(QueueRow.key).where(QueueRow.id.in_(direct.union(adding))).order_by(QueueRow.key)
    return list(map(QueueKey, session.scalars(query)))


def groups_of(session: Session, agents: Iterable[AgentId]) -> dict[AgentId, list[SkillGroupId]]:
    """Give the groups of some agents."""
    row = SkillGroupMemberRow
    query = select(row.agent_id, row.group_id).where(row.agent_id.in_(set(agents)))
    found: dict[AgentId, list[SkillGroupId]] = {}
    for agent, group in session.execute(query.order_by(row.group_id)):
        found.setdefault(AgentId(agent), []).append(SkillGroupId(group))
    return found


def set_groups_of(session: Session, agent: AgentId, wanted: Iterable[SkillGroupId]) -> None:
    """Set the groups of an agent; InvalidError names one that does not exist."""
    groups = set(wanted)
    for missing in sorted(groups - set(session.scalars(select(SkillGroupRow.id)))):
        raise InvalidError("“{key}” is not one of the options.", field="groups", key=missing)
    before = set(groups_of(session, [agent]).get(agent, ()))
    theirs = SkillGroupMemberRow.agent_id == agent
    session.execute(delete(SkillGroupMemberRow).where(theirs))
    if groups:
        rows = [{"group_id": one, "agent_id": agent} for one in sorted(groups)]
        session.execute(insert(SkillGroupMemberRow), rows)
    for changed in sorted(before ^ groups):
        notify_group(session, changed)


def active_members(session: Session) -> Mapping[SkillGroupId, list[AgentId]]:
    """Give the agents of each active group."""
    active = set(session.scalars(select(SkillGroupRow.id).where(SkillGroupRow.enabled)))
    found = _members(session)
    return {SkillGroupId(id_): agents for id_, agents in found.items() if id_ in active}


def _put_members(session: Session, id_: SkillGroupId, members: Iterable[AgentId]) -> None:
    wanted = sorted(set(members))
    known = set(session.scalars(select(AgentRow.user_id).where(AgentRow.user_id.in_(wanted))))
    for agent in wanted:
        if agent not in known:
            raise InvalidError("“{key}” is not one of the options.", "members", key=agent)
    if wanted:
        rows = [{"group_id": id_, "agent_id": agent} for agent in wanted]
        session.execute(insert(SkillGroupMemberRow), rows)


def _columns(one: SkillGroup) -> dict[str, object]:
    return {
        "name": needed_name(one.name, 100),
        "description": clean(one.description.strip(), 1000),
        "enabled": one.enabled,
    }


def _taken(one: SkillGroup) -> TakenError:
    return TakenError("The name “{name}” is taken.", "name", name=one.name.strip())


def _members(session: Session, group: int | None = None) -> Mapping[int, list[AgentId]]:
    row = SkillGroupMemberRow
    query = select(row.group_id, row.agent_id).order_by(row.group_id, row.agent_id)
    if group is not None:
        query = query.where(row.group_id == group)
    found: dict[int, list[AgentId]] = {}
    for id_, agent in session.execute(query):
        found.setdefault(id_, []).append(AgentId(agent))
    return found


def _read(row: SkillGroupRow, members: Iterable[AgentId]) -> SkillGroup:
    return SkillGroup(SkillGroupId(row.id), row.name, row.description, tuple(members), row.enabled)
