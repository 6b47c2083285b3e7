"""Links for setting a password: made, found, removed.

crm/people/store.py ends a user's links whenever the password is set.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.text import clean
from crm.people.models import PasswordLinkRow, RoleRow, UserRow
from crm.people.person import LoginResult, User, UserId, token_hash
from crm.people.sessions.store import results_from
from crm.people.store import LONGEST_LOGIN, read_user, void_links

GOOD_FOR = timedelta(minutes=30)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """A valid link and its user."""

    id: int
    user: User
    expires_at: datetime


def add_link(session: Session, user: UserId, token: str, at: datetime) -> datetime:
    """Store a user's link by its hash; give until when it is valid.

    Older links end: only the newest mail's link works.
    """
    void_links(session, user)
    until = at + GOOD_FOR
    session.execute(
        insert(PasswordLinkRow).values(
            user_id=user, token_hash=token_hash(token), made_at=at, expires_at=until
        )
    )
    return until


def link_by_token(
    session: Session, token: str, at: datetime, *, lock: bool = False
) -> PasswordLink | None:
    """Find a valid link; None if it is unknown, used, expired, or of a user who may not sign in.

    With `lock` no other transaction can use it.
    """
    query = (
        select(PasswordLinkRow, UserRow, RoleRow)
        .join(UserRow, UserRow.id == PasswordLinkRow.user_id)
        .join(RoleRow, RoleRow.id == UserRow.role_id)
        .where(
            PasswordLinkRow.token_hash == token_hash(token),
            PasswordLinkRow.used_at.is_(None),
            PasswordLinkRow.expires_at > at,
            UserRow.enabled,
            RoleRow.enabled,
        )
    )
    if lock:
        query = query.with_for_update(of=PasswordLinkRow)
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    row, user, role = found
    return PasswordLink(row.id, read_user(user, role), row.expires_at)


def made_since(session: Session, user: int, since: datetime) -> int:
    """Count the links that were made for a user since a time."""
    query = select(func.count()).where(
        PasswordLinkRow.user_id == user, PasswordLinkRow.made_at >= since
    )
    return session.scalars(query).one()


def asked_from(session: Session, address: str, since: datetime, most: int) -> list[datetime]:
    """Give when links were requested from a place, at most `most`, newest first."""
    return results_from(
        session, address, since, (LoginResult.LINK_ASKED, LoginResult.LINK_WRONG), most
    )


def user_to_mail(session: Session, typed: str) -> User | None:
    """Find the user of a typed username or mail address, if mail can reach them.

    A mail address that several users share gives None: they must type their username.
    """
    word = func.lower(clean(typed.strip(), 254))
    query = (
        select(UserRow, RoleRow)
        .join(RoleRow, RoleRow.id == UserRow.role_id)
        .where(
            or_(func.lower(UserRow.login) == word, func.lower(UserRow.email) == word),
            UserRow.enabled,
            RoleRow.enabled,
            UserRow.email != "",
            # A user of an identity provider only has no password.
            UserRow.password_hash != "",
        )
        .order_by(func.lower(UserRow.login) != word)
        .limit(2)
    )
    found = session.execute(query).all()
    if not found:
        return None
    by_login = found[0][0].login.lower() == typed.strip().lower()[:LONGEST_LOGIN]
    return read_user(*found[0]) if by_login or len(found) == 1 else None


def forget_old(session: Session, at: datetime) -> None:
    """Remove links that expired a month ago."""
    session.execute(delete(PasswordLinkRow).where(PasswordLinkRow.expires_at < at - KEPT))
