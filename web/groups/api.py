"""The API of user groups, which are a tree."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.groups import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.groups.actions import make_group, show_group, switch_group, write_group
from web.groups.listing import GROUPS
from web.groups.shapes import GroupBody, GroupChange, Groups, GroupShape
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of

router = APIRouter(prefix="/groups", tags=["people"])
PeopleKeeper = Annotated[SignedIn, Depends(needs(Right.PEOPLE_MANAGE))]


@router.get("")
def list_groups(request: Request, query: Annotated[ListQuery, Depends(asked(GROUPS))]) -> Groups:
    """List groups, each below its parent unless another order is asked for."""
    return answer_page(request, GROUPS, query, Groups)


@router.get("/{group}")
def read_group(
    request: Request, response: Response, group: IdPath, _who: PeopleKeeper
) -> GroupShape:
    """Show a group; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_group(session, group))


@router.post("", status_code=201)
def add_group(request: Request, body: GroupBody, who: PeopleKeeper) -> GroupShape:
    """Add a group."""
    with context_of(request).database.begin() as session:
        return show_group(session, make_group(session, request, who, body))


@router.patch("/{group}")
def change_group(
    request: Request, response: Response, group: IdPath, body: GroupChange, who: PeopleKeeper
) -> GroupShape:
    """Change the given fields of a group; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        store.group_to_change(session, group)
        check_match(request, etag_of(show_group(session, group)))
        write_group(session, request, who, group, body)
        shape = show_group(session, group)
    return show_tag(request, response, shape)


@router.post("/{group}/disable")
def disable_group(request: Request, group: IdPath, who: PeopleKeeper) -> GroupShape:
    """Switch a group off: it and the groups below form no team. Groups are never deleted."""
    with context_of(request).database.begin() as session:
        switch_group(session, request, who, group, on=False)
        return show_group(session, group)


@router.post("/{group}/enable")
def enable_group(request: Request, group: IdPath, who: PeopleKeeper) -> GroupShape:
    """Switch a group on again."""
    with context_of(request).database.begin() as session:
        switch_group(session, request, who, group, on=True)
        return show_group(session, group)
