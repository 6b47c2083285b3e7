"""Sessions, and the login log."""

from collections.abc import Iterable
from datetime import datetime
from itertools import takewhile

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.kernel.network import beginning_of, network_of
from crm.kernel.text import clean
from crm.people.models import LoginRow, RoleRow, SessionRow, UserRow
from crm.people.person import (
    Login,
    LoginResult,
    NewSession,
    SessionKind,
    SignedIn,
    token_hash,
)
from crm.people.store import LONGEST_LOGIN, read_user
from crm.sql.db import notify
from crm.sql.grams import grams

_FAILED = (LoginResult.WRONG, LoginResult.SECOND_FACTOR_WRONG)
_MOST_READ = 1000  # rows of which those of one place are counted


# Used at every request, so built once.
_BY_TOKEN = (
    select(SessionRow, UserRow, RoleRow)
    .join(UserRow, UserRow.id == SessionRow.user_id)
    .join(RoleRow, RoleRow.id == UserRow.role_id)
    .where(
        SessionRow.token_hash == bindparam("hash"),
        SessionRow.expires_at > bindparam("now"),
        UserRow.enabled,
        RoleRow.enabled,
    )
)


def open_session(session: Session, new: NewSession) -> int:
    """Open a session and give its id."""
    opened = insert(SessionRow).values(
        token_hash=token_hash(new.token),
        user_id=new.user,
        kind=new.kind,
        csrf=new.csrf,
        created_at=new.created_at,
        seen_at=new.created_at,
        expires_at=new.expires_at,
        address=clean(new.address, 100),
        user_agent=clean(new.user_agent, 300),
    )
    return session.scalars(opened.returning(SessionRow.id)).one()


