"""API tokens that users make for programs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, MissingError
from crm.kernel.names import needed_name
from crm.people.models import RoleRow, TokenRow, UserRow
from crm.people.person import SessionKind, SignedIn, UserId, token_hash
from crm.people.rights import Right
from crm.people.store import read_user
from crm.sql.db import notify

NEVER = datetime.min.replace(tzinfo=UTC)
MOST_TOKENS = 50  # of one user that are not revoked


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it, without the token itself."""

    id: int
    user: UserId
    name: str
    hint: str
    rights: frozenset[Right]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token to be added; only its hash and its last letters are stored."""

    token: str = field(repr=False)
    user: UserId
    name: str
    rights: frozenset[Right]
    expires_at: datetime | None


def signed_in_by_token(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Find the user of a token; None if unknown, expired, revoked, or of a disabled user."""
    query = (
        select(TokenRow, UserRow, RoleRow)
        .join(UserRow, UserRow.id == TokenRow.user_id)
        .join(RoleRow, RoleRow.id == UserRow.role_id)
        .where(
            TokenRow.token_hash == token_hash(token),
            TokenRow.revoked_at.is_(None),
            or_(TokenRow.expires_at.is_(None), TokenRow.expires_at > now),
            UserRow.enabled,
            RoleRow.enabled,
        )
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    row, user, role = found
    return SignedIn(
        id=-row.id,  # negative, so that it is never the id of a session
        user=read_user(user, role),
        kind=SessionKind.TOKEN,
        csrf="",
        created_at=row.created_at,
        seen_at=row.used_at or NEVER,
        expires_at=row.expires_at or datetime.max.replace(tzinfo=now.tzinfo),
        address="",
        user_agent="",
        only=_rights(row.rights),
    )


def add_token(session: Session, new: NewToken) -> Token:
    """Store a new token; InvalidError without a name, ConflictError if the user has too many."""
    name = needed_name(new.name, 100)
    living = select(func.count()).where(TokenRow.user_id == new.user, TokenRow.revoked_at.is_(None))
    if session.scalars(living).one() >= MOST_TOKENS:
        raise ConflictError("You already have {most} tokens. Revoke one first.", most=MOST_TOKENS)
    added = insert(TokenRow).values(
        user_id=new.user,
        name=name,
        token_hash=token_hash(new.token),
        hint=new.token[-4:],
        rights=sorted(right.value for right in new.rights),
        expires_at=new.expires_at,
    )
    return _token(session.scalars(added.returning(TokenRow)).one())


def tokens_of(session: Session, user: int) -> list[Token]:
    """Give a user's tokens that are not revoked, newest first; expired ones too."""
    query = select(TokenRow).where(TokenRow.user_id == user, TokenRow.revoked_at.is_(None))
    return [_token(row) for row in session.scalars(query.order_by(TokenRow.id.desc()))]


def revoke_token(session: Session, user: int, token: int, at: datetime) -> Token:
    """Revoke a token of a user; MissingError if they have none with this id."""
    query = update(TokenRow).where(
        TokenRow.id == token, TokenRow.user_id == user, TokenRow.revoked_at.is_(None)
    )
    revoked = session.scalars(query.values(revoked_at=at).returning(TokenRow)).one_or_none()
    if revoked is None:
        raise MissingError("There is no such token.")
    notify(session, f"api_tokens:{token}")  # its live streams end
    return _token(revoked)


def touch_token(session: Session, token: int, at: datetime) -> None:
    """Store that a token was used."""
    session.execute(update(TokenRow).where(TokenRow.id == token).values(used_at=at))


def _rights(kept: Iterable[str]) -> frozenset[Right]:
    known = set(Right)
    return frozenset(Right(right) for right in kept if right in known)


def _token(row: TokenRow) -> Token:
    return Token(
        id=row.id,
        user=UserId(row.user_id),
        name=row.name,
        hint=row.hint,
        rights=_rights(row.rights),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
