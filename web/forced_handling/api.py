"""The API of forced handling: one switch that sends all calls elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.forced_handling.actions import set_forced, show_forced
from web.forced_handling.shapes import ForcedBody, ForcedShapes
from web.kit.auth import needs
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/forced-handling")
Switcher = Annotated[SignedIn, Depends(needs(Right.FORCED_SWITCH))]


@router.get("")
def read_forced(request: Request, _who: Switcher) -> ForcedShapes:
    """Show which forced handling is on; none: calls follow the routes."""
    with context_of(request).database.begin() as session:
        return ForcedShapes(items=show_forced(session, reader_of(request)))


@router.put("")
def put_forced(request: Request, body: ForcedBody, who: Switcher) -> ForcedShapes:
    """Turn it on for all numbers or one, or off with `destination: null`."""
    with context_of(request).database.begin() as session:
        set_forced(session, request, who, body)
        return ForcedShapes(items=show_forced(session, reader_of(request)))
