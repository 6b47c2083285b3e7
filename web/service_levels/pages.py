"""The pages of customer levels: the list and the form."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from acd.service_levels import store
from crm.kernel.errors import HotlineError
from web.kit.bodies import IdPath
from web.kit.editing import NotSaved, carry_out, save, saved
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.service_levels import actions
from web.service_levels.api import LevelManager
from web.service_levels.forms import LevelForm, level_form, read_level, typed_needs
from web.service_levels.listing import SERVICE_LEVELS
from web.service_levels.shapes import LevelChange, LevelShape

router = APIRouter(prefix="/service-levels")

add_export(router, SERVICE_LEVELS)


@router.get("")
def service_levels_page(request: Request, who: LevelManager) -> Response:
    """List the customer levels."""
    return list_page(request, who, SERVICE_LEVELS)


@router.get("/new")
def new_service_level(request: Request, _who: LevelManager) -> Response:
    """Show the form for a new level."""
    with context_of(request).database.begin() as session:
        parts = level_form(session, reader_of(request), None)
    return _show(request, None, parts)


@router.post("")
def add_service_level(request: Request, who: LevelManager, sent: SentForm) -> Response:
    """Add a level."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        parts = level_form(session, reader, None)
        parts.needs = typed_needs(sent)

        def write() -> int:
            return actions.add(session, request, who, read_level(sent))

        made = save(session, reader, parts.form, sent, write)
    if isinstance(made, NotSaved):
        return _show(request, None, parts, made.status)
    return saved(f"/service-levels/{made}")


@router.get("/{level}")
def service_level_page(request: Request, level: IdPath, _who: LevelManager) -> Response:
    """Show a level's form."""
    return _page(request, level)


@router.post("/{level}")
def change_service_level(
    request: Request, level: IdPath, who: LevelManager, sent: SentForm
) -> Response:
    """Change a level, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.service_level_to_change(session, level)
        before = actions.show_level(session, reader, level)
        parts = level_form(session, reader, before)

        def write() -> None:
            body = LevelChange(**dict(read_level(sent)))
            actions.change(session, request, who, level, body)

        outcome = save(session, reader, parts.form, sent, write)
    if isinstance(outcome, NotSaved):
        parts.needs = typed_needs(sent)
        return _show(request, before, parts, outcome.status)
    return saved(f"/service-levels/{level}")


@router.post("/{level}/remove")
def remove_service_level(request: Request, level: IdPath, who: LevelManager) -> Response:
    """Delete a level."""

    def remove(session: Session) -> None:
        actions.remove(session, request, who, level)

    again = partial(_page, request, level)
    return carry_out(request, remove, "/service-levels", again, N_("Customer level deleted."))


def _page(request: Request, level: int, error: HotlineError | None = None) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_level(session, reader, level)
        parts = level_form(session, reader, shape)
    parts.form.error = reader.error(error) if error else ""
    return _show(request, shape, parts, 409 if error else 200)


def _show(
    request: Request, shape: LevelShape | None, parts: LevelForm, status: int = 200
) -> Response:
    shown = {"level": shape, "parts": parts}
    return context_of(request).pages.page(request, "service-level.html", shown, status=status)
