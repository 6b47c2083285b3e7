"""A user's second factor and identity provider, and the profile that users edit themselves."""

from dataclasses import dataclass, field

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError
from crm.kernel.text import clean
from crm.people.models import UserRow
from crm.people.person import Language, User
from crm.people.store import named, user_by_id
from crm.sql.db import notify

LONGEST_SUBJECT = 500  # characters; OpenID Connect allows 255 for the subject alone
LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A user's authenticator app; the key of the encrypted secret is not in the database."""

    secret: str = field(repr=False)
    codes_left: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What a user sets about themselves."""

    name: str
    email: str
    language: Language
    timezone: str


def second_factor(session: Session, user: int) -> SecondFactor | None:
    """Read a user's second factor; None if there is none."""
    columns = select(UserRow.totp_secret, UserRow.recovery_codes).where(UserRow.id == user)
    found = session.execute(columns).one_or_none()
    if found is None or found.totp_secret is None:
        return None
    return SecondFactor(found.totp_secret, len(found.recovery_codes))


def set_second_factor(
    session: Session, user: int, secret: str, step: int, recovery_codes: list[str]
) -> None:
    """Store an encrypted secret, the time step of its first code, and hashes of recovery codes.

    ConflictError if there is one already: two open pages must not overwrite each other's.
    """
    values = {"totp_secret": secret, "totp_step": step, "recovery_codes": recovery_codes}
    query = update(UserRow).where(UserRow.id == user, UserRow.totp_secret.is_(None))
    if session.scalars(query.values(values).returning(UserRow.id)).one_or_none() is None:
        raise ConflictError("Two-factor authentication is already set up.")


def set_recovery_codes(session: Session, user: int, recovery_codes: list[str]) -> None:
    """Replace the hashes of the recovery codes."""
    query = update(UserRow).where(UserRow.id == user, UserRow.totp_secret.is_not(None))
    session.execute(query.values(recovery_codes=recovery_codes))


def forget_second_factor(session: Session, user: int) -> None:
    """Remove a user's second factor: the password alone is enough again."""
    query = update(UserRow).where(UserRow.id == user)
    session.execute(query.values(totp_secret=None, totp_step=None, recovery_codes=[]))


def use_step(session: Session, user: int, step: int) -> bool:
    """Use the code of a time step; False if it, or a later one, was used before (RFC 6238, 5.2)."""
    query = update(UserRow).where(
        UserRow.id == user,
        UserRow.totp_secret.is_not(None),
        or_(UserRow.totp_step.is_(None), UserRow.totp_step < step),
    )
    used = session.scalars(query.values(totp_step=step).returning(UserRow.id))
    return used.one_or_none() is not None


def use_recovery_code(session: Session, user: int, code_hash: str) -> bool:
    """Use up a recovery code; False if there is none with this hash."""
    codes = select(UserRow.recovery_codes).where(UserRow.id == user)
    kept = session.scalars(codes.with_for_update()).one_or_none()
    if not kept or code_hash not in kept:
        return False
    left = [one for one in kept if one != code_hash]
    session.execute(update(UserRow).where(UserRow.id == user).values(recovery_codes=left))
    return True


def user_by_subject(session: Session, subject: str) -> User | None:
    """Find the user of an identity provider's subject; None before their first sign-in with it."""
    query = select(UserRow.id).where(UserRow.oidc_subject == clean(subject, LONGEST_SUBJECT))
    found = session.scalars(query).one_or_none()
    return user_by_id(session, found) if found is not None else None


def bind_subject(session: Session, user: int, subject: str) -> User:
    """Link a user to a provider's subject; ConflictError if the user already has one."""
    query = update(UserRow).where(UserRow.id == user, UserRow.oidc_subject.is_(None))
    bound = query.values(oidc_subject=clean(subject, LONGEST_SUBJECT)).returning(UserRow.id)
    if session.scalars(bound).one_or_none() is None:
        raise ConflictError("This account belongs to another person at the identity provider.")
    return user_by_id(session, user)


def change_profile(session: Session, user: int, profile: Profile) -> User:
    """Change a user's profile; InvalidError names the field that is not valid."""
    values = {
        **named(profile.name),
        "email": checked_email(profile.email),
        "language": profile.language,
        "timezone": clean(profile.timezone, 64),
    }
    session.execute(update(UserRow).where(UserRow.id == user).values(values))
    notify(session, f"users:{user}")  # the engine shows agents by name
    return user_by_id(session, user)


def checked_email(text: str) -> str:
    """Give a mail address in its stored form; InvalidError if it is not valid."""
    email = clean(text.strip(), LONGEST_EMAIL + 1)
    here, at, there = email.rpartition("@")
    whole = bool(at and here and "." in there.strip(".")) and email.isprintable()
    if email and (not whole or " " in email or len(email) > LONGEST_EMAIL):
        raise InvalidError("Enter a valid email address.", field="email")
    return email
