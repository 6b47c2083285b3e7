"""The API of voicemail boxes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.voicemail.boxes import store
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.voicemail_boxes.actions import make_box, remove_box, settings_of, show_box, write_box
from web.voicemail_boxes.listing import BOXES
from web.voicemail_boxes.shapes import BoxBody, BoxChange, BoxShape, BoxShapes

router = APIRouter(prefix="/voicemail-boxes")
BoxManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_boxes(request: Request, query: Annotated[ListQuery, Depends(asked(BOXES))]) -> BoxShapes:
    """List voicemail boxes by name, the inactive ones too."""
    return answer_page(request, BOXES, query, BoxShapes)


@router.get("/{box}")
def read_box(request: Request, response: Response, box: IdPath, _who: BoxManager) -> BoxShape:
    """Show a box; the answer's `ETag` names the version of its settings."""
    with context_of(request).database.begin() as session:
        shape = show_box(session, box)
    show_tag(request, response, settings_of(shape))
    return shape


@router.post("", status_code=201)
def add_box(request: Request, body: BoxBody, who: BoxManager) -> BoxShape:
    """Add a box."""
    with context_of(request).database.begin() as session:
        return show_box(session, make_box(session, request, who, body))


@router.patch("/{box}")
def change_box(
    request: Request, response: Response, box: IdPath, body: BoxChange, who: BoxManager
) -> BoxShape:
    """Change the given fields of a box; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        store.box_to_change(session, box)
        check_match(request, etag_of(settings_of(show_box(session, box))))
        write_box(session, request, who, box, body)
        shape = show_box(session, box)
    show_tag(request, response, settings_of(shape))
    return shape


@router.delete("/{box}", status_code=204)
def delete_box(request: Request, box: IdPath, who: BoxManager) -> None:
    """Remove a box; 409 while something leads to it or messages are in it."""
    with context_of(request).database.begin() as session:
        remove_box(session, request, who, box)
