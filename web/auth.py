"""Who is there: sessions, signing in and out, roles, and the guard against foreign pages."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import structlog
from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from crm.errors import RefusedError
from crm.people import store
from crm.people.person import (
    Login,
    LoginResult,
    NewSession,
    Role,
    SessionKind,
    SignedIn,
    User,
)
from web.clock import now
from web.i18n import N_
from web.passwords import hash_password, is_outdated, is_password
from web.problems import NotSignedInError, TooManyError
from web.request import address_of, house_of, is_secure, session_of

if TYPE_CHECKING:
    from web.house import House

log = structlog.get_logger()

COOKIE = "hotline_session"
COOKIE_BEFORE = "hotline_before"
IDLE = timedelta(hours=12)
LONGEST = timedelta(hours=24)  # from signing in, however busy: a shift with its overtime
TOUCH_AFTER = timedelta(minutes=1)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class WrongPasswordError(NotSignedInError):
    """The login or the password is wrong; which of them is not told."""

    def __init__(self, sentence: str = N_("The login or the password is not right.")) -> None:
        """Say it in one sentence."""
        super(NotSignedInError, self).__init__(sentence)


def find_session(connection: HTTPConnection) -> SignedIn | None:
    """Whose cookie or bearer token this is; a header goes before a cookie. Asks the database."""
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    kind = SessionKind.API if scheme.lower() == "bearer" else SessionKind.BROWSER
    token = bearer.strip() if kind is SessionKind.API else connection.cookies.get(COOKIE, "")
    if not token or len(token) > 200:  # noqa: PLR2004 - ours have 43 letters
        return None
    at = now()
    with house_of(connection).database.begin() as session:
        who = store.session_by_token(session, token, at)
        if who is None or who.kind is not kind:
            return None
        if kind is SessionKind.BROWSER and at - who.seen_at > TOUCH_AFTER:
            store.touch(session, who.id, at, min(at + IDLE, who.created_at + LONGEST))
    connection.state.signed_in = who
    return who


def signed_in(request: Request) -> SignedIn:
    """Require a session."""
    who = find_session(request)
    if who is None:
        raise NotSignedInError
    return who


async def check_csrf(request: Request) -> None:
    """Refuse what another site's page might have sent with our cookie.

    A bearer token needs no such guard: no browser sends it by itself.
    """
    who = session_of(request)
    if request.method in SAFE_METHODS or (who and who.kind is SessionKind.API):
        return
    given = request.headers.get("x-csrf-token")
    if given is None and "form" in request.headers.get("content-type", ""):
        field = (await request.form()).get("csrf")
        given = field if isinstance(field, str) else None
    wanted = csrf_of(request)
    if not wanted or not given or not hmac.compare_digest(wanted.encode(), _bytes(given)):
        raise RefusedError("This page is too old. Load it again and repeat what you did.")


def needs(*roles: Role) -> Callable[..., Awaitable[SignedIn]]:
    """Make a dependency: a session, of one of these roles (of any, if none), and no forgery."""

    async def allowed(request: Request, who: Annotated[SignedIn, Depends(signed_in)]) -> SignedIn:
        if roles and who.user.role not in roles:
            raise RefusedError("Your role does not allow this.")
        await check_csrf(request)
        return who

    return allowed


Anybody = Annotated[SignedIn, Depends(needs())]
AtDesk = Annotated[SignedIn, Depends(needs(Role.AGENT, Role.SUPERVISOR))]
Overseer = Annotated[SignedIn, Depends(needs(Role.SUPERVISOR, Role.ADMINISTRATOR))]


def csrf_of(request: HTTPConnection) -> str:
    """Give the word that a page must send back: the session's, or that of the cookie before it."""
    if who := session_of(request):
        return who.csrf
    before = getattr(request.state, "before", None) or request.cookies.get(COOKIE_BEFORE, "")
    if not before:
        return ""
    # Who can plant a cookie (a neighbouring domain) still cannot make the word that goes with it.
    secret = house_of(request).settings.secrets.session_secret.encode()
    return hmac.new(secret, _bytes(before), hashlib.sha256).hexdigest()


def sign_in(request: Request, login: str, password: str) -> User:
    """Check a login and a password; for a thread, as it takes its time. Logs every attempt.

    Raises TooManyError, or WrongPasswordError, which takes as long for an unknown login.
    """
    house, address = house_of(request), address_of(request)
    with house.database.begin() as session:
        user = store.user_by_login(session, login)
    try:
        house.limits.check_sign_in(address, login)
    except TooManyError:
        _note(house, login, user, address, LoginResult.THROTTLED)
        raise
    right = is_password(user.password_hash if user else None, password[:1000])
    if user is None or not right:
        house.limits.note_wrong(address, login)
        _note(house, login, user, address, LoginResult.WRONG)
        raise WrongPasswordError
    if not user.enabled:
        _note(house, login, user, address, LoginResult.DISABLED)
        raise WrongPasswordError("This account is switched off. Ask your administrator.")
    house.limits.note_right(login)
    if is_outdated(user.password_hash):
        with house.database.begin() as session:
            store.set_password(session, user.id, hash_password(password))
    _note(house, login, user, address, LoginResult.SIGNED_IN)
    return user


def open_session(
    request: Request, user: User, kind: SessionKind, lifetime: timedelta = IDLE
) -> tuple[str, datetime]:
    """Open a session and give its token, which is kept nowhere, and when it ends."""
    token, at = secrets.token_urlsafe(32), now()
    new = NewSession(
        token=token,
        user=user.id,
        kind=kind,
        csrf=secrets.token_urlsafe(24),
        created_at=at,
        expires_at=at + lifetime,
        address=address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    with house_of(request).database.begin() as session:
        store.open_session(session, new)
    return token, new.expires_at


def close_session(request: Request, who: SignedIn) -> None:
    """End a session; its live pages hear of it at once."""
    house = house_of(request)
    with house.database.begin() as session:
        store.close_session(session, who.id)
    _note(house, who.user.login, who.user, address_of(request), LoginResult.SIGNED_OUT)


def set_session_cookie(request: Request, response: Response, token: str) -> None:
    """Give the browser its token, out of reach of any script."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )


def _note(house: "House", login: str, user: User | None, address: str, result: LoginResult) -> None:
    line = Login(now(), login, user.id if user else None, address, result)
    with house.database.begin() as session:
        store.note_login(session, line)
    log.info("sign-in", result=result.value, user=user.id if user else None)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
