"""The pages of users: the list, the form, and an administrator's actions on an account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError
from crm.mail import store as outbox
from crm.people.person import SignedIn
from crm.people.presence.store import present
from crm.people.sessions.store import failures_on
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.clock import now
from web.kit.editing import NotSaved, save, saved
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page, read_table
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.people import actions, sip_actions
from web.people.api import PeopleKeeper
from web.people.forms import user_form
from web.people.listing import SESSIONS, USERS
from web.people.shapes import UserBody, UserChange, UserFile

router = APIRouter(prefix="/users")
FAILED_LATELY, MANY_FAILED = timedelta(minutes=15), 20


@dataclass(frozen=True, slots=True)
class ShownSecret:
    """A new password or SIP secret that is shown only once."""

    password: str = ""
    sip_user: str = ""
    sip_secret: str | None = None


add_export(router, USERS)
add_export(router, SESSIONS, "/{user}/sessions/export")


@router.get("")
def users_page(request: Request, who: PeopleKeeper) -> Response:
    """List users."""
    return list_page(request, who, USERS)


@router.get("/new")
def new_user(request: Request, who: PeopleKeeper) -> Response:
    """Show the form for a new user."""
    with context_of(request).database.begin() as session:
        form = user_form(session, reader_of(request), who, None)
    return _new_page(request, form, 200)


@router.post("/disable")
def disable_chosen(request: Request, who: PeopleKeeper, sent: SentForm) -> Response:
    """Switch off all chosen users, or none of them."""
    return _switch(request, who, sent.ids("ids"), on=False)


@router.post("/enable")
def enable_chosen(request: Request, who: PeopleKeeper, sent: SentForm) -> Response:
    """Switch on all chosen users, or none of them."""
    return _switch(request, who, sent.ids("ids"), on=True)


@router.post("")
def add_user(request: Request, who: PeopleKeeper, sent: SentForm) -> Response:
    """Add a user and show their first password, only this once."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = user_form(session, reader, who, None)

        def write() -> actions.AddedUser:
            return actions.add(session, request, who, read_body(UserBody, sent))

        added = save(session, reader, form, sent, write)
        if isinstance(added, NotSaved):
            return _new_page(request, form, added.status)
        file = actions.show_file(session, reader, added.user)
    extension = file.agent.extension if file.agent else ""
    told = ShownSecret(added.password, extension, added.sip_secret)
    return _page(request, who, added.user, told=told)


