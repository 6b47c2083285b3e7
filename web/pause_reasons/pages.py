"""The pages of the rules of not-ready reasons."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, save
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.pause_reasons import actions
from web.pause_reasons.listing import PAUSE_REASONS
from web.pause_reasons.shapes import ReasonPath, ReasonRulesBody, ReasonRulesChange, ReasonShape

router = APIRouter(prefix="/pause-reasons")
Editor = Annotated[SignedIn, Depends(needs(Right.DICTIONARIES_EDIT))]
add_export(router, PAUSE_REASONS, "/all/export")


@router.get("")
def reasons_page(request: Request, who: Editor) -> Response:
    """List the not-ready reasons."""
    return list_page(request, who, PAUSE_REASONS)


@router.get("/{reason}")
def reason_page(request: Request, reason: ReasonPath, _who: Editor) -> Response:
    """Show the rules of a reason."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_reason(session, reader, reason)
    return _page(request, shape, _form(reader, shape))


@router.post("/{reason}")
def change_reason(request: Request, reason: ReasonPath, who: Editor, sent: SentForm) -> Response:
    """Change the rules of a reason, unless another user changed them in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_reason(session, reader, reason)
        form = _form(reader, shape)

        def write() -> None:
            body = ReasonRulesChange(**dict(read_body(ReasonRulesBody, sent)))
            actions.write_rules(session, request, who, reason, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _page(request, shape, form, outcome.status)
    return done("/pause-reasons", N_("Saved."))


def _form(reader: Reader, shape: ReasonShape) -> Form:
    url = f"/pause-reasons/{shape.key}"
    fields = fields_of(ReasonRulesBody, reader, dict(shape), {})
    return Form(url, fields, version=etag_of(shape), name="pause-reason")


def _page(request: Request, shape: ReasonShape, form: Form, status: int = 200) -> Response:
    shown = {"reason": shape, "form": form}
    return context_of(request).pages.page(request, "pause-reason.html", shown, status=status)
