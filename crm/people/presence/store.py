"""Open sessions and the login log, for administrators."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.kernel.text import clean
from crm.people.models import LoginRow, SessionRow, UserRow
from crm.people.person import Login, LoginResult, SessionKind, UserId
from crm.people.sessions.store import notify_ended
from crm.sql.db import in_time_order
from crm.sql.grams import wanted as wanted_pieces
from crm.sql.page import Page, one_page, rows


@dataclass(frozen=True, slots=True)
class LoginFilter:
    """The filter of the login log; an empty field matches all."""

    text: str = ""  # part of the username as typed
    user: int | None = None
    address: str = ""  # its beginning
    result: str = ""
    since: datetime | None = None
    until: datetime | None = None  # not included


@dataclass(frozen=True, slots=True)
class Present:
    """An open session: its user, address and times."""

    id: int
    user: UserId
    name: str
    login: str
    kind: SessionKind
    address: str
    user_agent: str
    created_at: datetime
    seen_at: datetime


def logins(
    session: Session,
    wanted: LoginFilter,
    *,
    newest_first: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Login]:
    """Page through the login log by time."""
    query = in_time_order(
        select(LoginRow), LoginRow.at, LoginRow.id, cursor, newest_first=newest_first
    )
    if text := clean(wanted.text.strip(), 64):
        pieces = sorted(wanted_pieces(text))
        query = query.where(
            LoginRow.grams.contains(pieces), LoginRow.login.icontains(text, autoescape=True)
        )
    if wanted.user is not None:
        query = query.where(LoginRow.user_id == wanted.user)
    if address := clean(wanted.address.strip(), 100):
        query = query.where(LoginRow.address.startswith(address, autoescape=True))
    if wanted.result:
        query = query.where(LoginRow.result == clean(wanted.result, 40))
    if wanted.since is not None:
        query = query.where(LoginRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(LoginRow.at < wanted.until)
    found = session.scalars(query.limit(rows(limit) + 1)).all()
    shown, after = one_page(found, limit, lambda row: (row.at, row.id))
    return Page(tuple(_login(row) for row in shown), after)


def present(
    session: Session, now: datetime, *, user: int | None = None, limit: int = 500
) -> list[Present]:
    """Give the open sessions, the last used first."""
    query = (
        select(SessionRow, UserRow.name, UserRow.login)
        .join(UserRow, UserRow.id == SessionRow.user_id)
        .where(SessionRow.expires_at > now)
        .order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
        .limit(limit)
    )
    if user is not None:
        query = query.where(SessionRow.user_id == user)
    return [
        Present(
            row.id,
            UserId(row.user_id),
            name,
            login,
            SessionKind(row.kind),
            row.address,
            row.user_agent,
            row.created_at,
            row.seen_at,
        )
        for row, name, login in session.execute(query)
    ]


def end_sessions(
    session: Session, *, user: int | None = None, only: int | None = None
) -> list[tuple[int, UserId]]:
    """End one session, or all of a user; give the ended ones with their users."""
    query = delete(SessionRow).returning(SessionRow.id, SessionRow.user_id)
    query = query.where(SessionRow.id == only if only is not None else SessionRow.user_id == user)
    ended = [(id_, UserId(ended_user)) for id_, ended_user in session.execute(query)]
    notify_ended(session, (id_ for id_, _ in ended))
    return ended


def has_browser(session: Session, user: int, now: datetime, but: int | None = None) -> bool:
    """Whether a user has an open session in a browser, besides the one that is named."""
    query = select(SessionRow.id).where(
        SessionRow.user_id == user,
        SessionRow.kind == SessionKind.BROWSER.value,
        SessionRow.expires_at > now,
    )
    if but is not None:
        query = query.where(SessionRow.id != but)
    return session.scalar(query.limit(1)) is not None


def _login(row: LoginRow) -> Login:
    user = UserId(row.user_id) if row.user_id is not None else None
    return Login(row.at, row.login, user, row.address, LoginResult(row.result))
