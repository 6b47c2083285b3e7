"""The command `hotline administrator LOGIN`: make an administrator from the shell."""

import getpass
import secrets
import sys

from sqlalchemy.orm import Session

from crm.audit.entry import AuditEntry
from crm.audit.store import note
from crm.parameters.store import parameters
from crm.people import store
from crm.people.first_administrator.store import has_administrator
from crm.people.links.store import GOOD_FOR, add_link
from crm.people.person import NewUser, User
from crm.people.rights import BuiltIn
from crm.people.sessions.store import close_sessions_of
from crm.sql import db
from web.kit.clock import now
from web.kit.passwords import check_new, hash_password
from web.kit.settings import Settings
from web.ops.backup import database_running
from web.ops.first_administrator import begin_set_up
from web.ops.setup.steps import SetupError


def command(settings: Settings, login: str, name: str, *, link: bool) -> int:
    """Make a user an administrator, or add one, and give them a way to sign in.

    On a terminal the password is asked for; otherwise, or with `link`, a one-time link for choosing
    one is printed.
    """
    password = "" if link or not sys.stdin.isatty() else _asked()
    with database_running(settings):
        if not db.is_current(settings.database_url):
            raise SetupError("The database has no tables of this version yet: run bin/up first.")
        address = make_administrator(settings, login, name, password)
    if address:
        minutes = int(GOOD_FOR.total_seconds() // 60)
        sys.stdout.write(f"  Choose a password within {minutes} minutes: {address}\n")
    else:
        sys.stdout.write(f"  {login} is an administrator. Sign in at {settings.address}\n")
    return 0


def make_administrator(settings: Settings, login: str, name: str, password: str) -> str:
    """Make an administrator with a password; without one give the link for choosing it.

    A user who exists gets the role, is activated, and their sessions end. InvalidError for a bad
    login or password.
    """
    engine = db.connect(settings.database_url, pool_size=1, statement_timeout_ms=10_000)
    try:
        with db.sessions(engine).begin() as session:
            first = not has_administrator(session)
            user = _administrator(session, login, name)
            if first:
                begin_set_up(session)
            at = now()
            note(session, AuditEntry(at, user.id, "administrator.made", "users", str(user.id)))
            if not password:
                token = secrets.token_urlsafe(32)
                add_link(session, user.id, token, at)
                return f"{settings.address.rstrip('/')}/set-password/{token}"
            check_new(password, user, parameters(session).number("password_least"))
            store.set_password(session, user.id, hash_password(password), at)
            return ""
    finally:
        engine.dispose()


def _administrator(session: Session, login: str, name: str) -> User:
    known = store.user_by_login(session, login)
    if known is None:
        new = NewUser(login, name or login, BuiltIn.ADMINISTRATOR, password_hash="")
        return store.add_user(session, new)
    store.set_role(session, known.id, BuiltIn.ADMINISTRATOR)
    close_sessions_of(session, known.id)
    return store.set_enabled(session, known.id, enabled=True)


def _asked() -> str:
    """Ask twice for a password on the terminal, without echo."""
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise SetupError("The two passwords are not the same.")
    if not password:
        raise SetupError("A password is needed; with --link a one-time link is printed instead.")
    return password
