"""The matrix: agents in rows, skills in columns, and the level of each."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from acd.skill_groups.store import groups_of, skill_groups
from acd.skill_levels.store import levels, skills
from acd.store import agents
from crm.kernel.names import sort_key
from crm.people.groups import store as user_groups
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice, Named
from web.skills.actions import with_version
from web.skills.importing import spoken

FILE_HEADS = (N_("Extension"), N_("Agent"), N_("Skill"), N_("Skill level"))
"""The columns of the file that is exported, and imported again."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An agent with a level for each skill, 0 for none."""

    id: int
    name: str
    extension: str
    version: str
    groups: str  # keys of `Matrix.groups`, separated by blanks
    levels: Sequence[int]
    others: str  # JSON of the levels in inactive skills, which stay
    search: str  # in lower case


@dataclass(frozen=True, slots=True)
class Matrix:
    """What the page draws."""

    skills: Sequence[Choice]
    rows: Sequence[MatrixRow]
    groups: Sequence[tuple[str, Sequence[Choice]]]  # by headings, for the filter


def matrix(session: Session, reader: Reader) -> Matrix:
    """Read the levels of all agents who take calls, in the active skills."""
    known = skills(session, disabled_too=False)
    people = [one for one in agents(session) if one.enabled]
    people.sort(key=lambda one: (sort_key(one.name), one.id))
    ids = [one.id for one in people]
    has = levels(session)
    in_skill_groups = groups_of(session, ids)
    in_user_groups = user_groups.groups_of(session, ids)
    active = {str(one.key) for one in known}
    rows = []
    for one in people:
        theirs = has.get(one.id, {})
        keys = [f"s{group}" for group in in_skill_groups.get(one.id, ())]
        keys += [f"u{group}" for group in in_user_groups.get(one.id, ())]
        every = {str(key): level for key, level in theirs.items()}
        rows.append(
            MatrixRow(
                one.id,
                one.name,
                one.extension,
                with_version(Named(id=one.id, name=one.name), every).version,
                " ".join(keys),
                [theirs.get(skill.key, 0) for skill in known],
                json.dumps({key: level for key, level in every.items() if key not in active}),
                f"{one.name} {one.extension}".lower(),
            )
        )
    return Matrix(
        [Choice(key=one.key, name=one.named(reader.language)) for one in known],
        rows,
        _groups(session, reader),
    )


def matrix_file(session: Session, reader: Reader) -> Iterator[tuple[str, str, str, int]]:
    """Give the matrix as an import takes it: extension, agent, skill and level, 0 for none."""
    known = skills(session, disabled_too=False)
    names = {one.key: spoken(one, known, reader.language) for one in known}
    has = levels(session)
    people = [one for one in agents(session) if one.enabled]
    for one in sorted(people, key=lambda one: (sort_key(one.name), one.id)):
        theirs = has.get(one.id, {})
        for skill in known:
            yield one.extension, one.name, names[skill.key], theirs.get(skill.key, 0)


def _groups(session: Session, reader: Reader) -> list[tuple[str, list[Choice]]]:
    own = [Choice(key=f"s{one.id}", name=one.name) for one in skill_groups(session) if one.enabled]
    theirs = [
        Choice(key=f"u{one.id}", name=one.name)
        for one in user_groups.groups(session)
        if one.enabled
    ]
    headed = [
        (reader.gettext(N_("Skill groups")), own),
        (reader.gettext(N_("User groups")), theirs),
    ]
    return [(heading, options) for heading, options in headed if options]
