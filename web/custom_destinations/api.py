"""The API of custom destinations."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.custom_destinations import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.custom_destinations import actions
from web.custom_destinations.listing import CUSTOM
from web.custom_destinations.shapes import (
    CustomBody,
    CustomChange,
    CustomSecret,
    CustomShape,
    CustomShapes,
    CustomTestShape,
    TestBody,
)
from web.custom_destinations.trial import run_test
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/custom-destinations")
Manager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_custom_destinations(
    request: Request, query: Annotated[ListQuery, Depends(asked(CUSTOM))]
) -> CustomShapes:
    """List custom destinations by name, the inactive ones too."""
    return answer_page(request, CUSTOM, query, CustomShapes)


@router.get("/{custom}")
def read_custom_destination(
    request: Request, response: Response, custom: IdPath, _who: Manager
) -> CustomShape:
    """Show a custom destination; the answer's `ETag` names the version of its settings."""
    with context_of(request).database.begin() as session:
        shape = actions.show_one(session, reader_of(request), custom)
    response.headers["ETag"] = etag_of(actions.settings_of(shape))
    return shape


@router.post("", status_code=201)
def add_custom_destination(request: Request, body: CustomBody, who: Manager) -> CustomSecret:
    """Add a custom destination; the answer has the secret with which requests are signed."""
    with context_of(request).database.begin() as session:
        return actions.make(session, request, who, body)


@router.patch("/{custom}")
def change_custom_destination(
    request: Request, response: Response, custom: IdPath, body: CustomChange, who: Manager
) -> CustomShape:
    """Change the given fields; with `If-Match` only if it has not changed."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.custom_to_change(session, custom)
        known = actions.show_one(session, reader, custom)
        check_match(request, etag_of(actions.settings_of(known)))
        actions.write(session, request, who, custom, body)
        shape = actions.show_one(session, reader, custom)
    response.headers["ETag"] = etag_of(actions.settings_of(shape))
    return shape


@router.delete("/{custom}", status_code=204)
def remove_custom_destination(request: Request, custom: IdPath, who: Manager) -> None:
    """Remove a custom destination; 409 while something leads to it."""
    with context_of(request).database.begin() as session:
        actions.remove(session, request, who, custom)


@router.post("/{custom}/secret")
def rotate_secret(request: Request, custom: IdPath, who: Manager) -> CustomSecret:
    """Make a new secret; for 24 hours the old one signs too."""
    with context_of(request).database.begin() as session:
        return actions.rotate(session, request, who, custom)


@router.post("/{custom}/test")
def test_custom_destination(
    request: Request, custom: IdPath, body: TestBody, who: Manager
) -> CustomTestShape:
    """Ask the other system about an imagined call; the answer says where the call would go."""
    return run_test(request, who, custom, body, reader_of(request))
