"""The needs and the overflow steps of queues, in the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from acd.models import (
    QueueMemberRow,
    QueueNeedRow,
    QueueRow,
    QueueStepRow,
    SkillGroupRow,
    SkillRow,
)
from acd.queue import (
    AddMembers,
    OverflowStep,
    Queue,
    QueueKey,
    RaisePriority,
    RelaxSkill,
    SendTo,
    SkillGroupId,
    StepAction,
)
from acd.skills import LEAST_LEVEL, MOST_LEVEL, Need, SkillKey
from crm.kernel.destination import Destination, read_destination
from crm.kernel.errors import InvalidError

MOST_STEPS, MOST_NEEDS, MOST_RANK = 20, 10, 99
LONGEST_SECONDS = 24 * 3600

ACTIONS: Mapping[type, str] = {
    RelaxSkill: "relax skill",
    AddMembers: "add members",
    RaisePriority: "raise priority",
    SendTo: "send to",
}
"""The stored words of what a step does."""


def needs_of(session: Session, queues: Collection[int]) -> Mapping[int, list[Need]]:
    """Give the needs of queues, of the skills in use."""
    row = QueueNeedRow
    query = select(row.queue_id, row.skill, row.level).join(SkillRow, SkillRow.key == row.skill)
    query = query.where(SkillRow.enabled, row.queue_id.in_(queues)).order_by(row.skill)
    found: dict[int, list[Need]] = defaultdict(list)
    for queue, skill, level in session.execute(query):
        found[queue].append(Need(SkillKey(skill), level))
    return found


def steps_of(session: Session, queues: Collection[int]) -> Mapping[int, list[OverflowStep]]:
    """Give the steps of queues by their times; members that they add are not resolved."""
    keys = {id_: QueueKey(key) for id_, key in session.execute(select(QueueRow.id, QueueRow.key))}
    query = select(QueueStepRow).where(QueueStepRow.queue_id.in_(queues))
    query = query.order_by(QueueStepRow.queue_id, QueueStepRow.position)
    found: dict[int, list[OverflowStep]] = defaultdict(list)
    for row in session.scalars(query.execution_options(populate_existing=True)):
        found[row.queue_id].append(OverflowStep(row.after_seconds, _action(row, keys)))
    return found


def put_parts(session: Session, id_: int, queue: Queue) -> None:
    """Replace the needs and steps of a queue; InvalidError for what cannot be."""
    check_parts(queue)
    _check_skills(session, queue)
    session.execute(delete(QueueNeedRow).where(QueueNeedRow.queue_id == id_))
    session.execute(delete(QueueStepRow).where(QueueStepRow.queue_id == id_))
    if queue.needs:
        needs = [{"queue_id": id_, "skill": n.skill, "level": n.level} for n in queue.needs]
        session.execute(insert(QueueNeedRow), needs)
    in_order = sorted(queue.steps, key=lambda step: step.after_seconds)
    rows = [_row(session, step) for step in in_order]
    if rows:
        numbered = [{"queue_id": id_, "position": at, **row} for at, row in enumerate(rows, 1)]
        session.execute(insert(QueueStepRow), numbered)


def queues_adding(session: Session, queue: int) -> list[QueueKey]:
    """Give the queues that add the members of a queue in a step."""
    adding = select(QueueStepRow.queue_id).where(QueueStepRow.backup_id == queue)
    query = select(QueueRow.key).where(QueueRow.id.in_(adding)).order_by(QueueRow.key)
    return list(map(QueueKey, session.scalars(query)))


def queues_leading_to(session: Session, to: Destination) -> list[QueueKey]:
    """Give the queues whose callers are sent to a destination by a step or a setting."""
    sending = select(QueueStepRow.queue_id).where(QueueStepRow.destination == str(to))
    columns = (QueueRow.timed_out, QueueRow.full_to, QueueRow.closed_to, QueueRow.empty_to)
    here = or_(QueueRow.id.in_(sending), *(column == str(to) for column in columns))
    query = select(QueueRow.key).where(here).order_by(QueueRow.key)
    return list(map(QueueKey, session.scalars(query)))


def members_of_queues(session: Session, keys: Collection[QueueKey]) -> Mapping[QueueKey, set[int]]:
    """Give the agents who are named directly in some active queues."""
    query = (
        select(QueueRow.key, QueueMemberRow.agent_id)
        .join(QueueMemberRow, QueueMemberRow.queue_id == QueueRow.id)
        .where(QueueRow.key.in_(keys), QueueRow.enabled)
    )
    found: dict[QueueKey, set[int]] = defaultdict(set)
    for key, agent in session.execute(query):
        found[QueueKey(key)].add(agent)
    return found


def check_parts(queue: Queue) -> None:
    """Refuse needs and steps that cannot be, with the field they stand in."""
    skills = [need.skill for need in queue.needs]
    if len(skills) != len(set(skills)) or len(skills) > MOST_NEEDS:
        raise InvalidError("Name each skill once, and at most 10 skills.", field="needs")
    if not all(LEAST_LEVEL <= need.level <= MOST_LEVEL for need in queue.needs):
        raise InvalidError("The level of a skill is a number from 1 to 10.", field="needs")
    if len(queue.steps) > MOST_STEPS:
        raise InvalidError("A queue has at most 20 overflow steps.", field="steps")
    for step in queue.steps:
        _check_step(queue, step)


def _check_step(queue: Queue, step: OverflowStep) -> None:
    if not 1 <= step.after_seconds <= LONGEST_SECONDS:
        raise InvalidError("A step comes after 1 second to 24 hours.", field="steps")
    match step.action:
        case RelaxSkill(level=level) if not 0 <= level < MOST_LEVEL:
            raise InvalidError("The level of a skill is a number from 1 to 10.", field="steps")
        case RelaxSkill(skill=skill) if skill not in [need.skill for need in queue.needs]:
            raise InvalidError("A step can lower only a skill that the queue needs.", field="steps")
        case AddMembers(group=group, queue=backup) if (group is None) == (backup is None):
            raise InvalidError("Choose the skill group or the queue to add.", field="steps")
        case AddMembers(queue=backup) if backup == queue.key:
            raise InvalidError("A queue cannot be its own backup.", field="steps")
        case AddMembers(rank=rank) if not 1 <= rank <= MOST_RANK:
            raise InvalidError("A rank is a number from 1 to 99.", field="steps")
        case RaisePriority(by=by) if not 1 <= by <= 100:  # noqa: PLR2004
            raise InvalidError("A step raises the priority by 1 to 100.", field="steps")
        case SendTo(destination=to) if str(to) == f"queue:{queue.key}":
            raise InvalidError("A queue cannot send callers to itself.", field="steps")


def _check_skills(session: Session, queue: Queue) -> None:
    known = set(session.scalars(select(SkillRow.key).where(SkillRow.enabled)))
    for need in queue.needs:
        if need.skill not in known:
            raise InvalidError("“{key}” is not one of the options.", field="needs", key=need.skill)


def _row(session: Session, step: OverflowStep) -> dict[str, object]:
    said: dict[str, object] = {
        "after_seconds": step.after_seconds,
        "action": ACTIONS[type(step.action)],
        "skill": None,
        "level": 0,
        "group_id": None,
        "backup_id": None,
        "rank": 1,
        "priority": 0,
        "destination": "",
    }
    match step.action:
        case RelaxSkill(skill=skill, level=level):
            return said | {"skill": skill, "level": level}
        case AddMembers(group=group, queue=backup, rank=rank):
            return said | {**_added(session, group, backup), "rank": rank}
        case RaisePriority(by=by):
            return said | {"priority": by}
        case SendTo(destination=to):
            return said | {"destination": str(to)}


def _added(
    session: Session, group: SkillGroupId | None, backup: QueueKey | None
) -> dict[str, object]:
    if group is not None:
        found = session.scalars(select(SkillGroupRow.id).where(SkillGroupRow.id == group))
        name, key = "group_id", str(group)
    else:
        found = session.scalars(select(QueueRow.id).where(QueueRow.key == backup))
        name, key = "backup_id", str(backup)
    id_ = found.one_or_none()
    if id_ is None:
        raise InvalidError("“{key}” is not one of the options.", field="steps", key=key)
    return {name: id_}


def _action(row: QueueStepRow, keys: Mapping[int, QueueKey]) -> StepAction:
    match row.action:
        case "relax skill":
            return RelaxSkill(SkillKey(row.skill or ""), row.level)
        case "add members":
            group = SkillGroupId(row.group_id) if row.group_id is not None else None
            backup = keys[row.backup_id] if row.backup_id is not None else None
            return AddMembers(group, backup, row.rank)
        case "raise priority":
            return RaisePriority(row.priority)
        case _:
            return SendTo(read_destination(row.destination))


def added_from(steps: Iterable[OverflowStep]) -> tuple[set[SkillGroupId], set[QueueKey]]:
    """Give the skill groups and queues whose members steps add."""
    actions = [step.action for step in steps if isinstance(step.action, AddMembers)]
    groups = {one.group for one in actions if one.group is not None}
    return groups, {one.queue for one in actions if one.queue is not None}
