"""The API of ring groups."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from acd.ring_groups import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.ring_groups.actions import add, change, remove, show_ring_group
from web.ring_groups.listing import RING_GROUPS
from web.ring_groups.shapes import RingGroupBody, RingGroupChange, RingGroupShape, RingGroupShapes

router = APIRouter(prefix="/ring-groups")
GroupManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_ring_groups(
    request: Request, query: Annotated[ListQuery, Depends(asked(RING_GROUPS))]
) -> RingGroupShapes:
    """List ring groups by name, the inactive ones too."""
    return answer_page(request, RING_GROUPS, query, RingGroupShapes)


@router.get("/{group}")
def read_ring_group(
    request: Request, response: Response, group: IdPath, _who: GroupManager
) -> RingGroupShape:
    """Show a ring group; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_ring_group(session, reader_of(request), group))


@router.post("", status_code=201)
def add_ring_group(request: Request, body: RingGroupBody, who: GroupManager) -> RingGroupShape:
    """Add a ring group."""
    with context_of(request).database.begin() as session:
        made = add(session, request, who, body)
        return show_ring_group(session, reader_of(request), made)


@router.patch("/{group}")
def change_ring_group(
    request: Request, response: Response, group: IdPath, body: RingGroupChange, who: GroupManager
) -> RingGroupShape:
    """Change the given fields of a ring group; with `If-Match` only if it has not changed."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.ring_group_to_change(session, group)
        check_match(request, etag_of(show_ring_group(session, reader, group)))
        change(session, request, who, group, body)
        shape = show_ring_group(session, reader, group)
    return show_tag(request, response, shape)


@router.delete("/{group}", status_code=204)
def delete_ring_group(request: Request, group: IdPath, who: GroupManager) -> None:
    """Remove a ring group; 409 while something leads to it."""
    with context_of(request).database.begin() as session:
        remove(session, request, who, group)
