"""The API of customer levels."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from acd.service_levels import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.service_levels.actions import add, change, remove, show_level
from web.service_levels.listing import SERVICE_LEVELS
from web.service_levels.shapes import LevelBody, LevelChange, LevelShape, LevelShapes

router = APIRouter(prefix="/service-levels")
LevelManager = Annotated[SignedIn, Depends(needs(Right.QUEUES_MANAGE))]


@router.get("")
def list_service_levels(
    request: Request, query: Annotated[ListQuery, Depends(asked(SERVICE_LEVELS))]
) -> LevelShapes:
    """List customer levels, the inactive ones too."""
    return answer_page(request, SERVICE_LEVELS, query, LevelShapes)


@router.get("/{level}")
def read_service_level(
    request: Request, response: Response, level: IdPath, _who: LevelManager
) -> LevelShape:
    """Show a customer level; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_level(session, reader_of(request), level))


@router.post("", status_code=201)
def add_service_level(request: Request, body: LevelBody, who: LevelManager) -> LevelShape:
    """Add a customer level."""
    with context_of(request).database.begin() as session:
        return show_level(session, reader_of(request), add(session, request, who, body))


@router.patch("/{level}")
def change_service_level(
    request: Request, response: Response, level: IdPath, body: LevelChange, who: LevelManager
) -> LevelShape:
    """Change the given fields of a customer level; with `If-Match` only if it has not changed."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.service_level_to_change(session, level)
        check_match(request, etag_of(show_level(session, reader, level)))
        change(session, request, who, level, body)
        shape = show_level(session, reader, level)
    return show_tag(request, response, shape)


@router.delete("/{level}", status_code=204)
def remove_service_level(request: Request, level: IdPath, who: LevelManager) -> None:
    """Delete a customer level; calls that have it keep it until they end."""
    with context_of(request).database.begin() as session:
        remove(session, request, who, level)
