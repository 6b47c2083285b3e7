"""The API of dialling stops."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.dialling_stops import actions
from web.dialling_stops.listing import STOPS
from web.dialling_stops.shapes import PlacePath, StopShapes
from web.kit.auth import needs
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.kit.shapes import Done

router = APIRouter(prefix="/dialling-stops")
StopManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_stops(request: Request, query: Annotated[ListQuery, Depends(asked(STOPS))]) -> StopShapes:
    """List the users and trunks whose outbound calls are or were stopped, the newest first."""
    return answer_page(request, STOPS, query, StopShapes)


@router.post("/{place}/release")
def release(request: Request, place: PlacePath, who: StopManager) -> Done:
    """Release a person (`agent:3`) or trunk (`trunk:2`); 404 if it is not stopped."""
    with context_of(request).database.begin() as session:
        actions.release_place(session, request, who, place)
    return Done()
