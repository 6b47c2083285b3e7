"""Links by mail for setting a new password, requested by the user or sent by an administrator.

The answer to a request is the same, in the same time, whether or not the account exists: the
account is looked up only after the answer.
"""

import secrets
from datetime import datetime, timedelta

import structlog
from anyio.from_thread import run_sync
from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError, RefusedError
from crm.mail import store as outbox
from crm.mail.mail import MailKind, NewMail, is_address, server_is_named
from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify
from crm.people.links import store
from crm.people.person import Login, LoginResult, User
from crm.people.sessions import store as open_sessions
from crm.people.store import set_password
from web.kit.clock import now
from web.kit.context import AppContext
from web.kit.errors import TooManyError
from web.kit.i18n import N_
from web.kit.passwords import check_new, check_other, hash_password
from web.kit.request import address_of, context_of
from web.kit.sealing import seal
from web.kit.settings import Settings
from web.live.context import live_of
from web.mail.letter import PURPOSE
from web.sign_in.actions import note_login

LONGEST_TOKEN = 100  # ours have 43 letters
MOST_FROM_ADDRESS, FROM_ADDRESS = 10, timedelta(minutes=15)
MOST_FOR_PERSON, FOR_PERSON = 3, timedelta(hours=1)
TOO_MANY = N_("Too many password requests from here. Try again in {seconds} seconds.")

log = structlog.get_logger()


def is_offered(context: AppContext) -> bool:
    """Whether links are offered: only with a mail server."""
    return server_is_named(context.parameters())


def count(request: Request, typed: str, result: LoginResult = LoginResult.LINK_ASKED) -> None:
    """Count an attempt by its address; TooManyError if there were too many."""
    at = now()
    with context_of(request).database.begin() as session:
        asked = store.asked_from(session, address_of(request), at - FROM_ADDRESS, MOST_FROM_ADDRESS)
    if len(asked) >= MOST_FROM_ADDRESS:
        raise TooManyError(TOO_MANY, (asked[-1] + FROM_ADDRESS - at).total_seconds())
    note_login(request, typed, None, result)


def send_if_known(context: AppContext, typed: str) -> None:
    """Mail a link to the user with a login or address; else do nothing.

    After several within an hour no more are sent: another person may be flooding the mailbox.
    """
    at = now()
    try:
        with context.database.begin() as session:
            user = store.user_to_mail(session, typed)
            if user is None or not is_address(user.email):
                return
            if store.made_since(session, user.id, at - FOR_PERSON) < MOST_FOR_PERSON:
                send(session, context.settings, user, at)
    except SQLAlchemyError as error:
        log.warning("a link for a new password could not be made", why=type(error).__name__)


def send(session: Session, settings: Settings, user: User, at: datetime) -> None:
    """Make a link and put its mail into the outbox, both in the caller's transaction."""
    token = secrets.token_urlsafe(32)
    until = store.add_link(session, user.id, token, at)
    first = user.must_change_password and user.password_changed_at is None
    outbox.put(
        session,
        [
            NewMail(
                MailKind.WELCOME if first else MailKind.PASSWORD,
                user.email,
                user.language,
                {"name": user.name, "login": user.login},
                user.id,
                seal(settings, PURPOSE, {"token": token}, at),
                until,
            )
        ],
    )


def check_reachable(session: Session, user: User) -> None:
    """Require that mail can be sent, and to this user."""
    if not outbox.is_on(session):
        raise RefusedError("No mail server configured.")
    if not is_address(user.email):
        raise InvalidError("This user has no email address.", field="email")


def user_of_link(request: Request, token: str) -> User | None:
    """Give the user of a link; None if it is not valid."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    with context_of(request).database.begin() as session:
        found = store.link_by_token(session, token, now())
    return found.user if found else None


def use(request: Request, token: str, new: str) -> User | None:
    """Set a password by a link, once; all sessions end. None if the link is invalid.

    InvalidError, for a bad password, leaves the link valid.
    """
    user = user_of_link(request, token)
    if user is None:
        return None
    context = context_of(request)
    check_new(new, user, context.parameters().number("password_least"))
    check_other(new, user)
    hashed = hash_password(new)
    at = now()
    with context.database.begin() as session:
        found = store.link_by_token(session, token, at, lock=True)
        if found is None:  # used in another window meanwhile
            return None
        set_password(session, user.id, hashed, at)
        ended = open_sessions.close_sessions_of(session, user.id)
        used = Login(at, user.login, user.id, address_of(request), LoginResult.LINK_USED)
        open_sessions.note_login(session, used)
        notify(session, [user.id], _used())
    for opened in ended:
        run_sync(live_of(request).sockets.end, opened)
    return user


def _used() -> NewNotice:
    sentence = N_(
        "Your password was set with an emailed link. If it wasn't you, tell your "
        "administrator at once."
    )
    return NewNotice(sentence, {}, "/account/security", NoticeKind.ACCOUNT, urgent=True)
