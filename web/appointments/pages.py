"""The pages of appointments: the list, a new one, and one with its form."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from crm.appointments.appointment import UNFINISHED, Appointment, AppointmentState, Source
from crm.customers.store import customer_names
from crm.kernel.errors import HotlineError, InvalidError, MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.appointments import actions
from web.appointments.api import AppointmentUser
from web.appointments.forms import (
    NewFrom,
    change_form,
    new_form,
    postpone_form,
    result_form,
)
from web.appointments.listing import APPOINTMENTS, state_cell
from web.appointments.shapes import (
    AppointmentBody,
    AppointmentChange,
    AppointmentForm,
    AppointmentShape,
    PostponeBody,
    ResultBody,
)
from web.appointments.words import MEDIA, POSTPONE, SOURCES, STATES
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.clock import now
from web.kit.editing import NotSaved, carry_out, save
from web.kit.forms import Form
from web.kit.i18n import N_, named
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done

router = APIRouter(prefix="/appointments")
CHANGED = {
    AppointmentState.OPEN: N_("Appointment opened again."),
    AppointmentState.WORK: N_("Appointment in progress."),
    AppointmentState.DONE: N_("Appointment done."),
    AppointmentState.CANCELED: N_("Appointment canceled."),
}

add_export(router, APPOINTMENTS)


@router.get("")
def appointments_page(request: Request, who: AppointmentUser) -> Response:
    """List appointments, the earliest first unless another order is asked for."""
    return _list(request, who)


@router.post("/done")
def mark_done(request: Request, who: AppointmentUser, sent: SentForm) -> Response:
    """Mark the chosen appointments as done, all or none of them."""

    def finish(session: Session) -> None:
        actions.finish(session, request, who, sent.ids("ids"))

    again = partial(_list, request, who)
    return carry_out(request, finish, "/appointments?state=todo", again, N_("Marked as done."))


@router.get("/new")
def new_appointment(  # noqa: PLR0913, PLR0917 - what the address can say
    request: Request,
    who: AppointmentUser,
    customer: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    number: str = "",
    call: str = "",
    source: str = "",
) -> Response:
    """Show the form for a new appointment, perhaps with a customer, a number or a call."""
    about = NewFrom(
        customer if customer > 0 and who.may(Right.CUSTOMERS_SEE) else None,
        number[:64],
        call[:150],
        Source(source) if source in set(Source) else Source.MANUAL,
    )
    with context_of(request).database.begin() as session:
        form = new_form(session, reader_of(request), who, about, now())
        return _new_page(session, request, form)


@router.post("")
def add_appointment(request: Request, who: AppointmentUser, sent: SentForm) -> Response:
    """Add an appointment."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        customer = next(iter(sent.ids("customer")), None)
        known = set(Source)
        source = Source(sent.one("source")) if sent.one("source") in known else Source.MANUAL
        about = NewFrom(customer, sent.one("number")[:64], sent.one("call")[:150], source)
        form = new_form(session, reader, who, about, now())

        def write() -> Appointment:
            return actions.add(session, request, who, read_body(AppointmentBody, sent))

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _new_page(session, request, form, made.status)
        return done(_after(session, who, made.id), N_("Appointment added."))


@router.get("/{appointment}")
def appointment_page(request: Request, appointment: IdPath, who: AppointmentUser) -> Response:
    """Show an appointment: what to do, the buttons for it, and its form."""
    with context_of(request).database.begin() as session:
        return _page(session, request, who, actions.find(session, who, appointment))


@router.post("/{appointment}")
def change_appointment(
    request: Request, appointment: IdPath, who: AppointmentUser, sent: SentForm
) -> Response:
    """Change an appointment, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        known = actions.lock(session, who, appointment)
        form = change_form(session, reader, who, actions.show(session, known))

        def write() -> None:
            body = AppointmentChange(**read_body(AppointmentForm, sent).model_dump())
            actions.change(session, request, who, known, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _page(session, request, who, known, form, status=outcome.status)
        return done(_after(session, who, appointment), N_("Saved."))


@router.post("/{appointment}/state")
def set_state(
    request: Request, appointment: IdPath, who: AppointmentUser, sent: SentForm
) -> Response:
    """Start, finish, cancel or open an appointment again, with its result."""
    wanted, known_states = sent.one("state"), set(AppointmentState)
    state = AppointmentState(wanted) if wanted in known_states else AppointmentState.DONE

    def write(session: Session) -> None:
        result = None
        if state not in UNFINISHED:
            result = read_body(ResultBody, sent).result
        known = actions.lock(session, who, appointment)
        actions.set_state(session, request, who, known, state, result)

    again = partial(_refused, request, who, appointment)
    return carry_out(request, write, f"/appointments/{appointment}", again, CHANGED[state])


@router.post("/{appointment}/postpone")
def postpone(
    request: Request, appointment: IdPath, who: AppointmentUser, sent: SentForm
) -> Response:
    """Give an appointment a later time."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        known = actions.lock(session, who, appointment)
        form = postpone_form(reader, actions.show(session, known), now())

        def write() -> None:
            body = PostponeBody.model_validate({"by": sent.one("by") or None, "to": sent.one("to")})
            actions.postpone(session, request, who, known, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            status = outcome.status
            return _page(session, request, who, known, later=form, status=status)
    return done(f"/appointments/{appointment}", N_("Appointment postponed."))


def _after(session: Session, who: SignedIn, id_: int) -> str:
    """Give the page to go to: the list, for a user who gave away what they could see."""
    try:
        actions.find(session, who, id_)
    except MissingError:
        return "/appointments?state=todo"
    return f"/appointments/{id_}"


def _list(request: Request, who: SignedIn, error: HotlineError | None = None) -> Response:
    said = reader_of(request).error(error) if error else ""
    status = _status(error) if error else 0
    return list_page(request, who, APPOINTMENTS, "appointments.html", {"error": said}, status)


def _status(error: HotlineError) -> int:
    if isinstance(error, InvalidError):
        return 422
    return 404 if isinstance(error, MissingError) else 409


def _refused(request: Request, who: SignedIn, id_: int, error: HotlineError) -> Response:
    with context_of(request).database.begin() as session:
        known = actions.find(session, who, id_)
        said = reader_of(request).error(error)
        return _page(session, request, who, known, error=said, status=_status(error))


def _new_page(session: Session, request: Request, form: Form, status: int = 200) -> Response:
    about = form.field("customer").value
    known = customer_names(session, [int(about)]) if about else {}
    shown = {"appointment": None, "form": form, "customer_name": next(iter(known.values()), "")}
    return context_of(request).pages.page(request, "appointment-new.html", shown, status=status)


def _page(  # noqa: PLR0913 - the parts that can show an error
    session: Session,
    request: Request,
    who: SignedIn,
    known: Appointment,
    form: Form | None = None,
    *,
    later: Form | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    shape: AppointmentShape = actions.show(session, known)
    shown = {
        "appointment": shape,
        "state": state_cell(shape, reader),
        "medium_name": reader.gettext(MEDIA[shape.medium]),
        "source_name": reader.gettext(SOURCES[shape.source]),
        "closed": shape.state not in UNFINISHED,
        "state_name": reader.gettext(STATES[shape.state]),
        "postpone": named(reader, POSTPONE),
        "error": error,
        "form": form or change_form(session, reader, who, shape),
        "later": later or postpone_form(reader, shape, now()),
        "result": result_form(reader, shape),
    }
    return context_of(request).pages.page(request, "appointment.html", shown, status=status)
