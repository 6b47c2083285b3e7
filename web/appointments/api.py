"""The API of appointments."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from web.appointments import actions
from web.appointments.listing import APPOINTMENTS
from web.appointments.shapes import (
    AppointmentBody,
    AppointmentChange,
    AppointmentShape,
    AppointmentShapes,
    PostponeBody,
)
from web.appointments.views import READERS, version_of
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of

router = APIRouter(prefix="/appointments")
AppointmentUser = Annotated[SignedIn, Depends(needs(*READERS))]


@router.get("")
def list_appointments(
    request: Request, query: Annotated[ListQuery, Depends(asked(APPOINTMENTS))]
) -> AppointmentShapes:
    """List appointments by their time: your own, those of your groups, and those within reach.

    `state=todo` are those that are neither done nor canceled, `state=overdue` those of them that
    are due.
    """
    return answer_page(request, APPOINTMENTS, query, AppointmentShapes)


@router.post("", status_code=201)
def add_appointment(
    request: Request, response: Response, body: AppointmentBody, who: AppointmentUser
) -> AppointmentShape:
    """Add an appointment for yourself, or for a user or group within reach."""
    with context_of(request).database.begin() as session:
        shape = actions.show(session, actions.add(session, request, who, body))
    response.headers["ETag"] = version_of(shape)
    return shape


@router.get("/{appointment}")
def read_appointment(
    request: Request, response: Response, appointment: IdPath, who: AppointmentUser
) -> AppointmentShape:
    """Show an appointment; the answer's `ETag` names the version for an `If-Match`."""
    with context_of(request).database.begin() as session:
        shape = actions.show(session, actions.find(session, who, appointment))
    response.headers["ETag"] = version_of(shape)
    return shape


@router.patch("/{appointment}")
def change_appointment(
    request: Request,
    response: Response,
    appointment: IdPath,
    body: AppointmentChange,
    who: AppointmentUser,
) -> AppointmentShape:
    """Change the given fields or the state; with `If-Match` only if it has not changed.

    The state that it has already changes nothing, so this can be sent again.
    """
    with context_of(request).database.begin() as session:
        known = actions.lock(session, who, appointment)
        check_match(request, version_of(actions.show(session, known)))
        # Who gives an appointment away may not see it any more.
        shape = actions.show(session, actions.change(session, request, who, known, body))
    response.headers["ETag"] = version_of(shape)
    return shape


@router.post("/{appointment}/postpone")
def postpone_appointment(
    request: Request,
    response: Response,
    appointment: IdPath,
    body: PostponeBody,
    who: AppointmentUser,
) -> AppointmentShape:
    """Postpone by 15 minutes or an hour from now, to tomorrow at nine, or to another time."""
    with context_of(request).database.begin() as session:
        known = actions.lock(session, who, appointment)
        shape = actions.show(session, actions.postpone(session, request, who, known, body))
    response.headers["ETag"] = version_of(shape)
    return shape
