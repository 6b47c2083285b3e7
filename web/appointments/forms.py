"""The forms of an appointment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from crm.appointments.appointment import Source
from crm.people.person import SignedIn
from web.appointments.shapes import (
    AppointmentBody,
    AppointmentForm,
    AppointmentShape,
    OwnerKind,
    PostponeBody,
    ResultBody,
)
from web.appointments.views import owner_choices, owners_within, version_of
from web.kit.body_form import fields_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice

STEP_MINUTES = 5


@dataclass(frozen=True, slots=True)
class NewFrom:
    """What a new appointment is about: a customer, a number or a call."""

    customer: int | None = None
    number: str = ""
    call: str = ""
    source: Source = Source.MANUAL


def new_form(
    session: Session, reader: Reader, who: SignedIn, about: NewFrom, now: datetime
) -> Form:
    """Make the form of a new appointment, due in an hour."""
    title = ""
    if about.source is Source.LOST_CALL:
        title = reader.gettext(N_("Call back"))
    values = {
        "title": title,
        "due": _local(reader, _rounded(now + timedelta(hours=1))),
        "customer": about.customer,
        "number": about.number,
        "call": about.call,
        "source": about.source.value,
        "owner": f"{OwnerKind.USER}:{who.user.id}",
    }
    fields = fields_of(AppointmentBody, reader, values, {})
    form = _form(session, reader, who, Form("/appointments", fields))
    form.submit = reader.gettext(N_("Add appointment"))
    form.cancel_url = "/appointments?state=todo"
    form.field("due").least = _local(reader, now)
    return form


def change_form(session: Session, reader: Reader, who: SignedIn, shape: AppointmentShape) -> Form:
    """Make the form of an appointment as it is."""
    values = {
        **dict(shape),
        "due": _local(reader, shape.due),
        "number": shape.own_number,
        "owner": f"{shape.owner.kind}:{shape.owner.id}",
        "customer": shape.customer.id if shape.customer else None,
    }
    fields = fields_of(AppointmentForm, reader, values, {})
    form = _form(session, reader, who, Form(f"/appointments/{shape.id}", fields))
    form.submit = reader.gettext(N_("Save"))
    form.version = version_of(shape)
    owner = form.field("owner")
    if owner.value not in {one.key for _, group in owner.groups for one in group}:
        theirs = Choice(key=owner.value, name=shape.owner.name)
        owner.groups = [*owner.groups, (reader.gettext(N_("Now")), [theirs])]
    return form


def postpone_form(reader: Reader, shape: AppointmentShape, now: datetime) -> Form:
    """Make the form of a time of one's own choice."""
    values = {"to": _local(reader, _rounded(max(now, shape.due) + timedelta(hours=1)))}
    form = Form(
        f"/appointments/{shape.id}/postpone",
        fields_of(PostponeBody, reader, values, {}),
        version="",
        submit=reader.gettext(N_("Postpone")),
        name="postpone",
        columns=1,
    )
    form.field("to").least = _local(reader, now)
    return form


def result_form(reader: Reader, shape: AppointmentShape) -> Form:
    """Make the form of the result."""
    return Form(
        f"/appointments/{shape.id}/state",
        fields_of(ResultBody, reader, {"result": shape.result}, {}),
        name="result",
        columns=1,
    )


def _form(session: Session, reader: Reader, who: SignedIn, form: Form) -> Form:
    form.name = "appointment"
    found = owner_choices(owners_within(session, who))
    owner = form.field("owner")
    owner.groups = [(reader.gettext(heading), choices) for heading, choices in found if choices]
    owner.required = True
    return form


def _local(reader: Reader, at: datetime) -> str:
    return reader.local(at).strftime("%Y-%m-%dT%H:%M")


def _rounded(at: datetime) -> datetime:
    """Give the next time at a whole five minutes."""
    whole = at.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=-whole.minute % STEP_MINUTES)
