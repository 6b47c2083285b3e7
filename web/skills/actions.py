"""Actions on skills and levels that pages and API share."""

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queue import AgentId
from acd.skill_levels import store
from acd.skill_levels.store import Skill
from acd.skills import SkillKey
from acd.store import agents_among
from crm.dictionary.item import both_names
from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from ivr.fields import FieldKind
from web.destinations.usage import check_no_flow
from web.kit.audit import note
from web.kit.etag import etag_of
from web.kit.i18n import Reader
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice, Named
from web.skills.shapes import (
    AgentSkills,
    AgentSkillsBody,
    AgentSkillsShape,
    SkillBody,
    SkillChange,
    SkillShape,
)

LONGEST_KEY = 30  # letters; a number may be put behind it
RESERVED = frozenset({"new", "matrix", "export"})  # addresses of pages
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def show_skills(session: Session, reader: Reader) -> list[SkillShape]:
    """Show all skills by name, the inactive ones too."""
    counts = Counter(key for levels in store.levels(session).values() for key in levels)
    return [_show(session, one, reader, counts[one.key]) for one in store.skills(session)]


def show_skill(session: Session, reader: Reader, key: str) -> SkillShape:
    """Show one skill."""
    found = store.skill(session, key)
    return _show(session, found, reader, len(store.usage(session, found.key).agents))


def add(session: Session, request: Request, who: SignedIn, body: SkillBody) -> SkillKey:
    """Add a skill; its key is made from its English name if none is given."""
    wanted = body.key.strip() or _free_key(session, body.name_en)
    english, chinese = both_names(body.name_en, body.name_zh)
    new = Skill(SkillKey(wanted), english, chinese, body.active)
    store.add_skill(session, new)
    after = _noted(store.skill(session, new.key))
    note(session, request, who, "skill.added", "skills", new.key, {}, after)
    return new.key


def change(session: Session, request: Request, who: SignedIn, key: str, body: SkillChange) -> None:
    """Change the given fields of a skill."""
    known = store.skill_to_change(session, key)
    english, chinese = known.name, known.name_zh
    if body.name_en is not None or body.name_zh is not None:
        english, chinese = both_names(
            english if body.name_en is None else body.name_en,
            chinese if body.name_zh is None else body.name_zh,
        )
    enabled = known.enabled if body.active is None else body.active
    changed = replace(known, name=english, name_zh=chinese, enabled=enabled)
    if changed == known:
        return
    store.save_skill(session, changed)
    before, after = _noted(known), _noted(store.skill(session, key))
    note(session, request, who, "skill.changed", "skills", known.key, before, after)


def remove(session: Session, request: Request, who: SignedIn, key: str) -> None:
    """Remove a skill that nothing uses."""
    known = store.skill_to_change(session, key)
    check_no_flow(session, FieldKind.NEEDS, key)
    store.remove_skill(session, known.key)
    note(session, request, who, "skill.removed", "skills", known.key, _noted(known), {})


def show_levels(session: Session, agent: int) -> AgentSkillsShape:
    """Show an agent's skills; MissingError for a user who takes no calls."""
    known = agents_among(session, [agent]).get(agent)
    if known is None:
        raise MissingError("There is no agent {agent}.", agent=agent)
    levels = store.levels(session, [AgentId(agent)]).get(AgentId(agent), {})
    return with_version(Named(id=agent, name=known.name), {str(k): v for k, v in levels.items()})


def with_version(agent: Named, levels: dict[str, int]) -> AgentSkillsShape:
    """Give an agent's skills with the version that they are changed by."""
    shape = AgentSkills(agent=agent, skills=dict(sorted(levels.items())))
    return AgentSkillsShape(**dict(shape), version=etag_of(shape))


def set_levels(
    session: Session, request: Request, who: SignedIn, agent: int, body: AgentSkillsBody
) -> None:
    """Set the skills of an agent; they count from the next offer on."""
    before = show_levels(session, agent).skills
    wanted = {SkillKey(key): level for key, level in body.skills.items() if level}
    store.set_levels(session, AgentId(agent), wanted)
    after = show_levels(session, agent).skills
    if before != after:
        old, new = _levels_noted(before), _levels_noted(after)
        note(session, request, who, "agent.skills_changed", "users", agent, old, new)


def _levels_noted(levels: dict[str, int]) -> dict[str, Any]:
    return {"agent_skills": [f"{key} {level}" for key, level in levels.items()]}


def _show(session: Session, one: Skill, reader: Reader, agents: int) -> SkillShape:
    queues = vocabulary(session).queue_names(reader.language)
    used = store.usage(session, one.key)
    return SkillShape(
        key=one.key,
        name=one.named(reader.language),
        name_en=one.name,
        name_zh=one.name_zh,
        active=one.enabled,
        queues=[Choice(key=key, name=queues.get(key, key)) for key in used.queues],
        customer_levels=list(used.levels),
        agents=agents,
    )


def _free_key(session: Session, name: str) -> str:
    words = _BETWEEN_WORDS.sub("-", name.lower()).strip("-")[:LONGEST_KEY].strip("-") or "skill"
    taken = {one.key for one in store.skills(session)} | RESERVED
    key, number = words, 1
    while key in taken:
        number += 1
        key = f"{words}-{number}"
    return key


def _noted(one: Skill) -> dict[str, Any]:
    return {"name_en": one.name, "name_zh": one.name_zh, "active": one.enabled}
