"""Users: accounts, their passwords and languages."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, MissingError, TakenError
from crm.kernel.names import comparable, is_shown, needed_name, sort_key, spellings
from crm.kernel.text import clean
from crm.people.models import PasswordLinkRow, RoleRow, SessionRow, UserRow
from crm.people.person import Language, NewUser, User, UserDraft, UserId
from crm.people.rights import BuiltIn, RoleId
from crm.people.roles.store import read_role, role_id
from crm.sql.db import notify

LONGEST_LOGIN = 64  # characters; also cuts a password typed here by mistake
_NAMES = select(UserRow.id, UserRow.name).where(UserRow.id.in_(bindparam("ids", expanding=True)))


def user_by_login(session: Session, login: str) -> User | None:
    """Find a user by username, in any case; enabled or not."""
    name = func.lower(clean(login.strip(), LONGEST_LOGIN))
    found = session.execute(_people().where(func.lower(UserRow.login) == name)).one_or_none()
    return read_user(found[0], found[1]) if found else None


def user_by_id(session: Session, user: int) -> User:
    """Read a user; MissingError if there is none with this id."""
    found = session.execute(_people().where(UserRow.id == user)).one_or_none()
    if found is None:
        raise MissingError("There is no user {user}.", user=user)
    return read_user(found[0], found[1])


def user_to_change(session: Session, user: int) -> User:
    """Read a user and lock them against changes until this transaction ends."""
    session.execute(select(UserRow.id).where(UserRow.id == user).with_for_update())
    return user_by_id(session, user)


def users(session: Session, *, role: BuiltIn | RoleId | None = None, text: str = "") -> list[User]:
    """List users by name: of one role or all, whose name or username contains a text."""
    query = _people().order_by(UserRow.name_key, UserRow.id)
    if role is not None:
        query = query.where(UserRow.role_id == role_id(session, role))
    if text := clean(text.strip()):
        query = query.where(or_(of_name(text), UserRow.login.icontains(text, autoescape=True)))
    return [read_user(found[0], found[1]) for found in session.execute(query)]


def of_name(text: str) -> ColumnElement[bool]:
    """Make the condition that each word of a text is a part of some spelling of the name."""
    words = comparable(text).split()
    parts = (UserRow.name_spellings.contains(word, autoescape=True) for word in words)
    return and_(*parts) if words else false()


def names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Give the names of some users; unknown ones are left out."""
    wanted = set(ids)
    found = session.execute(_NAMES, {"ids": list(wanted)}) if wanted else ()
    return {row.id: row.name for row in found}


def add_user(session: Session, new: NewUser) -> User:
    """Add a user; TakenError if the username is taken, in any case."""
    login = _login(new.login)
    query = (
        insert(UserRow)
        .values(
            login=login,
            **named(new.name),
            role_id=role_id(session, new.role),
            language=new.language,
            timezone=clean(new.timezone),
            password_hash=new.password_hash,
            email=clean(new.email.strip(), 254),
            must_change_password=new.must_change_password,
            enabled=True,
        )
        .on_conflict_do_nothing()
        .returning(UserRow.id)
    )
    added = session.scalars(query).one_or_none()
    if added is None:
        raise TakenError("The username “{login}” is already in use.", "login", login=login)
    return user_by_id(session, added)


def change_user(session: Session, user: int, draft: UserDraft) -> User:
    """Change a user; TakenError if the username is another user's.

    ConflictError if the last administrator who may sign in would no longer be one.
    """
    login, role = _login(draft.login), role_id(session, draft.role)
    before = user_by_id(session, user)
    if before.role.key == BuiltIn.ADMINISTRATOR and role != before.role.id and before.enabled:
        _check_another_administrator(session, user)
    try:
        with session.begin_nested():
            return _set(
                session,
                user,
                login=login,
                **named(draft.name),
                role_id=role,
                email=clean(draft.email.strip(), 254),
                language=draft.language,
                timezone=clean(draft.timezone),
            )
    except IntegrityError:
        raise TakenError(
            "The username “{login}” is already in use.", "login", login=login
        ) from None


def set_role(session: Session, user: int, role: BuiltIn | RoleId) -> User:
    """Give a user another role; ConflictError for the last administrator."""
    old = user_by_id(session, user)
    return change_user(
        session,
        user,
        UserDraft(old.login, old.name, role, old.email, old.language, old.timezone),
    )


