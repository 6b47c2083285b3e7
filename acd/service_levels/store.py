"""Levels of service in the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from acd.models import QueueRow, ServiceLevelNeedRow, ServiceLevelRow, SkillRow
from acd.queue import QueueKey
from acd.service_level import ServiceLevel, ServiceLevelId, ServiceLevels
from acd.skills import LEAST_LEVEL, MOST_LEVEL, Need, SkillKey
from crm.dictionary.item import List
from crm.dictionary.store import check_keys
from crm.kernel.errors import InvalidError, MissingError, TakenError
from crm.kernel.names import needed_name, sort_key
from crm.kernel.text import clean
from crm.number_lists.lists import ListKind, NumberListId
from crm.number_lists.store import number_lists
from crm.sql.db import notify

MOST_PRIORITY, MOST_NEEDS, LONGEST_PATIENCE, LONGEST_NAME = 10, 3, 3600, 30


@dataclass(frozen=True, slots=True)
class LevelSettings:
    """A level, and whether it is in use."""

    level: ServiceLevel
    enabled: bool = True


def live_levels(session: Session) -> ServiceLevels:
    """Give the active levels, as the engine uses them; inactive skills are not needed."""
    known = set(session.scalars(select(SkillRow.key).where(SkillRow.enabled)))
    return ServiceLevels(
        tuple(
            _with_needs(one.level, (need for need in one.level.needs if need.skill in known))
            for one in service_levels(session)
            if one.enabled
        )
    )


def service_levels(session: Session) -> list[LevelSettings]:
    """Give all levels, the inactive ones too: the highest priority first, then by name."""
    rows = session.scalars(select(ServiceLevelRow).execution_options(populate_existing=True))
    needs, queues = _needs(session), _queues(session)
    found = [_read(row, needs.get(row.id, ()), queues) for row in rows]
    return sorted(
        found, key=lambda one: (-one.level.priority, sort_key(one.level.name), one.level.id)
    )


def service_level(session: Session, id_: int) -> LevelSettings:
    """Read a level; MissingError if there is none of this id."""
    row = session.get(ServiceLevelRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no customer level {level}.", level=id_)
    return _read(row, _needs(session).get(id_, ()), _queues(session))


def service_level_to_change(session: Session, id_: int) -> LevelSettings:
    """Read a level and lock it until this transaction ends."""
    session.execute(select(ServiceLevelRow.id).where(ServiceLevelRow.id == id_).with_for_update())
    return service_level(session, id_)


def add_service_level(session: Session, new: LevelSettings) -> ServiceLevelId:
    """Add a level; its id is made here."""
    columns = _columns(session, new, None)
    added = insert(ServiceLevelRow).values(columns).returning(ServiceLevelRow.id)
    try:
        with session.begin_nested():
            id_ = ServiceLevelId(session.scalars(added).one())
    except IntegrityError:
        raise _taken(new) from None
    _put_needs(session, id_, new.level.needs)
    notify(session, f"service_levels:{id_}")
    return id_


def save_service_level(session: Session, changed: LevelSettings) -> None:
    """Change a level; it counts for the next call that enters a queue."""
    id_ = changed.level.id
    columns = _columns(session, changed, service_level(session, id_))
    saved = update(ServiceLevelRow).where(ServiceLevelRow.id == id_).values(columns)
    try:
        with session.begin_nested():
            session.execute(saved)
    except IntegrityError:
        raise _taken(changed) from None
    _put_needs(session, id_, changed.level.needs)
    notify(session, f"service_levels:{id_}")


def remove_service_level(session: Session, id_: int) -> None:
    """Remove a level; calls that have it keep it until they end."""
    session.execute(delete(ServiceLevelRow).where(ServiceLevelRow.id == id_))
    notify(session, f"service_levels:{id_}")


def levels_leading_to(session: Session, key: QueueKey) -> list[str]:
    """Give the names of the levels whose calls wait in a queue."""
    leading = [one.level for one in service_levels(session) if one.level.queue == key]
    return [one.name for one in leading]


def levels_of_list(session: Session, id_: int) -> list[str]:
    """Give the names of the levels that the numbers of a VIP list have."""
    return [one.level.name for one in service_levels(session) if one.level.listed == id_]


def lead_levels(session: Session, old: QueueKey, new: QueueKey) -> None:
    """Let the calls of all levels that wait in a queue wait in its successor."""
    theirs = select(QueueRow.id).where(QueueRow.key == old).scalar_subquery()
    successor = select(QueueRow.id).where(QueueRow.key == new).scalar_subquery()
    changed = update(ServiceLevelRow).where(ServiceLevelRow.queue_id == theirs)
    moved = changed.values(queue_id=successor).returning(ServiceLevelRow.id)
    for id_ in session.scalars(moved):
        notify(session, f"service_levels:{id_}")


def _with_needs(level: ServiceLevel, needs: Iterable[Need]) -> ServiceLevel:
    return replace(level, needs=tuple(needs))


def _columns(
    session: Session, one: LevelSettings, before: LevelSettings | None
) -> dict[str, object]:
    level = one.level
    if not 0 <= level.priority <= MOST_PRIORITY:
        raise InvalidError("Enter a priority from 0 to {most}.", "priority", most=MOST_PRIORITY)
    if not 0 <= level.patience_seconds <= LONGEST_PATIENCE:
        raise InvalidError("Enter 0 to 3600 seconds.", "patience_seconds")
    if level.tier and (before is None or before.level.tier != level.tier):
        check_keys(session, [(List.CUSTOMER_LEVEL.value, level.tier, "tier")])
    _check_needs(session, level, before)
    name = needed_name(level.name, LONGEST_NAME)
    return {
        "name": name,
        "name_zh": clean(level.name_zh.strip(), LONGEST_NAME) or name,
        "enabled": one.enabled,
        "tier": clean(level.tier, 50),
        "list_id": _list_id(session, level),
        "priority": level.priority,
        "queue_id": _queue_id(session, level),
        "patience_seconds": round(level.patience_seconds),
    }


def _check_needs(session: Session, level: ServiceLevel, before: LevelSettings | None) -> None:
    skills = [need.skill for need in level.needs]
    if len(skills) != len(set(skills)) or len(skills) > MOST_NEEDS:
        raise InvalidError("Name each skill once, and at most 3 skills.", "needs")
    if not all(LEAST_LEVEL <= need.level <= MOST_LEVEL for need in level.needs):
        raise InvalidError("The level of a skill is a number from 1 to 10.", "needs")
    known = set(session.scalars(select(SkillRow.key).where(SkillRow.enabled)))
    known |= {need.skill for need in before.level.needs} if before is not None else set()
    for skill in skills:
        if skill not in known:
            raise InvalidError("“{key}” is not one of the options.", "needs", key=skill)


def _list_id(session: Session, level: ServiceLevel) -> int | None:
    if level.listed is None:
        return None
    known = {one.id: one.draft.kind for one in number_lists(session)}
    if known.get(level.listed) is not ListKind.VIP:
        raise InvalidError("“{key}” is not one of the options.", "vip_list", key=level.listed)
    return level.listed


def _queue_id(session: Session, level: ServiceLevel) -> int | None:
    if level.queue is None:
        return None
    query = select(QueueRow.id).where(QueueRow.key == clean(level.queue, 50))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise InvalidError("“{key}” is not one of the options.", "queue", key=level.queue[:50])
    return found


def _put_needs(session: Session, id_: int, needs: Iterable[Need]) -> None:
    row = ServiceLevelNeedRow
    session.execute(delete(row).where(row.service_level_id == id_))
    rows = [{"service_level_id": id_, "skill": n.skill, "level": n.level} for n in needs]
    if rows:
        session.execute(insert(row), rows)


def _taken(one: LevelSettings) -> TakenError:
    return TakenError(
        "Another level has the name “{name}”, the same tier or the same VIP list.",
        "name",
        name=one.level.name.strip(),
    )


def _needs(session: Session) -> Mapping[int, list[Need]]:
    row = ServiceLevelNeedRow
    found: dict[int, list[Need]] = {}
    query = select(row.service_level_id, row.skill, row.level).order_by(row.skill)
    for id_, skill, level in session.execute(query):
        found.setdefault(id_, []).append(Need(SkillKey(skill), level))
    return found


def _queues(session: Session) -> Mapping[int, QueueKey]:
    query = select(QueueRow.id, QueueRow.key)
    return {id_: QueueKey(key) for id_, key in session.execute(query)}


def _read(
    row: ServiceLevelRow, needs: Iterable[Need], queues: Mapping[int, QueueKey]
) -> LevelSettings:
    level = ServiceLevel(
        ServiceLevelId(row.id),
        row.name,
        row.name_zh,
        row.priority,
        queues[row.queue_id] if row.queue_id is not None else None,
        tuple(needs),
        row.patience_seconds,
        row.tier,
        NumberListId(row.list_id) if row.list_id is not None else None,
    )
    return LevelSettings(level, row.enabled)
