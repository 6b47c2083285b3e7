"""Signing in and out: the password, the second factor, the session and the login log."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from fastapi import Request, Response
from starlette.requests import HTTPConnection

from crm.first_day import store as first_day
from crm.first_day.step import is_finished
from crm.kernel.errors import MissingError
from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import holders, notify
from crm.people import store
from crm.people.person import (
    Login,
    LoginResult,
    NewSession,
    SessionKind,
    SignedIn,
    User,
)
from crm.people.presence.store import has_browser
from crm.people.rights import Right
from crm.people.sessions import store as open_sessions
from web.first_day.words import STEP_RIGHTS
from web.kit import second_factor
from web.kit.auth import COOKIE, lifetimes
from web.kit.clock import now
from web.kit.errors import (
    NotSignedInError,
    SecondFactorDueError,
    SecondFactorError,
    TooManyError,
    WrongPasswordError,
)
from web.kit.i18n import N_
from web.kit.passwords import hash_password, is_outdated, is_password
from web.kit.request import address_of, context_of, is_secure
from web.kit.sealing import seal, unseal
from web.sign_in.attempts import LockedOutError
from web.sign_in.context import sign_in_of
from web.sign_in.devices import device_of

log = structlog.get_logger()

PENDING_COOKIE = "hotline_halfway"
PENDING_FOR = timedelta(minutes=5)
WRONG_CODE = N_("This code is incorrect, or was already used.")


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A user with the right password whose second factor is still missing."""

    user: User
    wanted: str  # the page to go on to
    secret: str = ""  # of a second factor that is being set up


def sign_in(request: Request, login: str, password: str, code: str = "") -> User:
    """Check a login, its password and the code; called in a thread, because it takes time.

    Logs every attempt. Raises TooManyError; WrongPasswordError, which takes as long for an unknown
    login; SecondFactorError if a code is needed or wrong; SecondFactorDueError if there is no
    second factor where there must be one.
    """
    context, login = context_of(request), login.strip()
    with attempt(request, login):
        user = _by_password(request, login, password)
        if user.totp:
            _check_code(request, user, code)
        elif second_factor.is_forced(context.parameters(), user):
            raise SecondFactorDueError(user)
        note_login(request, user.login, user, LoginResult.SIGNED_IN)
    return user


def sign_in_with_code(request: Request, pending: PendingSignIn, code: str) -> User:
    """Check the code of a user whose password was right."""
    with attempt(request, pending.user.login):
        _check_code(request, pending.user, code)
        note_login(request, pending.user.login, pending.user, LoginResult.SIGNED_IN)
    return pending.user


def sign_in_with_new_factor(request: Request, pending: PendingSignIn, code: str) -> list[str]:
    """Set up a second factor during the sign-in; gives the recovery codes."""
    context, user = context_of(request), pending.user
    with attempt(request, user.login):
        step = second_factor.step_of(pending.secret, code, now())
        if step is None:
            note_login(request, user.login, user, LoginResult.SECOND_FACTOR_WRONG)
            raise SecondFactorError(user, WRONG_CODE)
        with context.database.begin() as session:
            codes = second_factor.set_up(session, context.settings, user, pending.secret, step)
        note_login(request, user.login, user, LoginResult.SIGNED_IN)
    return codes


@contextmanager
def attempt(request: Request, login: str) -> Iterator[None]:
    """Count an attempt; an attempt over the limit is logged as such.

    If failures from many places lock a username, its user and those who manage users are notified.
    """
    context, limits = context_of(request), sign_in_of(request).limits
    device = device_of(request, login)
    try:
        with limits.attempt(context.database, login, address_of(request), device):
            yield
    except TooManyError as error:
        note_login(request, login, None, LoginResult.THROTTLED)
        if isinstance(error, LockedOutError):
            _notify_of_lock(request, login)
        raise


