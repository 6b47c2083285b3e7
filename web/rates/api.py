"""The API of rates."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.rates import actions
from web.rates.listing import RATES
from web.rates.shapes import RateBody, RateChange, RateShape, RateShapes

router = APIRouter(prefix="/rates")
RateManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_rates(request: Request, query: Annotated[ListQuery, Depends(asked(RATES))]) -> RateShapes:
    """List the rates by their beginnings."""
    return answer_page(request, RATES, query, RateShapes)


@router.post("", status_code=201)
def add_rate(request: Request, response: Response, body: RateBody, who: RateManager) -> RateShape:
    """Add a rate."""
    with context_of(request).database.begin() as session:
        shape = actions.show_rate(session, actions.make_rate(session, request, who, body))
    return show_tag(request, response, shape)


@router.get("/{rate}")
def read_rate(request: Request, response: Response, rate: IdPath, _who: RateManager) -> RateShape:
    """Show a rate; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, actions.show_rate(session, rate))


@router.patch("/{rate}")
def change_rate(
    request: Request, response: Response, rate: IdPath, body: RateChange, who: RateManager
) -> RateShape:
    """Change the given fields of a rate; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        known = actions.show_rate(session, rate, lock=True)
        check_match(request, etag_of(known))
        actions.write_rate(session, request, who, rate, actions.changed_body(known, body))
        shape = actions.show_rate(session, rate)
    return show_tag(request, response, shape)


@router.delete("/{rate}", status_code=204)
def delete_rate(request: Request, rate: IdPath, who: RateManager) -> None:
    """Delete a rate; calls that were charged stay as they are."""
    with context_of(request).database.begin() as session:
        check_match(request, etag_of(actions.show_rate(session, rate, lock=True)))
        actions.remove_rates(session, request, who, [rate])
