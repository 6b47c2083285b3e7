"""The pages of rates: the list, and the form of a rate."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError, InvalidError
from web.kit.bodies import IdPath
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, carry_out, save
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.rates import actions
from web.rates.api import RateManager
from web.rates.listing import RATES
from web.rates.shapes import RateForm, RateShape

router = APIRouter(prefix="/rates")
add_export(router, RATES)


@router.get("")
def rates_page(request: Request, who: RateManager) -> Response:
    """List the rates."""
    return list_page(request, who, RATES, "rates.html", {"error": ""})


@router.get("/new")
def new_rate(request: Request, _who: RateManager) -> Response:
    """Show the form for a new rate."""
    with context_of(request).database.begin() as session:
        form = _form(session, request, None)
    return _show(request, None, form)


@router.post("")
def add_rate(request: Request, who: RateManager, sent: SentForm) -> Response:
    """Add a rate."""
    with context_of(request).database.begin() as session:
        form = _form(session, request, None)

        def write() -> int:
            return actions.make_rate(session, request, who, read_body(RateForm, sent))

        made = save(session, reader_of(request), form, sent, write)
        if isinstance(made, NotSaved):
            return _show(request, None, form, made.status)
    return done("/rates", N_("Rate added."))


@router.post("/remove")
def remove_chosen(request: Request, who: RateManager, sent: SentForm) -> Response:
    """Remove the chosen rates."""
    chosen = sent.ids("ids")

    def remove(session: Session) -> None:
        if not chosen:
            raise InvalidError(N_("Select the rates first."))
        actions.remove_rates(session, request, who, chosen)

    def again(error: HotlineError) -> Response:
        shown = {"error": reader_of(request).error(error)}
        return list_page(request, who, RATES, "rates.html", shown, 422)

    return carry_out(request, remove, "/rates", again, N_("Rates deleted."))


@router.get("/{rate}")
def rate_page(request: Request, rate: IdPath, _who: RateManager) -> Response:
    """Show the form of a rate."""
    with context_of(request).database.begin() as session:
        shape = actions.show_rate(session, rate)
        form = _form(session, request, shape)
    return _show(request, shape, form)


@router.post("/{rate}")
def change_rate(request: Request, rate: IdPath, who: RateManager, sent: SentForm) -> Response:
    """Change a rate, unless another user changed it in the meantime."""
    with context_of(request).database.begin() as session:
        shape = actions.show_rate(session, rate, lock=True)
        form = _form(session, request, shape)

        def write() -> None:
            actions.write_rate(session, request, who, rate, read_body(RateForm, sent))

        outcome = save(session, reader_of(request), form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, shape, form, outcome.status)
    return done("/rates", N_("Saved."))


@router.post("/{rate}/delete")
def delete_rate(request: Request, rate: IdPath, who: RateManager) -> Response:
    """Delete a rate."""
    with context_of(request).database.begin() as session:
        actions.show_rate(session, rate, lock=True)
        actions.remove_rates(session, request, who, [rate])
    return done("/rates", N_("Rate deleted."))


def _form(session: Session, request: Request, shape: RateShape | None) -> Form:
    reader = reader_of(request)
    values = dict(shape) if shape else {}
    values["trunk"] = shape.trunk.id if shape and shape.trunk else None
    options = {"trunk": actions.trunk_choices(session)}
    return Form(
        f"/rates/{shape.id}" if shape else "/rates",
        fields_of(RateForm, reader, values, options),
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save") if shape else N_("Add rate")),
        cancel_url="/rates",
        name="rate",
    )


def _show(request: Request, shape: RateShape | None, form: Form, status: int = 200) -> Response:
    shown = {"rate": shape, "form": form}
    return context_of(request).pages.page(request, "rate.html", shown, status=status)