@router.get("/{user}")
def user_page(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Show the form of a user, and the possible actions on the account."""
    return _page(request, who, user)


@router.post("/{user}")
def change_user(request: Request, user: IdPath, who: PeopleKeeper, sent: SentForm) -> Response:
    """Change a user, unless another person changed it in the meantime."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        file = actions.file_to_change(session, reader, user)
        form = user_form(session, reader, who, file)

        def write() -> str | None:
            entered = read_body(UserBody, sent)
            body = UserChange(**entered.model_dump(exclude={"mail_link"}))
            return actions.change(session, request, who, user, body)

        secret = save(session, reader, form, sent, write)
        if isinstance(secret, NotSaved):
            return _show(session, request, who, file, form, status=secret.status)
        changed = actions.show_file(session, reader, user)
    gone = file.agent is not None and changed.agent is None
    actions.shut(request, (), [user] if gone else ())
    if secret and changed.agent:
        return _page(request, who, user, told=ShownSecret("", changed.agent.extension, secret))
    return saved(f"/users/{user}")


@router.post("/{user}/disable")
def disable_user(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Switch a user off: their sessions end at once."""
    return _do(request, who, user, actions.disable, N_("User deactivated."), leaves=True)


@router.post("/{user}/enable")
def enable_user(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Switch a user on again."""
    return _do(request, who, user, actions.enable, N_("User activated."))


@router.post("/{user}/sessions-end")
def end_sessions(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """End all sessions of a user."""
    return _do(request, who, user, actions.end_all, N_("All sessions signed out."), leaves=True)


@router.post("/{user}/second-factor-reset")
def reset_second_factor(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Let a user sign in without the second factor."""
    toast = N_("Two-factor authentication reset.")
    return _do(request, who, user, actions.reset_second_factor, toast)


@router.post("/{user}/sign-in-unblock")
def unblock_sign_in(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Let a user sign in again at once after too many failed attempts."""
    return _do(request, who, user, actions.unlock, N_("Sign-in unblocked."))


@router.post("/{user}/password-link")
def send_link(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Mail a user a link to set their password."""
    return _do(request, who, user, actions.send_link, N_("Password link emailed."))


@router.post("/{user}/password-reset")
def reset_password(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Make a new password for a user and show it, only this once."""
    try:
        with context_of(request).database.begin() as session:
            password, ended = actions.reset_password(session, request, who, user)
    except HotlineError as error:
        return _page(request, who, user, error=error)
    actions.shut(request, ended)
    return _page(request, who, user, told=ShownSecret(password))


@router.post("/{user}/sip-secret")
def reset_sip_secret(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Make a new password for a user's desk phone and show it, only this once."""
    try:
        with context_of(request).database.begin() as session:
            account = sip_actions.reset_sip_secret(session, request, who, user)
    except HotlineError as error:
        return _page(request, who, user, error=error)
    return _page(request, who, user, told=ShownSecret("", account.user, account.secret))


def _switch(request: Request, who: SignedIn, ids: list[int], *, on: bool) -> Response:
    ended: list[int] = []
    with context_of(request).database.begin() as session:
        for user in sorted(set(ids)):
            if on:
                actions.enable(session, request, who, user)
            else:
                ended += actions.disable(session, request, who, user)
    actions.shut(request, ended, () if on else ids)
    return done("/users", N_("Users activated.") if on else N_("Users deactivated."))


def _do(  # noqa: PLR0913 - an action, and what the page says after it
    request: Request,
    who: SignedIn,
    user: int,
    what: Callable[[Session, Request, SignedIn, int], list[int] | None],
    toast: str,
    *,
    leaves: bool = False,
) -> Response:
    try:
        with context_of(request).database.begin() as session:
            ended = what(session, request, who, user)
    except HotlineError as error:
        return _page(request, who, user, error=error)
    actions.shut(request, ended or (), [user] if leaves else ())
    return done(f"/users/{user}", toast)


def _page(
    request: Request,
    who: SignedIn,
    user: int,
    *,
    told: ShownSecret | None = None,
    error: HotlineError | None = None,
) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        file = actions.show_file(session, reader, user)
        form = user_form(session, reader, who, file)
        form.error = reader.error(error) if error else ""
        status = 200 if error is None else 409
        return _show(session, request, who, file, form, told=told, status=status)


def _show(  # noqa: PLR0913 - a page has these parts
    session: Session,
    request: Request,
    who: SignedIn,
    file: UserFile,
    form: Form,
    *,
    told: ShownSecret | None = None,
    status: int = 200,
) -> Response:
    context = context_of(request)
    table = read_table(session, request, who, SESSIONS, user=file.id)
    shown = {
        "file": file,
        "form": form,
        "told": told,
        "own": file.id == who.user.id,
        "sessions": len(present(session, now(), user=file.id)),
        "table": table,
        "failed": len(failures_on(session, file.login, now() - FAILED_LATELY, MANY_FAILED)),
        "sip": sip_actions.sip_settings(context.settings, file.agent.extension)
        if file.agent
        else None,
        "local_phones": not context.settings.external_address,
        "mailable": bool(file.email) and outbox.is_on(session),
    }
    status = max(status, table.status)
    return context.pages.page(request, "user.html", shown, status=status)


def _new_page(request: Request, form: Form, status: int) -> Response:
    shown: dict[str, Any] = {"file": None, "form": form, "told": None, "own": False, "sessions": 0}
    return context_of(request).pages.page(request, "user.html", shown, status=status)