def set_language(session: Session, user: int, language: Language) -> User:
    """Store the language of a user."""
    return _set(session, user, language=language)


def set_password(
    session: Session, user: int, password_hash: str, at: datetime | None = None
) -> User:
    """Store the hash of a password.

    `at` is given when the user chose it, not when it was only hashed again.
    """
    if at is None:
        return _set(session, user, password_hash=password_hash)
    void_links(session, user)
    return _set(
        session,
        user,
        password_hash=password_hash,
        password_changed_at=at,
        must_change_password=False,
    )


def give_password(session: Session, user: int, password_hash: str) -> User:
    """Store the hash of a password that another user made; it must be changed at the next use."""
    void_links(session, user)
    return _set(session, user, password_hash=password_hash, must_change_password=True)


def void_links(session: Session, user: int) -> None:
    """End all password links that were mailed to a user."""
    session.execute(
        update(PasswordLinkRow)
        .where(PasswordLinkRow.user_id == user, PasswordLinkRow.used_at.is_(None))
        .values(used_at=func.clock_timestamp())
    )


def forget_second_factor(session: Session, user: int) -> User:
    """Remove a user's second factor, e.g. after their phone was lost."""
    return _set(session, user, totp_secret=None, totp_step=None, recovery_codes=[])


def set_enabled(session: Session, user: int, *, enabled: bool) -> User:
    """Enable a user, or disable them: their sessions end at once.

    ConflictError for the last administrator who may sign in.
    """
    if not enabled:
        if user_by_id(session, user).role.key == BuiltIn.ADMINISTRATOR:
            _check_another_administrator(session, user)
        session.execute(delete(SessionRow).where(SessionRow.user_id == user))
    return _set(session, user, enabled=enabled)


def lock_out(session: Session, users: Iterable[UserId]) -> None:
    """Disable users and remove their passwords; their sessions end. Also the last administrator."""
    for user in users:
        session.execute(delete(SessionRow).where(SessionRow.user_id == user))
        _set(session, user, enabled=False, password_hash="")


def read_user(row: UserRow, role: RoleRow) -> User:
    """Make a user from the rows of user and role."""
    return User(
        id=UserId(row.id),
        login=row.login,
        name=row.name,
        role=read_role(role),
        language=Language(row.language),
        timezone=row.timezone,
        enabled=row.enabled,
        created_at=row.created_at,
        password_hash=row.password_hash,
        email=row.email,
        must_change_password=row.must_change_password,
        password_changed_at=row.password_changed_at,
        totp=row.totp_secret is not None,
        by_provider=row.oidc_subject is not None,
    )


def _people() -> Select[UserRow, RoleRow]:
    query = select(UserRow, RoleRow).join(RoleRow, RoleRow.id == UserRow.role_id)
    return query.execution_options(populate_existing=True)


def _set(session: Session, user: int, **values: object) -> User:
    changed = update(UserRow).where(UserRow.id == user).values(**values).returning(UserRow.id)
    if session.scalars(changed).one_or_none() is None:
        raise MissingError("There is no user {user}.", user=user)
    # The engine shows agents by name and calls only enabled ones.
    notify(session, f"users:{user}")
    return user_by_id(session, user)


def _check_another_administrator(session: Session, user: int) -> None:
    # Two administrators might disable each other at once: the second waits here and then sees it.
    administrators = session.scalars(
        select(RoleRow.id).where(RoleRow.key == BuiltIn.ADMINISTRATOR).with_for_update()
    ).one()
    another = exists().where(UserRow.role_id == administrators, UserRow.enabled, UserRow.id != user)
    if not session.scalar(select(another)):
        raise ConflictError("This is the last administrator who can sign in.")


def _login(login: str) -> str:
    kept = clean(login.strip(), LONGEST_LOGIN + 1)
    # Nor has it characters that show nothing: two logins would look alike.
    shown = all(is_shown(letter) and not letter.isspace() for letter in kept)
    if not kept or len(kept) > LONGEST_LOGIN or not shown:
        raise InvalidError("A username is 1 to 64 characters without spaces.", field="login")
    return kept


def named(name: str) -> dict[str, str]:
    """Give the columns of a user's name; InvalidError for one that shows nothing."""
    kept = needed_name(name, 100)
    return {"name": kept, "name_key": sort_key(kept), "name_spellings": "\n".join(spellings(kept))}