def session_by_token(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Find the session of a token; None if unknown, expired, or of a disabled user or role."""
    asked = {"hash": token_hash(token), "now": now}
    found = session.execute(_BY_TOKEN, asked).one_or_none()
    return _signed_in(*found) if found else None


def touch(session: Session, opened: int, now: datetime, expires_at: datetime) -> None:
    """Store that a session was used, and when it ends if it is not used again."""
    query = update(SessionRow).where(SessionRow.id == opened)
    session.execute(query.values(seen_at=now, expires_at=expires_at))


def close_session(session: Session, opened: int) -> None:
    """End a session; ending it twice does no harm."""
    session.execute(delete(SessionRow).where(SessionRow.id == opened))
    notify_ended(session, [opened])


def close_sessions_of(session: Session, user: int, *, but: int | None = None) -> list[int]:
    """End all sessions of a user, except `but` after they changed their own password.

    Gives the ids of the ended sessions, so that their live pages can be closed.
    """
    query = delete(SessionRow).where(SessionRow.user_id == user).returning(SessionRow.id)
    if but is not None:
        query = query.where(SessionRow.id != but)
    ended = list(session.scalars(query))
    notify_ended(session, ended)
    return ended


def sessions_of(session: Session, user: int, now: datetime) -> list[SignedIn]:
    """Give the open sessions of a user, the last used first."""
    query = (
        select(SessionRow, UserRow, RoleRow)
        .join(UserRow, UserRow.id == SessionRow.user_id)
        .join(RoleRow, RoleRow.id == UserRow.role_id)
        .where(SessionRow.user_id == user, SessionRow.expires_at > now)
        .order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
    )
    return [_signed_in(*found) for found in session.execute(query)]


def close_session_of(session: Session, user: int, opened: int) -> None:
    """End one session of a user; MissingError if it is not theirs, or over."""
    query = delete(SessionRow).where(SessionRow.id == opened, SessionRow.user_id == user)
    if session.scalars(query.returning(SessionRow.id)).one_or_none() is None:
        raise MissingError("There is no such session.")
    notify_ended(session, [opened])


def notify_ended(session: Session, ended: Iterable[int]) -> None:
    """Notify the web processes that sessions ended, so that live pages close at once."""
    for id_ in ended:
        notify(session, f"sessions:{id_}")


def forget_expired(session: Session, now: datetime) -> None:
    """Remove expired sessions."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))


def note_login(session: Session, login: Login) -> None:
    """Write an entry into the login log."""
    session.execute(
        insert(LoginRow).values(
            at=login.at,
            login=clean(login.login, LONGEST_LOGIN),
            user_id=login.user,
            address=clean(login.address, 100),
            result=login.result,
            grams=sorted(grams(clean(login.login, LONGEST_LOGIN))),
        )
    )


def wrong_logins(session: Session, login: str, since: datetime) -> int:
    """Count the failed attempts with a username since a time."""
    query = select(func.count()).where(
        func.lower(LoginRow.login) == func.lower(clean(login, LONGEST_LOGIN)),
        LoginRow.at >= since,
        LoginRow.result == LoginResult.WRONG,
    )
    return session.scalars(query).one()


def failures_here(
    session: Session, login: str, address: str, since: datetime, most: int
) -> list[datetime]:
    """Give when attempts with a username from a place failed, at most `most`, newest first.

    Failures before a successful sign-in from there, or before an administrator unblocked the
    username, do not count.
    """
    query = (
        select(LoginRow.at, LoginRow.result, LoginRow.address)
        .where(*_attempts(login, since))
        .where(or_(_near(address), LoginRow.result == LoginResult.UNLOCKED))
        .where(LoginRow.result.in_((*_FAILED, LoginResult.SIGNED_IN, LoginResult.UNLOCKED)))
        .order_by(LoginRow.at.desc(), LoginRow.id.desc())
        .limit(_MOST_READ)
    )
    place = network_of(address)
    found = (
        row
        for row in session.execute(query)
        if row.result == LoginResult.UNLOCKED or network_of(row.address) == place
    )
    return [row.at for row in takewhile(lambda row: row.result in _FAILED, found)][:most]


def failures_on(session: Session, login: str, since: datetime, most: int) -> list[datetime]:
    """Give when attempts with a username failed, from anywhere, at most `most`, newest first.

    Failures before an administrator unblocked the username do not count.
    """
    query = (
        select(LoginRow.at, LoginRow.result)
        .where(*_attempts(login, since))
        .where(LoginRow.result.in_((*_FAILED, LoginResult.UNLOCKED)))
        .order_by(LoginRow.at.desc(), LoginRow.id.desc())
        .limit(most)
    )
    found = session.execute(query)
    return [row.at for row in takewhile(lambda row: row.result in _FAILED, found)]


def failures_from(session: Session, address: str, since: datetime, most: int) -> list[datetime]:
    """Give when attempts from a place failed, any username, at most `most`, newest first."""
    return results_from(session, address, since, _FAILED, most)


def results_from(
    session: Session, address: str, since: datetime, results: Iterable[LoginResult], most: int
) -> list[datetime]:
    """Give when attempts from a place had one of these results, at most `most`, newest first."""
    query = (
        select(LoginRow.at, LoginRow.address)
        .where(LoginRow.at >= since, _near(address), LoginRow.result.in_(results))
        .order_by(LoginRow.at.desc())
        .limit(_MOST_READ)
    )
    place = network_of(address)
    return [row.at for row in session.execute(query) if network_of(row.address) == place][:most]


def came_from(session: Session, login: str, address: str, since: datetime) -> bool:
    """Whether this username has signed in from this place since a time."""
    query = select(LoginRow.address).where(
        *_attempts(login, since), _near(address), LoginRow.result == LoginResult.SIGNED_IN
    )
    place = network_of(address)
    found = session.scalars(query.distinct().limit(_MOST_READ))
    return any(network_of(one) == place for one in found)


def was_unlocked(session: Session, login: str, since: datetime) -> bool:
    """Whether an administrator has unblocked this username since a time."""
    query = select(LoginRow.id).where(
        *_attempts(login, since), LoginRow.result == LoginResult.UNLOCKED
    )
    return session.scalars(query.limit(1)).one_or_none() is not None


def _near(address: str) -> ColumnElement[bool]:
    """Match an address and, for IPv6, all that begin like its network; `network_of` decides."""
    beginning = beginning_of(clean(address, 100))
    if ":" not in address:
        return LoginRow.address == beginning
    return LoginRow.address.startswith(beginning, autoescape=True)


def _attempts(login: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    name = func.lower(clean(login, LONGEST_LOGIN))
    return func.lower(LoginRow.login) == name, LoginRow.at >= since


def _signed_in(row: SessionRow, user: UserRow, role: RoleRow) -> SignedIn:
    return SignedIn(
        id=row.id,
        user=read_user(user, role),
        kind=SessionKind(row.kind),
        csrf=row.csrf,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        address=row.address,
        user_agent=row.user_agent,
    )
