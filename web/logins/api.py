"""The login log, and who is signed in now."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError, MissingError
from crm.people.granting import check_above
from crm.people.person import Login, LoginResult, SignedIn
from crm.people.presence.store import LoginFilter, end_sessions, logins, present
from crm.people.rights import Right
from crm.people.sessions.store import note_login
from crm.people.store import names, user_by_id
from web.kit.audit import note
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.date_input import until_end, when
from web.kit.i18n import Reader
from web.kit.request import address_of, context_of, reader_of
from web.kit.shapes import Done, Named
from web.logins.shapes import LoginQuery, Logins, LoginShape, PresentList, PresentShape
from web.logins.words import LOGIN_RESULTS
from web.people import actions

router = APIRouter(prefix="/logins", tags=["people"])
LoginReader = Annotated[SignedIn, Depends(needs(Right.LOGINS_SEE))]
PeopleKeeper = Annotated[SignedIn, Depends(needs(Right.PEOPLE_MANAGE))]


@router.get("")
def list_logins(
    request: Request, query: Annotated[LoginQuery, Query()], _who: LoginReader
) -> Logins:
    """List who came and who tried to, newest first."""
    reader = reader_of(request)
    wanted = login_filter(query, reader)
    with context_of(request).database.begin() as session:
        page = logins(session, wanted, limit=query.limit, cursor=query.cursor or None)
        items = show_logins(session, reader, page.items)
    return Logins(items=items, next=page.next)


@router.get("/sessions")
def list_sessions(request: Request, _who: PeopleKeeper) -> PresentList:
    """List who is signed in now, those first who did something last; 500 at most."""
    with context_of(request).database.begin() as session:
        return PresentList(items=show_present(session))


@router.post("/sessions/{opened}/end")
def end_session(request: Request, opened: IdPath, who: PeopleKeeper) -> Done:
    """End a session; its live pages close at once."""
    with context_of(request).database.begin() as session:
        end_one(session, request, who, opened)
    actions.shut(request, [opened])
    return Done()


def end_one(session: Session, request: Request, who: SignedIn, opened: int) -> None:
    """End one session, unless it is of somebody who may do more."""
    ended = end_sessions(session, only=opened)
    if not ended:
        raise MissingError("This session is over already.")
    whose = user_by_id(session, ended[0][1])
    if whose.id != who.user.id:
        check_above(who.rights, whose.role.rights)
    line = Login(now(), whose.login, whose.id, address_of(request), LoginResult.SESSION_ENDED)
    note_login(session, line)
    note(session, request, who, "user.sessions_ended", "users", whose.id, {}, {"count": 1})


def login_filter(query: LoginQuery, reader: Reader) -> LoginFilter:
    """Read what the log is narrowed to; InvalidError for a time that is none."""
    if query.result and query.result not in {one.value for one in LoginResult}:
        raise InvalidError("“{key}” is not among the choices.", "result", key=query.result)
    return LoginFilter(
        text=query.q,
        user=query.user or None,
        address=query.address,
        result=query.result,
        since=when(query.since, reader, "from"),
        until=until_end(query.until, reader, "to"),
    )


def show_logins(session: Session, reader: Reader, found: Sequence[Login]) -> list[LoginShape]:
    """Show lines of the login log."""
    known = names(session, {one.user for one in found if one.user is not None})
    return [
        LoginShape(
            at=one.at,
            login=one.login,
            user=Named(id=one.user, name=known.get(one.user, "")) if one.user else None,
            address=one.address,
            result=one.result.value,
            result_name=reader.gettext(LOGIN_RESULTS[one.result]),
        )
        for one in found
    ]


def show_present(session: Session) -> list[PresentShape]:
    """Show who is signed in now."""
    return [
        PresentShape(
            id=one.id,
            user=Named(id=one.user, name=one.name),
            login=one.login,
            kind=one.kind,
            address=one.address,
            user_agent=one.user_agent,
            created_at=one.created_at,
            seen_at=one.seen_at,
        )
        for one in present(session, now())
    ]
