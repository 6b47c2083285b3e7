"""The API of lost calls: listed, taken, noted and done."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from web.calls.shapes import CallPath
from web.kit.auth import CallReader
from web.kit.etag import check_match
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.kit.shapes import Done
from web.lost_calls import actions
from web.lost_calls.listing import LOST_CALLS
from web.lost_calls.shapes import LostCallShape, LostCallShapes, LostCareChange, LostDoneBody
from web.lost_calls.views import version_of

router = APIRouter(prefix="/lost-calls")


@router.get("")
def list_lost_calls(
    request: Request, query: Annotated[ListQuery, Depends(asked(LOST_CALLS))]
) -> LostCallShapes:
    """List the callers of the last 30 days who reached no agent, once for a number and a day.

    `state=todo` are those that are neither reached nor marked as done.
    """
    return answer_page(request, LOST_CALLS, query, LostCallShapes)


@router.post("/done")
def mark_done(request: Request, body: LostDoneBody, who: CallReader) -> Done:
    """Mark lost calls as done: all of them, or none if one is missing."""
    with context_of(request).database.begin() as session:
        actions.finish(session, request, who, body.ids)
    return Done()


@router.get("/{call}")
def read_lost_call(
    request: Request, response: Response, call: CallPath, who: CallReader
) -> LostCallShape:
    """Show the entry of a lost call; the answer's `ETag` names the version for an `If-Match`."""
    with context_of(request).database.begin() as session:
        known = actions.find_lost(session, request, who, call)
        shape = actions.show_one(session, request, known)
    response.headers["ETag"] = version_of(shape)
    return shape


@router.post("/{call}/take")
def take_lost_call(request: Request, call: CallPath, who: CallReader) -> LostCallShape:
    """Become the owner of a lost call, as before calling back."""
    with context_of(request).database.begin() as session:
        known = actions.take(session, request, who, call)
        return actions.show_one(session, request, known)


@router.patch("/{call}")
def change_lost_call(
    request: Request, response: Response, call: CallPath, body: LostCareChange, who: CallReader
) -> LostCallShape:
    """Change owner, state or note; with `If-Match` only if they have not changed."""
    with context_of(request).database.begin() as session:
        known = actions.lock(session, request, who, call)
        check_match(request, version_of(actions.show_one(session, request, known)))
        actions.write_care(session, request, who, known, body)
        # Who gives away what they own may not see it any more.
        shape = actions.show_known(session, request, known)
    response.headers["ETag"] = version_of(shape)
    return shape
