"""The pages of callbacks: the list, a new one, and one with its form."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import ConflictError, HotlineError, MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.callbacks import actions
from web.callbacks.forms import change_form, new_form
from web.callbacks.listing import CALLBACKS, tries_text
from web.callbacks.shapes import (
    CallbackBody,
    CallbackChange,
    CallbackForm,
    CallbackPath,
    CallbackShape,
)
from web.callbacks.views import is_later
from web.callbacks.words import TONES
from web.kit.auth import CallReader, needs
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, saved, submit_later
from web.kit.errors import EngineAwayError
from web.kit.etag import ChangedError
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.listing.sums import add_sums
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done

router = APIRouter(prefix="/callbacks")
Controller = Annotated[SignedIn, Depends(needs(Right.MONITOR_CONTROL))]
NumberQuery = Annotated[str, Query(max_length=64)]
CANCELED = N_("Callback canceled.")
STATUS: Mapping[type[HotlineError], int] = {
    MissingError: 404,
    ConflictError: 409,
    EngineAwayError: 503,
}

add_export(router, CALLBACKS)
add_sums(router, CALLBACKS)


@router.get("")
def callbacks_page(request: Request, who: CallReader) -> Response:
    """List callbacks, open ones first unless another order is asked for."""
    return _list(request, who)


@router.get("/new")
def new_callback(request: Request, who: Controller, number: NumberQuery = "") -> Response:
    """Show the form for a callback that a user adds."""
    return _new_page(request, _new_form(request, who, number))


@router.post("")
async def add_callback(request: Request, who: Controller, sent: SentForm) -> Response:
    """Add a callback."""
    form = await run_in_threadpool(_new_form, request, who)

    async def write() -> str:
        return await actions.add(request, who, read_body(CallbackBody, sent))

    made = await submit_later(reader_of(request), form, sent, write)
    if isinstance(made, NotSaved):
        return await run_in_threadpool(_new_page, request, form, made.status)
    return done(f"/callbacks/{made}", N_("Callback added."))


@router.get("/{callback}")
def callback_page(request: Request, callback: CallbackPath, who: CallReader) -> Response:
    """Show a callback: who asked for it, how far it is, its calls, and its form."""
    return _page(request, _shape(request, who, callback))


@router.post("/{callback}")
async def change_callback(
    request: Request, callback: CallbackPath, who: Controller, sent: SentForm
) -> Response:
    """Change the number or the time of a callback that waits."""
    shape = await run_in_threadpool(_shape, request, who, callback)
    form = change_form(reader_of(request), shape)
    shown = form.field("at").value

    async def write() -> None:
        if sent.one("version") not in {"", form.version}:
            raise ChangedError
        typed = read_body(CallbackForm, sent)
        # The form shows minutes: a time that was not touched stays as it is.
        at = None if typed.at == shown else typed.at
        change = CallbackChange(number=typed.number, at=at)
        await actions.change(request, who, callback, change)

    outcome = await submit_later(reader_of(request), form, sent, write)
    if isinstance(outcome, NotSaved):
        return await run_in_threadpool(_page, request, shape, form, outcome.status)
    return saved(f"/callbacks/{callback}")


@router.post("/{callback}/cancel")
async def cancel_callback(request: Request, callback: CallbackPath, who: Controller) -> Response:
    """Cancel a callback that waits; the list says why it cannot be canceled."""
    try:
        await actions.cancel(request, who, callback)
    except tuple(STATUS) as error:
        return await run_in_threadpool(_list, request, who, error)
    return done("/callbacks", CANCELED)


def _new_form(request: Request, who: SignedIn, number: str = "") -> Form:
    with context_of(request).database.begin() as session:
        return new_form(session, reader_of(request), who, number)


def _new_page(request: Request, form: Form, status: int = 200) -> Response:
    shown = {"form": form}
    return context_of(request).pages.page(request, "callback-new.html", shown, status=status)


def _shape(request: Request, who: SignedIn, id_: str) -> CallbackShape:
    with context_of(request).database.begin() as session:
        return actions.show_one(session, request, who, id_)


def _page(
    request: Request, shape: CallbackShape, form: Form | None = None, status: int = 200
) -> Response:
    if form is None and shape.cancelable:
        form = change_form(reader_of(request), shape)
    tries = tries_text(shape, reader_of(request))
    shown = {
        "one": shape,
        "tone": TONES[shape.state],
        "form": form,
        "tries": tries,
        "later": is_later(shape),
    }
    return context_of(request).pages.page(request, "callback.html", shown, status=status)


def _list(request: Request, who: SignedIn, error: HotlineError | None = None) -> Response:
    said = reader_of(request).error(error) if error else ""
    status = STATUS[type(error)] if error else 0
    return list_page(request, who, CALLBACKS, "callbacks.html", {"error": said}, status)
