"""The API of unauthorized attempts and of bans."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.bans.actions import release_bans
from web.bans.listing import ATTEMPTS
from web.bans.shapes import ReleaseBody, SipAttemptShapes
from web.kit.auth import needs
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.kit.shapes import Done

router = APIRouter(prefix="/bans")
PhoneManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_attempts(
    request: Request, query: Annotated[ListQuery, Depends(asked(ATTEMPTS))]
) -> SipAttemptShapes:
    """List the addresses that tried to register or to call without authorization, newest first."""
    return answer_page(request, ATTEMPTS, query, SipAttemptShapes)


@router.post("/release")
def release(request: Request, body: ReleaseBody, who: PhoneManager) -> Done:
    """Release banned addresses; 404 if none of them is banned."""
    with context_of(request).database.begin() as session:
        release_bans(session, request, who, body.addresses)
    return Done()
