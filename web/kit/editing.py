"""Editing one thing on its own page: saved, or shown again with its errors."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError
from web.kit.etag import ChangedError
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.posted import FORM_ERRORS, Posted, blame, compare, fill
from web.kit.request import context_of
from web.kit.toast import done

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class NotSaved:
    """The form has errors; the page that shows it again has this status."""

    status: int


def save(
    session: Session, reader: Reader, form: Form, posted: Posted, write: Callable[[], Made]
) -> Made | NotSaved:
    """Fill a form with the posted values and store it; give the result.

    The form is made of the thing as it is, locked until the transaction ends. Where it was posted
    with another version than `form.version`, another user was faster.
    """

    def write_version() -> Made:
        with session.begin_nested():
            if form.version and posted.one("version") not in {"", form.version}:
                raise ChangedError
            return write()

    return submit(reader, form, posted, write_version)


def submit(
    reader: Reader, form: Form, posted: Posted, write: Callable[[], Made]
) -> Made | NotSaved:
    """Fill a form with what was posted and do what it is for, in transactions of `write`."""
    now = deepcopy(form)
    fill(form, posted)
    try:
        return write()
    except FORM_ERRORS as error:
        status = blame(form, reader, error)
        if isinstance(error, ChangedError):
            compare(form, now, reader)
        return NotSaved(status)


async def submit_later(
    reader: Reader, form: Form, posted: Posted, write: Callable[[], Awaitable[Made]]
) -> Made | NotSaved:
    """Fill a form and do what it is for, where that waits for the engine's answer."""
    now = deepcopy(form)
    fill(form, posted)
    try:
        return await write()
    except FORM_ERRORS as error:
        status = blame(form, reader, error)
        if isinstance(error, ChangedError):
            compare(form, now, reader)
        return NotSaved(status)


def saved(url: str) -> Response:
    """Redirect to a thing's page, which shows that it was saved."""
    return done(url, N_("Saved."))


def carry_out(
    request: Request,
    do: Callable[[Session], object],
    url: str,
    again: Callable[[HotlineError], Response],
    toast: str = N_("Saved."),
) -> Response:
    """Do something with a thing and redirect to its page; `again` shows the page with a refusal."""
    try:
        with context_of(request).database.begin() as session:
            do(session)
    except HotlineError as error:
        return again(error)
    return done(url, toast)
