"""Skills and the agents' levels, as the engine uses them and as their pages edit them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from acd.models import (
    AgentRow,
    AgentSkillRow,
    QueueNeedRow,
    QueueRow,
    QueueStepRow,
    ServiceLevelNeedRow,
    ServiceLevelRow,
    SkillRow,
)
from acd.queue import AgentId, QueueKey
from acd.skills import LEAST_LEVEL, MOST_LEVEL, Levels, SkillKey
from crm.dictionary.item import one_of_two
from crm.kernel.errors import ConflictError, InvalidError, MissingError, TakenError
from crm.kernel.names import needed_name, sort_key
from crm.kernel.text import clean
from crm.sql.db import notify

LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill with its names in both languages."""

    key: SkillKey
    name: str
    name_zh: str = ""
    enabled: bool = True

    def named(self, language: str) -> str:
        """Give the name in a language."""
        return one_of_two(self.name, self.name_zh, language)


@dataclass(frozen=True, slots=True)
class SkillUsage:
    """By what a skill is used."""

    queues: tuple[QueueKey, ...] = ()  # that need it, or relax it in a step
    levels: tuple[str, ...] = ()  # names of the customer levels that need it
    agents: tuple[AgentId, ...] = ()  # that have it


def skills(session: Session, *, disabled_too: bool = True) -> list[Skill]:
    """Give the skills by name."""
    query = select(SkillRow).execution_options(populate_existing=True)
    if not disabled_too:
        query = query.where(SkillRow.enabled)
    return sorted(map(_read, session.scalars(query)), key=lambda one: (sort_key(one.name), one.key))


def skill_names(session: Session, language: str, *, disabled_too: bool = True) -> dict[str, str]:
    """Give the names of the skills in a language, in the order of `skills`."""
    return {one.key: one.named(language) for one in skills(session, disabled_too=disabled_too)}


def skill(session: Session, key: str) -> Skill:
    """Read a skill; MissingError if there is none with this key."""
    row = session.get(SkillRow, clean(key, LONGEST_KEY), populate_existing=True)
    if row is None:
        raise MissingError("There is no skill “{skill}”.", skill=key[:LONGEST_KEY])
    return _read(row)


def skill_to_change(session: Session, key: str) -> Skill:
    """Read a skill and lock it until this transaction ends."""
    where = SkillRow.key == clean(key, LONGEST_KEY)
    session.execute(select(SkillRow.key).where(where).with_for_update())
    return skill(session, key)


def add_skill(session: Session, new: Skill) -> None:
    """Add a skill; TakenError if there is one with its key."""
    key = new.key
    if not (key.isascii() and key.replace("-", "").isalnum() and len(key) <= LONGEST_KEY):
        raise InvalidError("A skill's key can contain letters, digits and “-”.", field="key")
    try:
        with session.begin_nested():
            session.execute(insert(SkillRow).values(key=key, **_columns(new)))
    except IntegrityError:
        raise TakenError("There is a skill “{skill}” already.", "key", skill=key) from None
    notify(session, f"skills:{key}")


def save_skill(session: Session, changed: Skill) -> None:
    """Rename a skill, deactivate it or activate it. ConflictError while a queue needs it."""
    if not changed.enabled and usage(session, changed.key).queues:
        raise ConflictError("Queues need this skill. Change these queues first.")
    if not changed.enabled and (levels := usage(session, changed.key).levels):
        names = ", ".join(levels)
        raise ConflictError("Customer levels need this skill: {names}.", names=names)
    where = SkillRow.key == changed.key
    session.execute(update(SkillRow).where(where).values(_columns(changed)))
    notify(session, f"skills:{changed.key}")


def remove_skill(session: Session, key: SkillKey) -> None:
    """Remove a skill that nothing uses; ConflictError otherwise."""
    if levels := usage(session, key).levels:
        raise ConflictError("Customer levels need this skill: {names}.", names=", ".join(levels))
    if usage(session, key) != SkillUsage():
        raise ConflictError("This skill is used by agents or queues. Deactivate it instead.")
    session.execute(delete(SkillRow).where(SkillRow.key == key))
    notify(session, f"skills:{key}")


def usage(session: Session, key: SkillKey) -> SkillUsage:
    """Give what uses a skill."""
    needing = select(QueueNeedRow.queue_id).where(QueueNeedRow.skill == key)
    relaxing = select(QueueStepRow.queue_id).where(QueueStepRow.skill == key)
    queues = select(QueueRow.key).where(QueueRow.id.in_(needing.union(relaxing)))
    agents = select(AgentSkillRow.agent_id).where(AgentSkillRow.skill == key)
    level, need = ServiceLevelRow, ServiceLevelNeedRow
    levels = select(level.name).join(need, need.service_level_id == level.id)
    return SkillUsage(
        tuple(map(QueueKey, session.scalars(queues.order_by(QueueRow.key)))),
        tuple(session.scalars(levels.where(need.skill == key).order_by(level.name))),
        tuple(map(AgentId, session.scalars(agents.order_by(AgentSkillRow.agent_id)))),
    )


def levels(session: Session, agents: Iterable[AgentId] | None = None) -> Mapping[AgentId, Levels]:
    """Give the skills of agents (None: of all) with their levels; agents without any are left out.

    Inactive skills stay: no queue needs one.
    """
    query = select(AgentSkillRow.agent_id, AgentSkillRow.skill, AgentSkillRow.level)
    if agents is not None:
        query = query.where(AgentSkillRow.agent_id.in_(set(agents)))
    found: dict[AgentId, dict[SkillKey, int]] = defaultdict(dict)
    for agent, key, level in session.execute(query.order_by(AgentSkillRow.skill)):
        found[AgentId(agent)][SkillKey(key)] = level
    return found


def lock_levels(session: Session, agent: AgentId) -> None:
    """Let no other transaction change the skills of an agent until this one ends."""
    session.execute(select(AgentRow.user_id).where(AgentRow.user_id == agent).with_for_update())


def set_levels(session: Session, agent: AgentId, wanted: Levels) -> None:
    """Set the skills of an agent; those that are not named are taken away."""
    _check(session, agent, wanted)
    session.execute(delete(AgentSkillRow).where(AgentSkillRow.agent_id == agent))
    rows = [{"agent_id": agent, "skill": key, "level": at} for key, at in sorted(wanted.items())]
    if rows:
        session.execute(insert(AgentSkillRow), rows)
    notify(session, f"agents:{agent}")


def set_level(session: Session, agent: AgentId, key: SkillKey, level: int) -> None:
    """Set one skill of an agent; level 0 takes it away."""
    theirs = dict(levels(session, [agent]).get(agent, {}))
    theirs.pop(key, None)
    set_levels(session, agent, {**theirs, key: level} if level else theirs)


def _check(session: Session, agent: AgentId, wanted: Levels) -> None:
    if session.get(AgentRow, agent) is None:
        raise MissingError("There is no agent {agent}.", agent=agent)
    for key in wanted.keys() - set(session.scalars(select(SkillRow.key))):
        raise InvalidError("“{key}” is not one of the options.", field="skills", key=key)
    if not all(LEAST_LEVEL <= level <= MOST_LEVEL for level in wanted.values()):
        raise InvalidError("The level of a skill is a number from 1 to 10.", field="skills")


def _columns(one: Skill) -> dict[str, object]:
    name = needed_name(one.name, 100)
    return {
        "name": name,
        "name_zh": clean(one.name_zh.strip(), 100) or name,
        "enabled": one.enabled,
    }


def _read(row: SkillRow) -> Skill:
    return Skill(SkillKey(row.key), row.name, row.name_zh, row.enabled)
