"""Who may sign in, who is in, and who came when."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.db import notify
from crm.errors import ConflictError, InvalidError, MissingError
from crm.page import Page, cursor_after, read_cursor, rows
from crm.people.models import LoginRow, SessionRow, UserRow
from crm.people.person import (
    Language,
    Login,
    LoginResult,
    NewSession,
    NewUser,
    Role,
    SessionKind,
    SignedIn,
    User,
    UserId,
    token_hash,
)
from crm.text import clean

LONGEST_LOGIN = 64  # characters, also of what somebody typed by mistake: it may be a password


def user_by_login(session: Session, login: str) -> User | None:
    """Find somebody by his login, in whatever case it was typed; enabled or not."""
    name = func.lower(clean(login.strip(), LONGEST_LOGIN))
    found = session.scalars(select(UserRow).where(func.lower(UserRow.login) == name)).one_or_none()
    return _user(found) if found else None


def user_by_id(session: Session, user: int) -> User:
    """Read somebody; MissingError if there is nobody of this id."""
    return _user(_row(session, user))


def users(session: Session, *, role: Role | None = None, text: str = "") -> list[User]:
    """List people by name, of one role or of all, whose name or login holds a text."""
    query = select(UserRow).order_by(UserRow.name, UserRow.id)
    if role:
        query = query.where(UserRow.role == role)
    if text := clean(text.strip()):
        query = query.where(
            UserRow.name.icontains(text, autoescape=True)
            | UserRow.login.icontains(text, autoescape=True)
        )
    return [_user(row) for row in session.scalars(query)]


def names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Give the names of some people; who does not exist is left out."""
    wanted = set(ids)
    found = select(UserRow.id, UserRow.name).where(UserRow.id.in_(wanted))
    return {row.id: row.name for row in session.execute(found)} if wanted else {}


def add_user(session: Session, new: NewUser) -> User:
    """Add somebody; ConflictError if the login is taken, in whatever case."""
    login = clean(new.login.strip())
    if not login or len(login) > LONGEST_LOGIN or any(letter.isspace() for letter in login):
        raise InvalidError("A login is 1 to 64 characters without spaces.", field="login")
    query = (
        insert(UserRow)
        .values(
            login=login,
            name=_name(new.name),
            role=new.role,
            language=new.language,
            timezone=clean(new.timezone),
            password_hash=new.password_hash,
            enabled=True,
        )
        .on_conflict_do_nothing()
        .returning(UserRow)
    )
    added = session.scalars(query).one_or_none()
    if added is None:
        raise ConflictError("The login “{login}” is taken.", login=login)
    return _user(added)


def change_user(session: Session, user: int, *, name: str, role: Role) -> User:
    """Give somebody another name or role."""
    return _set(session, user, name=_name(name), role=role)


def set_language(session: Session, user: int, language: Language) -> User:
    """Remember the language somebody wants to read."""
    return _set(session, user, language=language)


def set_password(session: Session, user: int, password_hash: str) -> User:
    """Keep the hash of a new password."""
    return _set(session, user, password_hash=password_hash)


def set_enabled(session: Session, user: int, *, enabled: bool) -> User:
    """Let somebody in again, or shut him out at once: his sessions end here."""
    if not enabled:
        close_sessions_of(session, user)
    return _set(session, user, enabled=enabled)


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
    """Find whose token this is; None if nobody's, expired, or of somebody disabled."""
    query = (
        select(SessionRow, UserRow)
        .join(UserRow, UserRow.id == SessionRow.user_id)
        .where(
            SessionRow.token_hash == token_hash(token),
            SessionRow.expires_at > now,
            UserRow.enabled,
        )
    )
    found = session.execute(query).one_or_none()
    return _signed_in(found[0], found[1]) if found else None


def touch(session: Session, opened: int, now: datetime, expires_at: datetime) -> None:
    """Note that a session was used, and when it will end if it is not used again."""
    query = update(SessionRow).where(SessionRow.id == opened)
    session.execute(query.values(seen_at=now, expires_at=expires_at))


def close_session(session: Session, opened: int) -> None:
    """End a session; ending it twice is no harm."""
    session.execute(delete(SessionRow).where(SessionRow.id == opened))


def close_sessions_of(session: Session, user: int, *, but: int | None = None) -> None:
    """End all sessions of somebody, all but one after he changed his own password."""
    query = delete(SessionRow).where(SessionRow.user_id == user)
    session.execute(query if but is None else query.where(SessionRow.id != but))


def forget_expired(session: Session, now: datetime) -> None:
    """Remove sessions that ended by themselves."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))


def note_login(session: Session, login: Login) -> None:
    """Write a line into the login log."""
    session.execute(
        insert(LoginRow).values(
            at=login.at,
            login=clean(login.login, LONGEST_LOGIN),
            user_id=login.user,
            address=clean(login.address, 100),
            result=login.result,
        )
    )


def logins(
    session: Session, *, user: int | None = None, limit: int = 50, cursor: str | None = None
) -> Page[Login]:
    """Page through the login log, newest first."""
    query = select(LoginRow).order_by(LoginRow.at.desc(), LoginRow.id.desc())
    if user is not None:
        query = query.where(LoginRow.user_id == user)
    if cursor:
        at, id_ = read_cursor(cursor)
        if not id_.isdecimal():
            raise InvalidError("This list cannot be continued from here.", field="cursor")
        query = query.where(tuple_(LoginRow.at, LoginRow.id) < tuple_(at, int(id_)))
    found = session.scalars(query.limit(rows(limit) + 1)).all()
    shown = found[: rows(limit)]
    more = len(found) > len(shown)
    return Page(
        tuple(_login(row) for row in shown),
        cursor_after(shown[-1].at, shown[-1].id) if more else None,
    )


def wrong_logins(session: Session, login: str, since: datetime) -> int:
    """Count the failed attempts on one login since a time."""
    query = select(func.count()).where(
        func.lower(LoginRow.login) == func.lower(clean(login, LONGEST_LOGIN)),
        LoginRow.at >= since,
        LoginRow.result == LoginResult.WRONG,
    )
    return session.scalars(query).one()


def _row(session: Session, user: int) -> UserRow:
    found = session.get(UserRow, user)
    if found is None:
        raise MissingError("There is no user {user}.", user=user)
    return found


def _set(session: Session, user: int, **values: object) -> User:
    row = _row(session, user)
    for key, value in values.items():
        setattr(row, key, value)
    session.flush()
    # The engine shows agents by name and rings only whom it may.
    notify(session, f"users:{user}")
    return _user(row)


def _name(name: str) -> str:
    if not (kept := clean(name.strip(), 100)):
        raise InvalidError("A name is needed.", field="name")
    return kept


def _user(row: UserRow) -> User:
    return User(
        id=UserId(row.id),
        login=row.login,
        name=row.name,
        role=Role(row.role),
        language=Language(row.language),
        timezone=row.timezone,
        enabled=row.enabled,
        created_at=row.created_at,
        password_hash=row.password_hash,
    )


def _signed_in(row: SessionRow, user: UserRow) -> SignedIn:
    return SignedIn(
        id=row.id,
        user=_user(user),
        kind=SessionKind(row.kind),
        csrf=row.csrf,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        address=row.address,
        user_agent=row.user_agent,
    )


def _login(row: LoginRow) -> Login:
    user = UserId(row.user_id) if row.user_id is not None else None
    return Login(row.at, row.login, user, row.address, LoginResult(row.result))
