"""One's own account, password, sessions and tokens."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from crm.people.access.store import Profile
from crm.people.person import Language, SessionKind, SignedIn, User
from crm.people.rights import Right
from crm.people.sessions.store import sessions_of
from crm.people.tokens.store import Token, tokens_of
from web.account import actions
from web.account.actions import TokenWish
from web.kit.auth import Anybody, InPerson, PasswordChanger, TokenMaker
from web.kit.bodies import Body, IdPath
from web.kit.clock import now
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.request import context_of
from web.kit.shown_once import SHOWN_ONCE

router = APIRouter(prefix="/account")
Password = Annotated[str, Field(min_length=1, max_length=1000)]


class AccountShape(BaseModel):
    """Somebody's own account."""

    id: int
    login: str
    name: str
    email: str
    language: Language
    timezone: str
    role: str
    role_name: str
    rights: dict[str, str]  # what may be done in this session, and how far it reaches
    second_factor: bool
    password_changed_at: datetime | None


class AccountChange(Body):
    """What changes of an account; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    language: Language | None = None
    timezone: Annotated[str, Field(max_length=64)] | None = None
    present: Password | None = None  # wanted for another e-mail address


class PasswordChange(Body):
    """The password of now, and the one to come."""

    present: Password
    new: Password


class OwnSessionShape(BaseModel):
    """An open session; `current` is the one that asks."""

    id: int
    kind: SessionKind
    current: bool
    address: str
    user_agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class OwnSessions(BaseModel):
    """All open sessions, the last used first."""

    items: list[OwnSessionShape]
    next: str | None = None


class Ended(BaseModel):
    """How many sessions ended."""

    ended: int


class NewTokenBody(Body):
    """A token for a program: some of one's own rights, for 1 to 365 days, 0 for ever."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    rights: Annotated[list[Right], Field(min_length=1, max_length=len(Right))]
    days: Annotated[int, Field(ge=0, le=actions.LONGEST_TOKEN_DAYS)] = 90


class TokenShape(BaseModel):
    """A token; `hint` are its last letters."""

    id: int
    name: str
    hint: str
    rights: list[Right]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class MadeToken(TokenShape):
    """A token just made; it is shown this once."""

    token: Annotated[str, SHOWN_ONCE]


class Tokens(BaseModel):
    """All tokens that are not revoked, the newest first."""

    items: list[TokenShape]
    next: str | None = None


@router.get("")
def read_account(request: Request, response: Response, who: Anybody) -> AccountShape:
    """Show who is signed in, and what may be done in this session."""
    shown = _account(who, who.user)
    show_tag(request, response, shown)
    return shown


@router.patch("")
def change_account(
    request: Request, response: Response, body: AccountChange, who: InPerson
) -> AccountShape:
    """Change what is given of one's own account, unless it is no longer as `If-Match` says."""

    def wanted(user: User) -> Profile:
        check_match(request, etag_of(_account(who, user)))
        return Profile(
            name=user.name if body.name is None else body.name,
            email=user.email if body.email is None else body.email,
            language=user.language if body.language is None else body.language,
            timezone=user.timezone if body.timezone is None else body.timezone,
        )

    shown = _account(who, actions.change_profile(request, who, wanted, body.present or ""))
    show_tag(request, response, shown)
    return shown


@router.put("/password", status_code=204)
def change_password(request: Request, body: PasswordChange, who: PasswordChanger) -> Response:
    """Choose a new password; all other sessions end."""
    actions.change_password(request, who, body.present, body.new)
    return Response(status_code=204)


@router.get("/sessions")
def read_sessions(request: Request, who: InPerson) -> OwnSessions:
    """List one's own open sessions."""
    with context_of(request).database.begin() as session:
        found = sessions_of(session, who.user.id, now())
    return OwnSessions(items=[_session(one, who) for one in found])


@router.delete("/sessions/{id}", status_code=204)
def end_session(request: Request, id: IdPath, who: InPerson) -> Response:  # noqa: A002
    """End one of one's own sessions."""
    actions.end_session(request, who, id)
    return Response(status_code=204)


@router.post("/sessions/end-others")
def end_other_sessions(request: Request, who: InPerson) -> Ended:
    """End all of one's own sessions but this one."""
    return Ended(ended=actions.end_other_sessions(request, who))


@router.get("/tokens")
def read_tokens(request: Request, who: InPerson) -> Tokens:
    """List one's own tokens."""
    with context_of(request).database.begin() as session:
        return Tokens(items=[_token(one) for one in tokens_of(session, who.user.id)])


@router.post("/tokens", status_code=201)
def make_token(request: Request, body: NewTokenBody, who: TokenMaker) -> MadeToken:
    """Make a token for a program."""
    wish = TokenWish(body.name, body.rights, body.days)
    token, made = actions.make_token(request, who, wish)
    return MadeToken(token=token, **_token(made).model_dump())


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


def _session(one: SignedIn, who: SignedIn) -> OwnSessionShape:
    return OwnSessionShape(
        id=one.id,
        kind=one.kind,
        current=one.id == who.id,
        address=one.address,
        user_agent=one.user_agent,
        created_at=one.created_at,
        seen_at=one.seen_at,
        expires_at=one.expires_at,
    )


def _token(one: Token) -> TokenShape:
    return TokenShape(
        id=one.id,
        name=one.name,
        hint=one.hint,
        rights=sorted(one.rights),
        created_at=one.created_at,
        expires_at=one.expires_at,
        used_at=one.used_at,
    )