def set_pending(request: Request, response: Response, user: User, wanted: str, secret: str) -> None:
    """Remember in a cookie for five minutes that the password was right."""
    values: dict[str, str | int] = {
        "user": user.id,
        "password": _mark(user),
        "wanted": wanted,
        "secret": secret,
    }
    response.set_cookie(
        PENDING_COOKIE,
        seal(context_of(request).settings, PENDING_COOKIE, values, now()),
        max_age=int(PENDING_FOR.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
        path="/sign-in",
    )


def pending_of(request: Request) -> PendingSignIn:
    """Give the user whose second factor is missing; NotSignedInError if the cookie is invalid."""
    context = context_of(request)
    sealed = request.cookies.get(PENDING_COOKIE, "")
    values = unseal(context.settings, PENDING_COOKIE, sealed, now(), PENDING_FOR)
    if values is None:
        raise NotSignedInError
    try:
        with context.database.begin() as session:
            user = store.user_by_id(session, int(values["user"]))
    except MissingError:
        raise NotSignedInError from None
    # A user who was disabled or got a new password meanwhile must start again.
    if not is_allowed(user) or _mark(user) != values["password"]:
        raise NotSignedInError
    return PendingSignIn(user, str(values["wanted"]), str(values["secret"]))


def forget_pending(response: Response) -> None:
    """Remove the cookie of a half-done sign-in: it is complete, or starts again."""
    response.delete_cookie(PENDING_COOKIE, path="/sign-in")


def open_session(request: Request, user: User, kind: SessionKind) -> NewSession:
    """Open a session with a new token, which is stored only as a hash."""
    context, token, at = context_of(request), secrets.token_urlsafe(32), now()
    idle, longest = lifetimes(context.parameters())
    new = NewSession(
        token=token,
        user=user.id,
        kind=kind,
        csrf=secrets.token_urlsafe(24),
        created_at=at,
        expires_at=at + min(idle, longest),
        address=address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    with context.database.begin() as session:
        open_sessions.open_session(session, new)
    return new


def close_session(request: Request, who: SignedIn) -> None:
    """End a session."""
    context = context_of(request)
    with context.database.begin() as session:
        open_sessions.close_session(session, who.id)
    note_login(request, who.user.login, who.user, LoginResult.SIGNED_OUT)


def has_other_browser(request: Request, who: SignedIn) -> bool:
    """Whether the user has another browser open."""
    with context_of(request).database.begin() as session:
        return has_browser(session, who.user.id, now(), but=who.id)


def set_session_cookie(request: Request, response: Response, token: str) -> None:
    """Set the session cookie; scripts cannot read it."""
    _, longest = lifetimes(context_of(request).parameters())
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(longest.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )


def is_allowed(user: User) -> bool:
    """Whether an account may be used: it and its role are enabled."""
    return user.enabled and user.role.enabled


def note_login(request: HTTPConnection, login: str, user: User | None, result: LoginResult) -> None:
    """Write a line into the login log."""
    line = Login(now(), login, user.id if user else None, address_of(request), result)
    with context_of(request).database.begin() as session:
        open_sessions.note_login(session, line)
    log.info("sign-in", result=result.value, user=user.id if user else None)


def _notify_of_lock(request: Request, login: str) -> None:
    """Notify a user and those who manage users, once a day, that a login is locked."""
    with context_of(request).database.begin() as session:
        user = store.user_by_login(session, login)
        if user is None:
            return
        sentence = N_(
            "Sign-in as {login} is blocked for a while outside the usual places: too many wrong"
            " passwords from many addresses. The user's page can unblock it."
        )
        once = f"sign-in locked {user.id} {now():%Y-%m-%d}"
        people = {user.id, *holders(session, Right.PEOPLE_MANAGE)}
        values = {"login": user.login}
        notify(session, people, NewNotice(sentence, values, "", NoticeKind.ACCOUNT, once))


def _by_password(request: Request, login: str, password: str) -> User:
    context = context_of(request)
    with context.database.begin() as session:
        user = store.user_by_login(session, login)
    right = is_password(user.password_hash if user else None, password[:1000])
    if user is None or not right:
        note_login(request, login, user, LoginResult.WRONG)
        raise WrongPasswordError
    if not is_allowed(user):
        note_login(request, login, user, LoginResult.DISABLED)
        raise WrongPasswordError(N_("This account is inactive. Ask your administrator."))
    if is_outdated(user.password_hash):
        with context.database.begin() as session:
            user = store.set_password(session, user.id, hash_password(password))
    return user


def _check_code(request: Request, user: User, code: str) -> None:
    context = context_of(request)
    if not code.strip():
        raise SecondFactorError(user)
    with context.database.begin() as session:
        right = second_factor.opens(session, context.settings, user, code, now())
    if not right:
        note_login(request, user.login, user, LoginResult.SECOND_FACTOR_WRONG)
        raise SecondFactorError(user, WRONG_CODE)


def _mark(user: User) -> str:
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


def first_page(user: User) -> str:
    """Give the page that a user starts with."""
    rights = user.role.rights
    if Right.FLOOR_SEE in rights:
        return "/floor"
    return "/desk" if Right.DESK in rights else "/account"


def home_of(request: Request, user: User) -> str:
    """Give a user's home: the set-up's checklist until it is done, else their first page."""
    mine = {step for step, right in STEP_RIGHTS.items() if right in user.role.rights}
    if mine:
        with context_of(request).database.begin() as session:
            state = first_day.state(session)
        if not is_finished({step: found for step, found in state.items() if step in mine}):
            return "/first-day"
    return first_page(user)
