"""The API of the login log and of open sessions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.people.granting import check_account
from crm.people.person import Login, LoginResult, SignedIn
from crm.people.presence.store import end_sessions, has_browser
from crm.people.rights import Right
from crm.people.sessions.store import note_login
from crm.people.store import user_by_id
from web.kit.audit import note
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import address_of, context_of
from web.kit.shapes import Done
from web.logins.listing import LOGINS, PRESENT
from web.logins.shapes import Logins, PresentList
from web.people import actions

router = APIRouter(prefix="/logins", tags=["people"])
LoginReader = Annotated[SignedIn, Depends(needs(Right.LOGINS_SEE))]
PeopleKeeper = Annotated[SignedIn, Depends(needs(Right.PEOPLE_MANAGE))]


@router.get("")
def list_logins(request: Request, query: Annotated[ListQuery, Depends(asked(LOGINS))]) -> Logins:
    """List the sign-ins and failed attempts, newest first."""
    return answer_page(request, LOGINS, query, Logins)


@router.get("/sessions")
def list_sessions(
    request: Request, query: Annotated[ListQuery, Depends(asked(PRESENT))]
) -> PresentList:
    """List the open sessions, the last active first; at most 500."""
    return answer_page(request, PRESENT, query, PresentList)


@router.post("/sessions/{opened}/end")
def end_session(request: Request, opened: IdPath, who: PeopleKeeper) -> Done:
    """End a session; its live pages close at once."""
    with context_of(request).database.begin() as session:
        gone = end_one(session, request, who, opened)
    actions.shut(request, [opened], gone)
    return Done()


def end_one(session: Session, request: Request, who: SignedIn, opened: int) -> list[int]:
    """End one session, unless it belongs to a user with more rights.

    Gives the user if that was their last browser: their browser phone is gone then.
    """
    ended = end_sessions(session, only=opened)
    if not ended:
        raise MissingError("This session has already ended.")
    owner = user_by_id(session, ended[0][1])
    check_account(who, owner)
    line = Login(now(), owner.login, owner.id, address_of(request), LoginResult.SESSION_ENDED)
    note_login(session, line)
    note(session, request, who, "user.sessions_ended", "users", owner.id, {}, {"count": 1})
    return [] if has_browser(session, owner.id, now()) else [owner.id]
