"""The pages of voicemail boxes: the list and the form."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError
from crm.voicemail.boxes import store
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, carry_out, save, saved
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.voicemail_boxes import actions
from web.voicemail_boxes.api import BoxManager
from web.voicemail_boxes.forms import box_form, read_change
from web.voicemail_boxes.listing import BOXES
from web.voicemail_boxes.shapes import BoxBody, BoxShape

router = APIRouter(prefix="/voicemail-boxes")


add_export(router, BOXES)


@router.get("")
def boxes_page(request: Request, who: BoxManager) -> Response:
    """List the voicemail boxes."""
    return list_page(request, who, BOXES)


@router.get("/new")
def new_box(request: Request, _who: BoxManager) -> Response:
    """Show the form for a new box."""
    with context_of(request).database.begin() as session:
        form = box_form(session, reader_of(request), None)
    return _show(request, None, form)


@router.post("")
def add_box(request: Request, who: BoxManager, sent: SentForm) -> Response:
    """Add a box."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = box_form(session, reader, None)

        def write() -> int:
            return actions.make_box(session, request, who, read_body(BoxBody, sent))

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _show(request, None, form, made.status)
    return saved(f"/voicemail-boxes/{made}")


@router.get("/{box}")
def box_page(request: Request, box: IdPath, _who: BoxManager) -> Response:
    """Show a box's form."""
    return _page(request, box)


@router.post("/{box}")
def change_box(request: Request, box: IdPath, who: BoxManager, sent: SentForm) -> Response:
    """Change a box, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.box_to_change(session, box)
        before = actions.show_box(session, box)
        form = box_form(session, reader, before)

        def write() -> None:
            actions.write_box(session, request, who, box, read_change(before, sent))

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, before, form, outcome.status)
    return saved(f"/voicemail-boxes/{box}")


@router.post("/{box}/remove")
def remove_box(request: Request, box: IdPath, who: BoxManager) -> Response:
    """Remove a box that nothing leads to and that has no messages."""

    def remove(session: Session) -> None:
        actions.remove_box(session, request, who, box)

    again = partial(_page, request, box)
    return carry_out(request, remove, "/voicemail-boxes", again, N_("Voicemail box deleted."))


def _page(request: Request, box: int, error: HotlineError | None = None) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_box(session, box)
        form = box_form(session, reader, shape)
    form.error = reader.error(error) if error else ""
    return _show(request, shape, form, 409 if error else 200)


def _show(request: Request, shape: BoxShape | None, form: Form, status: int = 200) -> Response:
    pages = context_of(request).pages
    return pages.page(request, "voicemail-box.html", {"box": shape, "form": form}, status=status)
