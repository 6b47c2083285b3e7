"""Actions on appointments that pages and API share: show, add, change, finish, postpone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.appointments import store
from crm.appointments.appointment import (
    Appointment,
    AppointmentDraft,
    AppointmentState,
    checked_draft,
    next_state,
    postponed_to,
)
from crm.calls.store import known_calls
from crm.customers.store import customer_by_phone, customer_names
from crm.kernel.errors import InvalidError
from crm.kernel.typed_phone import typed_number
from crm.notices.notice import NewNotice
from crm.notices.store import notify
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.appointments.shapes import (
    AppointmentBody,
    AppointmentChange,
    AppointmentShape,
    PostponeBody,
)
from web.appointments.views import (
    appointment_reach,
    owner_text,
    read_owner,
    show_appointments,
)
from web.kit.audit import note
from web.kit.clock import now
from web.kit.date_input import when
from web.kit.i18n import N_
from web.kit.request import context_of, reader_of


def find(session: Session, who: SignedIn, id_: int) -> Appointment:
    """Read an appointment that the user sees; MissingError otherwise."""
    return store.appointment(session, id_, appointment_reach(session, who))


def lock(session: Session, who: SignedIn, id_: int) -> Appointment:
    """Read an appointment that the user sees, and let nobody else change it."""
    return store.appointment_to_change(session, id_, appointment_reach(session, who))


def show(session: Session, found: Appointment) -> AppointmentShape:
    """Show one appointment."""
    (shape,) = show_appointments(session, [found], now())
    return shape


def add(session: Session, request: Request, who: SignedIn, body: AppointmentBody) -> Appointment:
    """Add an appointment; an owner who did not make it is notified."""
    number = _number(request, body.number)
    draft = AppointmentDraft(
        title=body.title,
        due=_due(request, body.due),
        owner=read_owner(session, who, body.owner),
        remind_minutes=body.remind_minutes,
        medium=body.medium,
        customer=_customer(session, who, body.customer, number),
        number=number,
        call=_call(session, body.call),
        note=body.note,
        source=body.source,
    )
    made = store.add_appointment(session, checked_draft(draft, now()), who.user.id, now())
    note(session, request, who, "appointment.added", "appointments", made.id, {}, _noted(made))
    _notify_owner(session, who, made, None)
    return made


def change(
    session: Session, request: Request, who: SignedIn, known: Appointment, body: AppointmentChange
) -> Appointment:
    """Change the given fields of a locked appointment, and then its state."""
    draft = checked_draft(_changed(session, request, who, known.draft, body), now(), known.draft)
    after = known
    if draft != known.draft:
        after = store.change_appointment(session, known, draft, now())
        _note_change(session, request, who, known, after)
        _notify_owner(session, who, after, known)
    if body.state is not None:
        return set_state(session, request, who, after, body.state, body.result)
    if body.result is not None and body.result.strip() != after.result:
        return set_state(session, request, who, after, after.state, body.result)
    return after


def set_state(  # noqa: PLR0913, PLR0917 - what a state is made of
    session: Session,
    request: Request,
    who: SignedIn,
    known: Appointment,
    state: AppointmentState,
    result: str | None = None,
) -> Appointment:
    """Set the state of a locked appointment; the same one again changes nothing."""
    next_state(known.state, state)
    opened = state is AppointmentState.OPEN and known.state is not state
    kept = "" if opened else known.result
    said = kept if result is None else result.strip()
    if state is known.state and said == known.result:
        return known
    after = store.set_state(session, known, state, said, who.user.id, now())
    _note_change(session, request, who, known, after)
    return after


def finish(session: Session, request: Request, who: SignedIn, ids: Iterable[int]) -> None:
    """Mark appointments as done: all of them, or none if one cannot be."""
    chosen = sorted(set(ids))
    if not chosen:
        raise InvalidError(N_("Select the appointments first."))
    for one in chosen:
        set_state(session, request, who, lock(session, who, one), AppointmentState.DONE)


def postpone(
    session: Session, request: Request, who: SignedIn, known: Appointment, body: PostponeBody
) -> Appointment:
    """Give a locked appointment a later time; the same time again changes nothing."""
    next_state(known.state, AppointmentState.WORK)  # not one that is closed
    if body.by is not None:
        due = postponed_to(body.by, now(), reader_of(request).zone)
    else:
        due = _due(request, body.to, "to")
    if due == known.draft.due:
        return known
    if due <= now():
        raise InvalidError(N_("Choose a time that is still to come."), "to")
    after = store.change_appointment(session, known, replace(known.draft, due=due), now())
    _note_change(session, request, who, known, after)
    return after


def _changed(
    session: Session,
    request: Request,
    who: SignedIn,
    before: AppointmentDraft,
    body: AppointmentChange,
) -> AppointmentDraft:
    given: dict[str, Any] = {
        name: value
        for name in ("title", "remind_minutes", "medium", "note")
        if (value := getattr(body, name)) is not None
    }
    draft = replace(before, **given)
    if body.due is not None:
        draft = replace(draft, due=_due(request, body.due))
    if body.owner is not None:
        draft = replace(draft, owner=read_owner(session, who, body.owner, before.owner))
    if body.number is not None:
        draft = replace(draft, number=_number(request, body.number))
    if "customer" in body.model_fields_set and body.customer != before.customer:
        draft = replace(draft, customer=_customer(session, who, body.customer, draft.number))
    return draft


def _due(request: Request, text: str, field: str = "due") -> datetime:
    """Read a time, to the minute."""
    found = when(text, reader_of(request), field)
    if found is None:
        raise InvalidError(N_("Choose a time that is still to come."), field)
    return found.replace(second=0, microsecond=0)


def _number(request: Request, text: str) -> str:
    return typed_number(text, context_of(request).settings.region, "number")


def _customer(session: Session, who: SignedIn, given: int | None, number: str) -> int | None:
    """Give the customer: the chosen one, else the customer with the number."""
    sees = who.may(Right.CUSTOMERS_SEE)
    if given is None:
        found = customer_by_phone(session, number) if number and sees else None
        return found.id if found else None
    if not sees or not customer_names(session, [given]):
        raise InvalidError(N_("There is no customer {customer}."), "customer", customer=given)
    return given


def _call(session: Session, given: str) -> str:
    if given and not known_calls(session, [given]):
        raise InvalidError(N_("There is no call {call}."), "call", call=given)
    return given


def _note_change(
    session: Session, request: Request, who: SignedIn, before: Appointment, after: Appointment
) -> None:
    note(
        session, request, who, "appointment.changed", "appointments", after.id,
        _noted(before), _noted(after),
    )  # fmt: skip


def _notify_owner(
    session: Session, who: SignedIn, made: Appointment, before: Appointment | None
) -> None:
    """Tell a user of an appointment that someone else gave them."""
    owner = made.draft.owner.user
    same = before is not None and before.draft.owner.user == owner
    if owner is None or same or owner == who.user.id:
        return
    said = N_("{name} assigned an appointment to you: {title}")
    values = {"name": who.user.name, "title": made.draft.title}
    notify(session, [owner], NewNotice(said, values, f"/appointments/{made.id}"))


def _noted(one: Appointment) -> dict[str, Any]:
    draft = one.draft
    return {
        "title": draft.title,
        "due": draft.due.isoformat(),
        "remind_minutes": draft.remind_minutes,
        "medium": draft.medium.value,
        "owner": owner_text(draft.owner),
        "customer": draft.customer,
        "number": draft.number,
        "note": draft.note,
        "state": one.state.value,
        "result": one.result,
    }
