"""The API of skills and of the agents' levels."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from acd.queue import AgentId
from acd.skill_levels import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.skills.actions import add, change, remove, set_levels, show_levels, show_skill
from web.skills.listing import READERS, SKILLS
from web.skills.shapes import (
    AgentSkills,
    AgentSkillsBody,
    AgentSkillsShape,
    SkillBody,
    SkillChange,
    SkillShape,
    SkillShapes,
)

router = APIRouter(prefix="/skills")
agent_router = APIRouter(prefix="/agents")
SkillManager = Annotated[SignedIn, Depends(needs(Right.SKILLS_MANAGE))]
SkillReader = Annotated[SignedIn, Depends(needs(*READERS))]
SkillPath = Annotated[str, Path(max_length=40)]


@router.get("")
def list_skills(
    request: Request, query: Annotated[ListQuery, Depends(asked(SKILLS))]
) -> SkillShapes:
    """List skills by name, the inactive ones too."""
    return answer_page(request, SKILLS, query, SkillShapes)


@router.get("/{skill}")
def read_skill(
    request: Request, response: Response, skill: SkillPath, _who: SkillReader
) -> SkillShape:
    """Show a skill; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_skill(session, reader_of(request), skill))


@router.post("", status_code=201)
def add_skill(request: Request, body: SkillBody, who: SkillManager) -> SkillShape:
    """Add a skill."""
    with context_of(request).database.begin() as session:
        return show_skill(session, reader_of(request), add(session, request, who, body))


@router.patch("/{skill}")
def change_skill(
    request: Request, response: Response, skill: SkillPath, body: SkillChange, who: SkillManager
) -> SkillShape:
    """Change the given fields of a skill; with `If-Match` only if it has not changed."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.skill_to_change(session, skill)
        check_match(request, etag_of(show_skill(session, reader, skill)))
        change(session, request, who, skill, body)
        shape = show_skill(session, reader, skill)
    return show_tag(request, response, shape)


@router.delete("/{skill}", status_code=204)
def remove_skill(request: Request, skill: SkillPath, who: SkillManager) -> None:
    """Delete a skill that no agent has and no queue needs."""
    with context_of(request).database.begin() as session:
        remove(session, request, who, skill)


@agent_router.get("/{agent}/skills")
def read_levels(
    request: Request, response: Response, agent: IdPath, _who: SkillReader
) -> AgentSkillsShape:
    """Show the skills of an agent (the user's id) with their levels."""
    with context_of(request).database.begin() as session:
        shape = show_levels(session, agent)
    show_tag(request, response, _plain(shape))
    return shape


@agent_router.put("/{agent}/skills")
def write_levels(
    request: Request, response: Response, agent: IdPath, body: AgentSkillsBody, who: SkillManager
) -> AgentSkillsShape:
    """Set the skills of an agent; with `If-Match` only if they have not changed."""
    with context_of(request).database.begin() as session:
        store.lock_levels(session, AgentId(agent))
        check_match(request, show_levels(session, agent).version)
        set_levels(session, request, who, agent, body)
        shape = show_levels(session, agent)
    show_tag(request, response, _plain(shape))
    return shape


def _plain(shape: AgentSkillsShape) -> AgentSkills:
    return AgentSkills(agent=shape.agent, skills=shape.skills)
