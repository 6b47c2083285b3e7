"""The API of one's own account, password, sessions and tokens."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.access.store import Profile
from crm.people.person import SignedIn, User
from web.account import actions
from web.account.listing import LOGINS, SESSIONS, TOKENS
from web.account.shapes import (
    AccountChange,
    AccountShape,
    EndedSessions,
    MadeToken,
    NewTokenBody,
    OwnSessions,
    PasswordChange,
    Tokens,
    show_token,
)
from web.kit.auth import Anybody, InPerson, PasswordChanger, TokenMaker
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.logins.shapes import Logins

router = APIRouter(prefix="/account")


@router.get("")
def read_account(request: Request, response: Response, who: Anybody) -> AccountShape:
    """Show the signed-in user, and the rights of this session."""
    shown = _account(who, who.user)
    return show_tag(request, response, shown)


@router.patch("")
def change_account(
    request: Request, response: Response, body: AccountChange, who: InPerson
) -> AccountShape:
    """Change the given fields of one's own account; with `If-Match` only if it has not changed."""

    def wanted(user: User) -> Profile:
        check_match(request, etag_of(_account(who, user)))
        return Profile(
            name=user.name if body.name is None else body.name,
            email=user.email if body.email is None else body.email,
            language=user.language if body.language is None else body.language,
            timezone=user.timezone if body.timezone is None else body.timezone,
        )

    shown = _account(who, actions.change_profile(request, who, wanted, body.present or ""))
    return show_tag(request, response, shown)


@router.put("/password", status_code=204)
def change_password(request: Request, body: PasswordChange, who: PasswordChanger) -> Response:
    """Set a new password; all other sessions end."""
    actions.change_password(request, who, body.present, body.new)
    return Response(status_code=204)


@router.get("/sessions")
def read_sessions(
    request: Request, query: Annotated[ListQuery, Depends(asked(SESSIONS))]
) -> OwnSessions:
    """List one's own open sessions, the last used first unless another order is asked for."""
    return answer_page(request, SESSIONS, query, OwnSessions)


@router.delete("/sessions/{id}", status_code=204)
def end_session(request: Request, id: IdPath, who: InPerson) -> Response:  # noqa: A002
    """End one of one's own sessions."""
    actions.end_session(request, who, id)
    return Response(status_code=204)


@router.post("/sessions/end-others")
def end_other_sessions(request: Request, who: InPerson) -> EndedSessions:
    """End all of one's own sessions except this one."""
    return EndedSessions(ended=actions.end_other_sessions(request, who))


@router.get("/logins")
def read_logins(request: Request, query: Annotated[ListQuery, Depends(asked(LOGINS))]) -> Logins:
    """List one's own logins and failed attempts, newest first unless another order is asked for."""
    return answer_page(request, LOGINS, query, Logins)


@router.get("/tokens")
def read_tokens(request: Request, query: Annotated[ListQuery, Depends(asked(TOKENS))]) -> Tokens:
    """List one's own tokens, the newest first unless another order is asked for."""
    return answer_page(request, TOKENS, query, Tokens)


@router.post("/tokens", status_code=201)
def make_token(request: Request, body: NewTokenBody, who: TokenMaker) -> MadeToken:
    """Make a token for a program."""
    token, made = actions.make_token(request, who, body)
    return MadeToken(token=token, **show_token(made).model_dump())


@router.delete("/tokens/{id}", status_code=204)
def revoke_token(request: Request, id: IdPath, who: InPerson) -> Response:  # noqa: A002
    """Revoke one of one's own tokens."""
    actions.revoke_token(request, who, id)
    return Response(status_code=204)


def _account(who: SignedIn, user: User) -> AccountShape:
    return AccountShape(
        id=user.id,
        login=user.login,
        name=user.name,
        email=user.email,
        language=user.language,
        timezone=user.timezone,
        role=user.role.key,
        role_name=user.role.name(user.language),
        rights={right.value: extent.value for right, extent in who.rights.items()},
        second_factor=user.totp,
        password_changed_at=user.password_changed_at,
    )
