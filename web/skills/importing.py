"""The agents' levels as a target of imports: a row for each agent and skill."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from acd.queue import AgentId
from acd.skill_levels.store import Skill, levels, lock_levels, set_levels, skills
from acd.skills import MOST_LEVEL, SkillKey
from acd.store import AgentSettings, agents
from crm.imports.row import (
    ADDED,
    CHANGED,
    SKIPPED,
    ImportColumn,
    ReadRow,
    RowOutcome,
    WriteTask,
    bad,
)
from crm.kernel.errors import InvalidError
from crm.kernel.names import comparable
from crm.people.rights import Right
from web.kit.i18n import N_
from web.kit.import_target import ImportTarget

TARGET = "skill-levels"
NO_AGENT = N_("No agent who takes calls has the extension {extension}.")
NO_SKILL = N_("There is no active skill “{skill}”.")
BAD_LEVEL = N_("The level is a number from 0 to 10; 0 takes the skill away.")


def _extension(text: str, _region: str) -> str:
    return text.strip().removesuffix(".0")


def _level(text: str, _region: str) -> int:
    plain = text.strip().removesuffix(".0")
    good = plain.isascii() and plain.isdecimal() and len(plain) <= 2  # noqa: PLR2004 - digits of 10
    if not good or int(plain) > MOST_LEVEL:
        raise InvalidError(BAD_LEVEL)
    return int(plain)


def spoken(skill: Skill, known: Sequence[Skill], language: str) -> str:
    """Give the name by which a file names a skill; its key where another has the same name."""
    name = skill.named(language)
    same = Counter(comparable(one) for other in known for one in {other.name, other.name_zh} if one)
    return name if same[comparable(name)] == 1 else str(skill.key)


def _skills_by_names(known: Sequence[Skill]) -> Mapping[str, SkillKey]:
    """Find skills by key, else by a name in either language that no other has."""
    found: dict[str, SkillKey] = {}
    twice: set[str] = set()
    for skill in known:
        for name in {comparable(skill.name), comparable(skill.name_zh)} - {""}:
            twice |= {name} & found.keys()
            found[name] = skill.key
    plain = {name: key for name, key in found.items() if name not in twice}
    return plain | {comparable(str(one.key)): one.key for one in known}


def _write(session: Session, rows: Sequence[ReadRow], task: WriteTask) -> list[RowOutcome]:
    """Write rows as levels: 0 takes a skill away, and what the file does not name stays."""
    by_name = _skills_by_names(skills(session, disabled_too=False))
    people = {one.extension: one for one in agents(session) if one.enabled}
    named = {row.text("extension") for row in rows} & people.keys()
    ids = sorted(people[extension].id for extension in named)
    if not task.dry_run:
        for agent in ids:
            lock_levels(session, agent)
    before = levels(session, ids)
    after = {agent: dict(before.get(agent, {})) for agent in ids}
    outcomes = [_outcome(row, task, by_name, people, after) for row in rows]
    if not task.dry_run:
        for agent in ids:
            if after[agent] != before.get(agent, {}):
                set_levels(session, agent, after[agent])
    return outcomes


def _outcome(
    row: ReadRow,
    task: WriteTask,
    by_name: Mapping[str, SkillKey],
    people: Mapping[str, AgentSettings],
    after: Mapping[AgentId, dict[SkillKey, int]],
) -> RowOutcome:
    extension, name = row.text("extension"), row.text("skill")
    agent, skill = people.get(extension), by_name.get(comparable(name))
    if agent is None:
        return bad(InvalidError(NO_AGENT, "extension", extension=extension[:20]))
    if skill is None:
        return bad(InvalidError(NO_SKILL, "skill", skill=name[:40]))
    place = f"{agent.id} {skill}"
    if place in task.seen:
        return SKIPPED  # the file has this agent and skill twice
    task.seen[place] = 1
    level = int(str(row.values.get("level", 0)))
    theirs = after[agent.id]
    known = theirs.get(skill, 0)
    if level == known:
        return SKIPPED
    theirs[skill] = level
    if not level:
        del theirs[skill]
    return CHANGED if known else ADDED


LEVELS = ImportTarget(
    key=TARGET,
    title=N_("Skill levels"),
    right=Right.SKILLS_MANAGE,
    url="/skills/matrix",
    columns=(
        ImportColumn(
            "extension",
            N_("Extension"),
            required=True,
            read=_extension,
            names=("ext", "agent extension", "分机", "分机号", "工号"),
        ),
        ImportColumn(
            "skill",
            N_("Skill"),
            required=True,
            longest=100,
            names=("skill name", "技能", "技能名称"),
            help=N_("Its name in either language, or its key."),
        ),
        ImportColumn(
            "level",
            N_("Skill level"),
            required=True,
            read=_level,
            names=("level", "等级", "级别", "技能等级"),
            help=N_("0 to 10; 0 takes the skill away."),
        ),
    ),
    write=_write,
)
