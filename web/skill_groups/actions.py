"""Actions on skill groups that pages and API share: show, add, change. They are never deleted."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queue import AgentId, SkillGroupId
from acd.skill_groups import store
from acd.skill_groups.store import SkillGroup
from acd.store import agent_names
from crm.kernel.names import sort_key
from crm.people.person import SignedIn
from web.kit.audit import note
from web.kit.i18n import Reader
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice, Named
from web.skill_groups.shapes import SkillGroupBody, SkillGroupChange, SkillGroupShape


def show_groups(session: Session, reader: Reader) -> list[SkillGroupShape]:
    """Show all groups by name, the inactive ones too."""
    people, queues = agent_names(session), vocabulary(session).queue_names(reader.language)
    return [_show(session, one, people, queues) for one in store.skill_groups(session)]


def show_group(session: Session, reader: Reader, id_: int) -> SkillGroupShape:
    """Show one group."""
    found = store.skill_group(session, id_)
    queues = vocabulary(session).queue_names(reader.language)
    return _show(session, found, agent_names(session), queues)


def add(session: Session, request: Request, who: SignedIn, body: SkillGroupBody) -> SkillGroupId:
    """Add a group."""
    members = tuple(map(AgentId, body.members))
    new = SkillGroup(SkillGroupId(0), body.name, body.description, members, body.active)
    made = store.add_skill_group(session, new)
    after = _noted(store.skill_group(session, made))
    note(session, request, who, "skill_group.added", "skill_groups", made, {}, after)
    return made


def change(
    session: Session, request: Request, who: SignedIn, id_: int, body: SkillGroupChange
) -> None:
    """Change the given fields of a group; its queues use them for the next offer."""
    known = store.skill_group_to_change(session, id_)
    given: dict[str, Any] = {
        name: value
        for name in ("name", "description")
        if (value := getattr(body, name)) is not None
    }
    if body.members is not None:
        given["members"] = tuple(map(AgentId, body.members))
    if body.active is not None:
        given["enabled"] = body.active
    store.save_skill_group(session, replace(known, **given))
    before, after = _noted(known), _noted(store.skill_group(session, id_))
    if before != after:
        note(session, request, who, "skill_group.changed", "skill_groups", id_, before, after)


def _show(
    session: Session, one: SkillGroup, people: Mapping[int, str], queues: Mapping[str, str]
) -> SkillGroupShape:
    members = [Named(id=agent, name=people.get(agent, str(agent))) for agent in one.members]
    return SkillGroupShape(
        id=one.id,
        name=one.name,
        description=one.description,
        active=one.enabled,
        members=sorted(members, key=lambda member: (sort_key(member.name), member.id)),
        queues=[
            Choice(key=key, name=queues.get(key, key))
            for key in store.queues_using(session, one.id)
        ],
    )


def _noted(one: SkillGroup) -> dict[str, Any]:
    return {
        "name": one.name,
        "description": one.description,
        "members": list(one.members),
        "active": one.enabled,
    }
