"""The pages of faxes: the list, and one fax."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.faxes import actions
from web.faxes.api import FaxReader
from web.faxes.installed import is_installed
from web.faxes.listing import FAXES
from web.faxes.words import STATES, TONES, why_name
from web.kit.bodies import IdPath
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done

router = APIRouter(prefix="/faxes")
HANDLED = N_("Marked as handled.")
NOT_HANDLED = N_("Marked as not handled.")


add_export(router, FAXES)


@router.get("")
def faxes_page(request: Request, who: FaxReader) -> Response:
    """List faxes, newest first unless another order is asked for."""
    return _list(request, who)


@router.post("/handle")
def handle_chosen(request: Request, who: FaxReader, sent: SentForm) -> Response:
    """Mark all chosen faxes as handled."""
    try:
        with context_of(request).database.begin() as session:
            actions.handle(session, request, who, sent.ids("ids"))
    except InvalidError as error:
        return _list(request, who, error)
    return done("/faxes", HANDLED)


@router.get("/{fax}")
def fax_page(request: Request, fax: IdPath, who: FaxReader) -> Response:
    """Show a fax: who sent it, its pages, and whether it is handled."""
    with context_of(request).database.begin() as session:
        return _page(session, request, who, fax)


@router.post("/{fax}")
def change_fax(request: Request, fax: IdPath, who: FaxReader, sent: SentForm) -> Response:
    """Mark a fax as handled, or as not handled."""
    handled = bool(sent.one("handled"))
    with context_of(request).database.begin() as session:
        actions.find_fax(session, who, fax)
        actions.handle(session, request, who, [fax], handled=handled)
    return done(f"/faxes/{fax}", HANDLED if handled else NOT_HANDLED)


def _list(request: Request, who: SignedIn, error: InvalidError | None = None) -> Response:
    context = context_of(request)
    shown = {
        "error": reader_of(request).error(error) if error else "",
        "installed": is_installed(context.settings),
        "received": context.parameters().flag("faxes"),
    }
    return list_page(request, who, FAXES, "faxes.html", shown, 422 if error else 0)


def _page(session: Session, request: Request, who: SignedIn, id_: int) -> Response:
    reader = reader_of(request)
    shape = actions.show_fax(session, request, who, id_)
    shown = {
        "fax": shape,
        "state_name": reader.gettext(STATES[shape.state]),
        "tone": TONES[shape.state],
        "why_name": why_name(shape.why, reader),
        "may_see_calls": who.may(Right.CALLS_SEE),
        "may_see_customers": who.may(Right.CUSTOMERS_SEE),
        "file_url": f"/api/v1/faxes/{id_}/file",
    }
    return context_of(request).pages.page(request, "fax.html", shown)
