"""The one-time address for the first administrator, and whether anyone can sign in at all."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.people.models import FirstAdministratorLinkRow, RoleRow, UserRow
from crm.people.person import token_hash
from crm.people.rights import BuiltIn

VALID_FOR = timedelta(hours=24)


def has_administrator(session: Session) -> bool:
    """Whether there is an active administrator."""
    query = exists().where(
        UserRow.role_id == RoleRow.id, RoleRow.key == BuiltIn.ADMINISTRATOR, UserRow.enabled
    )
    return bool(session.scalar(select(query)))


def can_anyone_sign_in(session: Session, *, with_provider: bool) -> bool:
    """Whether an active user has a password, or (`with_provider`) signs in by a provider."""
    query = exists().where(UserRow.role_id == RoleRow.id, UserRow.enabled, RoleRow.enabled)
    if not with_provider:
        query = query.where(UserRow.password_hash != "")
    return bool(session.scalar(select(query)))


def offer_link(session: Session, token: str, at: datetime) -> datetime:
    """Store the token of a new one-time address; older ones end. Give until when it is valid."""
    withdraw_links(session)
    until = at + VALID_FOR
    row = {"token_hash": token_hash(token), "made_at": at, "expires_at": until}
    session.execute(insert(FirstAdministratorLinkRow), [row])
    return until


def is_valid(session: Session, token: str, at: datetime, *, lock: bool = False) -> bool:
    """Whether a one-time address is valid: not expired, not used, and no administrator exists.

    With `lock` no other transaction can use it until this one ends.
    """
    query = select(FirstAdministratorLinkRow.token_hash).where(
        FirstAdministratorLinkRow.token_hash == token_hash(token),
        FirstAdministratorLinkRow.expires_at > at,
    )
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    return found is not None and not has_administrator(session)


def withdraw_links(session: Session) -> None:
    """End every one-time address."""
    session.execute(delete(FirstAdministratorLinkRow))
