"""Changes of one's own account: profile, password, second factor, sessions, tokens."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from anyio.from_thread import run_sync
from fastapi import Request

from crm.kernel.errors import InvalidError, RefusedError
from crm.people.access import store
from crm.people.access.store import Profile
from crm.people.person import LoginResult, SignedIn, User
from crm.people.rights import Right
from crm.people.sessions import store as open_sessions
from crm.people.store import set_password, user_to_change
from crm.people.tokens import store as tokens
from crm.people.tokens.store import NewToken, Token
from web.account.shapes import NewTokenBody
from web.kit import second_factor
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.passwords import check_new, check_other, hash_password, is_password
from web.kit.request import context_of
from web.kit.sealing import seal, unseal
from web.kit.zones import zones
from web.live.context import live_of
from web.notices.notifying import warn_old_address
from web.sign_in.actions import WRONG_CODE, attempt, note_login

TOKEN_PREFIX = "hl_"  # noqa: S105 - noqa: S105 - marks a lost token as one of ours
SET_UP = timedelta(minutes=15)
_SET_UP = "second factor being set up"


def change_profile(
    request: Request, who: SignedIn, wanted: Callable[[User], Profile], present: str
) -> User:
    """Change one's own profile; `wanted` makes the new profile from the present one.

    Another e-mail address needs the present password, since it receives links to a new one.
    """
    if wanted(who.user).email != who.user.email:
        if not who.user.password_hash:
            raise InvalidError("Ask an administrator to change your email address.", field="email")
        check_present(request, who, present)
    with context_of(request).database.begin() as session:
        before = user_to_change(session, who.user.id)
        profile = wanted(before)
        if profile.timezone and profile.timezone not in zones():
            raise InvalidError(
                "“{zone}” is not a time zone.", field="timezone", zone=profile.timezone[:50]
            )
        if profile.email != before.email:
            warn_old_address(session, who, before)
        changed = store.change_profile(session, who.user.id, profile)
        values = _profile(before), _profile(changed)
        note(session, request, who, "account.changed", "users", who.user.id, *values)
    return changed


def change_password(request: Request, who: SignedIn, present: str, new: str) -> None:
    """Set a new password; every other session of the user ends.

    InvalidError names the field: `present` or `new`. TooManyError after many wrong ones.
    """
    context = context_of(request)
    check_present(request, who, present)
    check_new(new, who.user, context.parameters().number("password_least"))
    check_other(new, who.user)
    hashed = hash_password(new)
    with context.database.begin() as session:
        set_password(session, who.user.id, hashed, now())
        ended = open_sessions.close_sessions_of(session, who.user.id, but=who.id)
        note(session, request, who, "password.changed", "users", who.user.id)
    _close_live_pages(request, who, ended)


def check_present(request: Request, who: SignedIn, present: str) -> None:
    """Require the present password: a person who finds a page left open does not know it."""
    with attempt(request, who.user.login):
        if not is_password(who.user.password_hash, present[:1000]):
            note_login(request, who.user.login, who.user, LoginResult.WRONG)
            raise InvalidError("This is not your current password.", field="present")


def begin_second_factor(request: Request, who: SignedIn) -> tuple[str, str]:
    """Make a secret, also in sealed form, which must come back with the first code."""
    secret = second_factor.new_secret()
    values: dict[str, str | int] = {"secret": secret, "user": who.user.id}
    return secret, seal(context_of(request).settings, _SET_UP, values, now())


def secret_of(request: Request, who: SignedIn, sealed: str) -> str:
    """Open a secret that is being set up; RefusedError if it is too old."""
    values = unseal(context_of(request).settings, _SET_UP, sealed, now(), SET_UP)
    if values is None or values["user"] != who.user.id:
        raise RefusedError("This page has expired. Reload it and try again.")
    return str(values["secret"])


def finish_second_factor(request: Request, who: SignedIn, secret: str, code: str) -> list[str]:
    """Store the secret if the authenticator shows its code; gives the recovery codes."""
    context = context_of(request)
    step = second_factor.step_of(secret, code, now())
    if step is None:
        raise InvalidError(WRONG_CODE, field="code")
    with context.database.begin() as session:
        codes = second_factor.set_up(session, context.settings, who.user, secret, step)
        note(session, request, who, "second_factor.enabled", "users", who.user.id)
    return codes


def end_second_factor(request: Request, who: SignedIn, present: str) -> None:
    """Remove the second factor, unless the site requires one."""
    context = context_of(request)
    check_present(request, who, present)
    if second_factor.is_forced(context.parameters(), who.user):
        raise RefusedError(
            "Your account requires two-factor authentication. An administrator can reset it."
        )
    with context.database.begin() as session:
        store.forget_second_factor(session, who.user.id)
        note(session, request, who, "second_factor.disabled", "users", who.user.id)


def renew_recovery_codes(request: Request, who: SignedIn, present: str) -> list[str]:
    """Give new recovery codes in place of the old ones."""
    context = context_of(request)
    check_present(request, who, present)
    if not who.user.totp:
        raise RefusedError("Two-factor authentication is not set up.")
    with context.database.begin() as session:
        codes = second_factor.renew_codes(session, context.settings, who.user)
        note(session, request, who, "recovery_codes.renewed", "users", who.user.id)
    return codes


def end_session(request: Request, who: SignedIn, opened: int) -> None:
    """End one of one's own sessions; its live pages close at once."""
    with context_of(request).database.begin() as session:
        open_sessions.close_session_of(session, who.user.id, opened)
        note(session, request, who, "session.ended", "sessions", opened)
    _close_live_pages(request, who, [opened])


