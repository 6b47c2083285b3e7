"""The API of the rules of not-ready reasons."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.pause_reasons import actions
from web.pause_reasons.listing import PAUSE_REASONS
from web.pause_reasons.shapes import ReasonPath, ReasonRulesChange, ReasonShape, ReasonShapes

router = APIRouter(prefix="/pause-reasons")
Editor = Annotated[SignedIn, Depends(needs(Right.DICTIONARIES_EDIT))]


@router.get("")
def list_reasons(
    request: Request, query: Annotated[ListQuery, Depends(asked(PAUSE_REASONS))]
) -> ReasonShapes:
    """List the not-ready reasons with their rules."""
    return answer_page(request, PAUSE_REASONS, query, ReasonShapes)


@router.get("/{reason}")
def read_reason(
    request: Request, response: Response, reason: ReasonPath, _who: Editor
) -> ReasonShape:
    """Show a not-ready reason; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, actions.show_reason(session, reader_of(request), reason))


@router.patch("/{reason}")
def change_reason(
    request: Request, response: Response, reason: ReasonPath, body: ReasonRulesChange, who: Editor
) -> ReasonShape:
    """Change the rules of a reason; with `If-Match` only if they have not changed."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        check_match(request, etag_of(actions.show_reason(session, reader, reason)))
        actions.write_rules(session, request, who, reason, body)
        shape = actions.show_reason(session, reader, reason)
    return show_tag(request, response, shape)
