"""The pages of custom destinations: the list, the form, the test."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.custom_destinations import store
from crm.kernel.errors import HotlineError
from web.custom_destinations import actions
from web.custom_destinations.api import Manager
from web.custom_destinations.forms import custom_form, read_change, read_new, test_form
from web.custom_destinations.listing import CUSTOM
from web.custom_destinations.shapes import CustomSecret, CustomShape, CustomTestShape, TestBody
from web.custom_destinations.trial import run_test
from web.custom_destinations.words import state_of
from web.destinations.targets import targets_of
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, carry_out, save, saved, submit
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/custom-destinations")


add_export(router, CUSTOM)


@router.get("")
def custom_destinations_page(request: Request, who: Manager) -> Response:
    """List the custom destinations."""
    return list_page(request, who, CUSTOM)


@router.get("/new")
def new_custom_destination(request: Request, _who: Manager) -> Response:
    """Show the form for a new one."""
    with context_of(request).database.begin() as session:
        form = custom_form(reader_of(request), targets_of(session), None)
    return _show(request, {"form": form})


@router.post("")
def add_custom_destination(request: Request, who: Manager, sent: SentForm) -> Response:
    """Add one and show its secret, only this once."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = custom_form(reader, targets_of(session), None)

        def write() -> CustomSecret:
            return actions.make(session, request, who, read_new(sent))

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _show(request, {"form": form}, made.status)
        return _page(request, session, made.id, secret=made.secret, status=201)


@router.get("/{custom}")
def custom_destination_page(request: Request, custom: IdPath, _who: Manager) -> Response:
    """Show one with its last response and the form."""
    with context_of(request).database.begin() as session:
        return _page(request, session, custom)


@router.post("/{custom}")
def change_custom_destination(
    request: Request, custom: IdPath, who: Manager, sent: SentForm
) -> Response:
    """Change one, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.custom_to_change(session, custom)
        before = actions.show_one(session, reader, custom)
        form = custom_form(reader, targets_of(session), before)

        def write() -> None:
            actions.write(session, request, who, custom, read_change(sent))

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _page(request, session, custom, form=form, status=outcome.status)
    return saved(f"/custom-destinations/{custom}")


@router.post("/{custom}/secret")
def rotate_secret(request: Request, custom: IdPath, who: Manager) -> Response:
    """Make a new secret and show it, only this once."""
    with context_of(request).database.begin() as session:
        made = actions.rotate(session, request, who, custom)
        return _page(request, session, custom, secret=made.secret)


@router.post("/{custom}/test")
def test_custom_destination(
    request: Request, custom: IdPath, who: Manager, sent: SentForm
) -> Response:
    """Ask the other system about an imagined call, and show what came back."""
    reader = reader_of(request)
    test = test_form(reader, custom, TestBody())

    def ask() -> CustomTestShape:
        return run_test(request, who, custom, read_body(TestBody, sent), reader)

    found = submit(reader, test, sent, ask)
    status = found.status if isinstance(found, NotSaved) else 200
    shown = None if isinstance(found, NotSaved) else found
    with context_of(request).database.begin() as session:
        return _page(request, session, custom, test=test, found=shown, status=status)


@router.post("/{custom}/remove")
def remove_custom_destination(request: Request, custom: IdPath, who: Manager) -> Response:
    """Remove one that nothing leads to."""

    def remove(session: Session) -> None:
        actions.remove(session, request, who, custom)

    again = partial(_refused, request, custom)
    toast = N_("Custom destination deleted.")
    return carry_out(request, remove, "/custom-destinations", again, toast)


def _refused(request: Request, custom: int, error: HotlineError) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = custom_form(reader, targets_of(session), actions.show_one(session, reader, custom))
        form.error = reader.error(error)
        return _page(request, session, custom, form=form, status=409)


def _page(  # noqa: PLR0913 - what a page shows
    request: Request,
    session: Session,
    id_: int,
    *,
    form: Form | None = None,
    test: Form | None = None,
    found: CustomTestShape | None = None,
    secret: str = "",
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    shape: CustomShape = actions.show_one(session, reader, id_)
    shown = {
        "custom": shape,
        "state": state_of(store.custom(session, id_), reader),
        "form": form or custom_form(reader, targets_of(session), shape),
        "test": test or test_form(reader, id_, TestBody()),
        "found": found,
        "secret": secret,
    }
    return _show(request, shown, status)


def _show(request: Request, shown: dict[str, Any], status: int = 200) -> Response:
    pages = context_of(request).pages
    return pages.page(
        request, "custom-destination.html", {"custom": None, "secret": "", **shown}, status=status
    )
