"""The API of skill groups."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from acd.skill_groups import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.skill_groups.actions import add, change, show_group
from web.skill_groups.listing import READERS, SKILL_GROUPS
from web.skill_groups.shapes import (
    SkillGroupBody,
    SkillGroupChange,
    SkillGroupShape,
    SkillGroupShapes,
)

router = APIRouter(prefix="/skill-groups")
GroupManager = Annotated[SignedIn, Depends(needs(Right.SKILLS_MANAGE))]
GroupReader = Annotated[SignedIn, Depends(needs(*READERS))]


@router.get("")
def list_skill_groups(
    request: Request, query: Annotated[ListQuery, Depends(asked(SKILL_GROUPS))]
) -> SkillGroupShapes:
    """List skill groups by name, the inactive ones too."""
    return answer_page(request, SKILL_GROUPS, query, SkillGroupShapes)


@router.get("/{group}")
def read_skill_group(
    request: Request, response: Response, group: IdPath, _who: GroupReader
) -> SkillGroupShape:
    """Show a skill group; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_group(session, reader_of(request), group))


@router.post("", status_code=201)
def add_skill_group(request: Request, body: SkillGroupBody, who: GroupManager) -> SkillGroupShape:
    """Add a skill group."""
    with context_of(request).database.begin() as session:
        return show_group(session, reader_of(request), add(session, request, who, body))


@router.patch("/{group}")
def change_skill_group(
    request: Request, response: Response, group: IdPath, body: SkillGroupChange, who: GroupManager
) -> SkillGroupShape:
    """Change the given fields of a skill group; with `If-Match` only if it has not changed.

    Skill groups are deactivated and never deleted.
    """
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.skill_group_to_change(session, group)
        check_match(request, etag_of(show_group(session, reader, group)))
        change(session, request, who, group, body)
        shape = show_group(session, reader, group)
    return show_tag(request, response, shape)