def end_other_sessions(request: Request, who: SignedIn) -> int:
    """End all of one's own sessions except this one; give their number."""
    with context_of(request).database.begin() as session:
        ended = open_sessions.close_sessions_of(session, who.user.id, but=who.id)
        for opened in ended:
            note(session, request, who, "session.ended", "sessions", opened)
    _close_live_pages(request, who, ended)
    return len(ended)


def make_token(request: Request, who: SignedIn, wish: NewTokenBody) -> tuple[str, Token]:
    """Make a token with some of one's own rights; it is shown only once."""
    rights = _own_rights(who, wish.rights)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires_at = now() + timedelta(days=wish.days) if wish.days else None
    with context_of(request).database.begin() as session:
        made = tokens.add_token(
            session, NewToken(token, who.user.id, wish.name, rights, expires_at)
        )
        note(session, request, who, "token.made", "api_tokens", made.id, after=_noted(made))
    return token, made


def revoke_token(request: Request, who: SignedIn, token: int) -> None:
    """Revoke one of one's own tokens."""
    with context_of(request).database.begin() as session:
        revoked = tokens.revoke_token(session, who.user.id, token, now())
        note(session, request, who, "token.revoked", "api_tokens", token, before=_noted(revoked))


def _profile(user: User) -> dict[str, str]:
    return {
        "name": user.name,
        "email": user.email,
        "language": str(user.language),
        "timezone": user.timezone,
    }


def _own_rights(who: SignedIn, wanted: Sequence[Right]) -> frozenset[Right]:
    # Tokens are made in browser sessions only, so no token needs this right.
    if not set(wanted) <= who.rights.keys() - {Right.TOKENS_MAKE}:
        raise InvalidError(N_("You can grant only permissions that you have."), "rights")
    return frozenset(wanted)


def _noted(token: Token) -> dict[str, object]:
    return {
        "name": token.name,
        "rights": sorted(right.value for right in token.rights),
        "expires_at": token.expires_at,
    }


def _close_live_pages(request: Request, who: SignedIn, ended: Iterable[int]) -> None:
    """Close the live pages of ended sessions; called in a thread."""
    sockets = live_of(request).sockets
    for opened in ended:
        note_login(request, who.user.login, who.user, LoginResult.SESSION_ENDED)
        run_sync(sockets.end, opened)
