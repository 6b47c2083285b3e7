"""The pages of numbers: the list, the form, and the form of greeting and menu."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from ivr import store
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, save, saved
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.numbers.actions import make_number, show_number, write_number
from web.numbers.api import NumberManager, NumberPath
from web.numbers.forms import menu_form, number_form
from web.numbers.listing import NUMBERS
from web.numbers.menu_actions import is_standard, show_menu, write_menu
from web.numbers.shapes import (
    MenuForm,
    MenuShape,
    NumberBody,
    NumberChange,
    NumberForm,
    NumberShape,
)

router = APIRouter(prefix="/numbers")


add_export(router, NUMBERS)


@router.get("")
def numbers_page(request: Request, who: NumberManager) -> Response:
    """List the numbers."""
    return list_page(request, who, NUMBERS)


@router.get("/new")
def new_number(request: Request, _who: NumberManager) -> Response:
    """Show the form for a new number."""
    with context_of(request).database.begin() as session:
        form = number_form(session, reader_of(request), None)
    return _show(request, None, form)


@router.post("")
def add_number(request: Request, who: NumberManager, sent: SentForm) -> Response:
    """Add a number; one with a new flow goes on to its greeting and menu."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = number_form(session, reader, None)

        def write() -> NumberBody:
            body = read_body(NumberBody, sent)
            return body.model_copy(update={"number": make_number(session, request, who, body)})

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _show(request, None, form, made.status)
    place = f"/numbers/{quote(made.number)}"
    return done(
        place if made.flow else f"{place}/menu", N_("Number added. Callers reach it in a moment.")
    )


@router.get("/{number}")
def number_page(request: Request, number: NumberPath, _who: NumberManager) -> Response:
    """Show a number's form."""
    with context_of(request).database.begin() as session:
        shape = show_number(session, number)
        form = number_form(session, reader_of(request), shape)
        standard = is_standard(session, number)
    return _show(request, shape, form, standard=standard)


@router.post("/{number}")
def change_number(
    request: Request, number: NumberPath, who: NumberManager, sent: SentForm
) -> Response:
    """Change a number, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        before = show_number(session, number)
        form = number_form(session, reader, before)

        def write() -> None:
            change = NumberChange(**dict(read_body(NumberForm, sent)))
            write_number(session, request, who, before.number, change)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            standard = is_standard(session, number)
            return _show(request, before, form, outcome.status, standard=standard)
    return saved(f"/numbers/{quote(before.number)}")


@router.get("/{number}/menu")
def menu_page(request: Request, number: NumberPath, _who: NumberManager) -> Response:
    """Show the form of what callers of a number hear."""
    with context_of(request).database.begin() as session:
        shape, form = _menu(session, request, number)
    return _show_menu(request, shape, form)


@router.post("/{number}/menu")
def change_menu(
    request: Request, number: NumberPath, who: NumberManager, sent: SentForm
) -> Response:
    """Replace greeting and menu, unless another user changed them in the meantime."""
    with context_of(request).database.begin() as session:
        store.number_to_change(session, number)
        shape, form = _menu(session, request, number)

        def write() -> None:
            write_menu(session, request, who, shape.number, read_body(MenuForm, sent).body())

        outcome = save(session, reader_of(request), form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show_menu(request, shape, form, outcome.status)
    return saved(f"/numbers/{quote(shape.number)}/menu")


def _menu(session: Session, request: Request, number: str) -> tuple[MenuShape, Form]:
    shape = show_menu(session, number)
    return shape, menu_form(session, reader_of(request), shape)


def _show(
    request: Request,
    shape: NumberShape | None,
    form: Form,
    status: int = 200,
    *,
    standard: bool = False,
) -> Response:
    shown = {
        "number": shape,
        "form": form,
        "menu_url": f"/numbers/{quote(shape.number)}/menu" if shape and standard else "",
    }
    return context_of(request).pages.page(request, "number.html", shown, status=status)


def _show_menu(request: Request, shape: MenuShape, form: Form, status: int = 200) -> Response:
    reader = reader_of(request)
    shown = {
        "line": shape,
        "form": form,
        "also": ", ".join(reader.phone(one) for one in shape.also),
        "number_url": f"/numbers/{quote(shape.number)}",
    }
    return context_of(request).pages.page(request, "number-menu.html", shown, status=status)
