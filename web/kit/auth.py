"""Authentication and rights: sessions, tokens, and the check against forged requests (CSRF)."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import structlog
from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from crm.kernel.errors import RefusedError
from crm.parameters.parameter import Parameters
from crm.people.groups.store import reach
from crm.people.person import SessionKind, SignedIn
from crm.people.rights import Reach, Right
from crm.people.sessions import store as open_sessions
from crm.people.tokens.store import signed_in_by_token, touch_token
from web.kit.clock import now
from web.kit.errors import NotSignedInError, PasswordDueError
from web.kit.request import context_of, is_secure, session_of

COOKIE = "hotline_session"
COOKIE_BEFORE = "hotline_before"
TOUCH_AFTER = timedelta(minutes=1)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# A page marks the requests that no user started; they do not keep a session alive.
BY_ITSELF = "x-hotline-by-itself"


def lifetimes(parameters: Parameters) -> tuple[timedelta, timedelta]:
    """Give how long a session may be idle, and how long it lasts at most."""
    return (
        timedelta(minutes=parameters.number("session_idle_minutes")),
        timedelta(hours=parameters.number("session_hours")),
    )


def token_of(connection: HTTPConnection) -> tuple[str, bool]:
    """Give the token of a bearer header, else of the cookie; and whether it is the cookie's."""
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return bearer.strip(), False
    return connection.cookies.get(COOKIE, ""), True


def find_session(
    connection: HTTPConnection, is_used: Callable[[SignedIn], bool] | None = None
) -> SignedIn | None:
    """Find the session of a cookie or bearer token in the database; a header has precedence.

    `is_used` decides whether this request keeps the session alive; without it every request does
    that is not marked as made by a page itself.
    """
    token, by_cookie = token_of(connection)
    if not token or len(token) > 200:  # noqa: PLR2004 - ours have 43 letters
        return None
    context, at = context_of(connection), now()
    parameters = context.parameters()
    with context.database.begin() as session:
        who = open_sessions.session_by_token(session, token, at)
        if who is None and not by_cookie:
            who = signed_in_by_token(session, token, at)
        if who is None or (who.kind is SessionKind.BROWSER) is not by_cookie:
            return None
        used = is_used(who) if is_used else BY_ITSELF not in connection.headers
        if not _touch(session, who, parameters, at, used=used):
            return None
    connection.state.signed_in = who
    connection.state.password_due = is_password_due(who, parameters)
    return who


def _touch(
    session: Session, who: SignedIn, parameters: Parameters, at: datetime, *, used: bool
) -> bool:
    """Note that a session is used, once a minute; False if it has ended."""
    stale = used and at - who.seen_at > TOUCH_AFTER
    if who.kind is SessionKind.TOKEN:
        if stale:
            touch_token(session, -who.id, at)
        return True
    if who.kind is SessionKind.BROWSER:
        idle, longest = lifetimes(parameters)
        ends = who.created_at + longest
        # A lifetime that an administrator shortens also applies to open sessions.
        if at >= min(who.seen_at + idle + TOUCH_AFTER, ends):
            return False
        if stale:
            open_sessions.touch(session, who.id, at, min(at + idle, ends))
    return True


def is_password_due(who: SignedIn, parameters: Parameters) -> bool:
    """Whether a new password must be chosen first.

    A password that has expired is asked for at the next sign-in, never during a call. Tokens, and
    users of an identity provider, need no password.
    """
    user = who.user
    if who.kind is SessionKind.TOKEN or user.by_provider:
        return False
    days = parameters.number("password_days")
    age = who.created_at - (user.password_changed_at or user.created_at)
    return user.must_change_password or (days > 0 and age > timedelta(days=days))


def signed_in(request: Request) -> SignedIn:
    """Require a session."""
    who = find_session(request)
    if who is None:
        raise NotSignedInError
    return who


async def check_csrf(request: Request) -> None:
    """Refuse a request that another site's page may have sent with our cookie.

    A bearer token needs no such check: a browser never sends it by itself.
    """
    who = session_of(request)
    if request.method in SAFE_METHODS or (who and who.kind is not SessionKind.BROWSER):
        return
    given = request.headers.get("x-csrf-token")
    if given is None and "form" in request.headers.get("content-type", ""):
        field = (await request.form()).get("csrf")
        given = field if isinstance(field, str) else None
    wanted = csrf_of(request)
    if not wanted or not given or not hmac.compare_digest(wanted.encode(), _bytes(given)):
        raise RefusedError("This page has expired. Reload it and try again.")


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an endpoint requires of a session: see `needs`."""

    rights: frozenset[Right]
    in_person: bool = False
    password_due: bool = False


def check_required(request: Request, who: SignedIn, required: Requirement) -> None:
    """Refuse a session that does not meet a requirement."""
    if required.in_person and who.kind is SessionKind.TOKEN:
        raise RefusedError("API tokens cannot do this. Sign in instead.")
    if not required.password_due and request.state.password_due:
        raise PasswordDueError
    if required.rights and not any(who.may(right) for right in required.rights):
        raise RefusedError("You don't have permission to do this.")


def needs(
    *rights: Right, in_person: bool = False, password_due: bool = False
) -> Callable[..., Awaitable[SignedIn]]:
    """Make a dependency: a session with one of these rights, and a request that is not forged.

    Without a right any session is enough. `reach_of` gives how far the right reaches.
    `in_person` refuses tokens made for programs; `password_due` admits users who must choose a
    new password first.
    """

    async def allowed(request: Request, who: Annotated[SignedIn, Depends(signed_in)]) -> SignedIn:
        structlog.contextvars.bind_contextvars(
            user=who.user.id
        )  # for the log lines of this request
        required = Requirement(frozenset(rights), in_person, password_due)
        check_required(request, who, required)
        request.state.required = (*getattr(request.state, "required", ()), required)
        await check_csrf(request)
        return who

    # The tests that try every route read from the dependency what it requires.
    allowed.rights = frozenset(rights)  # type: ignore[attr-defined]
    allowed.in_person = in_person  # type: ignore[attr-defined]
    return allowed


Anybody = Annotated[SignedIn, Depends(needs())]
InPerson = Annotated[SignedIn, Depends(needs(in_person=True))]
PasswordChanger = Annotated[SignedIn, Depends(needs(in_person=True, password_due=True))]
TokenMaker = Annotated[SignedIn, Depends(needs(Right.TOKENS_MAKE, in_person=True))]
AtDesk = Annotated[SignedIn, Depends(needs(Right.DESK))]
FloorWatcher = Annotated[SignedIn, Depends(needs(Right.FLOOR_SEE))]
CallReader = Annotated[SignedIn, Depends(needs(Right.CALLS_SEE))]
Listener = Annotated[SignedIn, Depends(needs(Right.RECORDINGS_HEAR))]
CustomerReader = Annotated[SignedIn, Depends(needs(Right.CUSTOMERS_SEE))]
CustomerWriter = Annotated[SignedIn, Depends(needs(Right.CUSTOMERS_EDIT))]


def reach_of(session: Session, who: SignedIn, right: Right) -> Reach:
    """Give the users that a right reaches; RefusedError if the user lacks the right."""
    return reach(session, who, right)


def csrf_of(request: HTTPConnection) -> str:
    """Give the CSRF token that a page must send back: the session's, or a visitor's."""
    if who := session_of(request):
        return who.csrf
    before = getattr(request.state, "before", None) or request.cookies.get(COOKIE_BEFORE, "")
    if not before:
        return ""
    # A neighbouring domain that can plant a cookie still cannot make the token that goes with it.
    secret = context_of(request).settings.secrets.session_secret.encode()
    return hmac.new(secret, _bytes(before), hashlib.sha256).hexdigest()


def name_visitor(request: Request) -> str | None:
    """Give a visitor without a session a CSRF cookie for the forms; None if there is one."""
    if session_of(request) or request.cookies.get(COOKIE_BEFORE):
        return None
    request.state.before = secrets.token_urlsafe(24)
    return str(request.state.before)


def set_name(request: Request, answer: Response, name: str) -> None:
    """Set the visitor's CSRF cookie."""
    secure = is_secure(request)
    answer.set_cookie(COOKIE_BEFORE, name, httponly=True, samesite="lax", secure=secure)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
