"""Appointments, as the API takes and returns them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.appointments.appointment import (
    MOST_REMIND_MINUTES,
    AppointmentMedium,
    AppointmentState,
    Phase,
    Postpone,
    Source,
)
from web.appointments.words import MEDIA
from web.kit.bodies import Body, Id, Note
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named

Title = Annotated[str, Field(min_length=1, max_length=200)]
TimeText = Annotated[str, Field(min_length=1, max_length=40)]  # ISO; without a zone in yours
OwnerText = Annotated[str, Field(max_length=30, pattern=r"^((user|group):[1-9][0-9]{0,17})?$")]
NumberText = Annotated[str, Field(max_length=64)]
CallText = Annotated[str, Field(max_length=150)]
RemindMinutes = Annotated[int, Field(ge=0, le=MOST_REMIND_MINUTES)]


class OwnerKind(StrEnum):
    """One user, or a user group."""

    USER = "user"
    GROUP = "group"


class AppointmentForm(Body):
    """What can be set of an appointment, also later."""

    title: Annotated[Title, Input(N_("Title"))]
    due: Annotated[TimeText, Input(N_("Due"), "datetime-local")]
    remind_minutes: Annotated[RemindMinutes, Input(N_("Remind before (minutes)"))] = 10
    medium: Annotated[AppointmentMedium, Input(N_("By"), names=MEDIA)] = AppointmentMedium.CALL
    owner: Annotated[OwnerText, Input(N_("Owner"), "select", placeholder=N_("Myself"))] = ""
    number: Annotated[
        NumberText,
        Input(N_("Phone number"), help=N_("Leave empty to call the customer's own number.")),
    ] = ""
    note: Annotated[Note, Input(N_("Note"))] = ""
    customer: Annotated[Id | None, Input(N_("Customer"), "hidden")] = None


class AppointmentBody(AppointmentForm):
    """An appointment. `owner` is `user:3` or `group:2`; "" is yourself.

    `due` is an ISO time, in your time zone if it names none. `number` is the one to be called; ""
    is the customer's own.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"title": "Send the offer", "due": "2036-11-24T09:00:00+08:00", "customer": 1}
            ]
        },
    )

    call: Annotated[CallText, Input(N_("Call"), "hidden")] = ""
    source: Annotated[Source, Input(N_("Source"), "hidden")] = Source.MANUAL


class AppointmentChange(Body):
    """The fields to change; missing ones stay. `result` says what came of it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"state": "done", "result": "They ordered."}]},
    )

    title: Title | None = None
    due: TimeText | None = None
    remind_minutes: RemindMinutes | None = None
    medium: AppointmentMedium | None = None
    owner: OwnerText | None = None
    number: NumberText | None = None
    note: Note | None = None
    customer: Id | None = None
    state: AppointmentState | None = None
    result: Note | None = None


class PostponeBody(Body):
    """By how much to postpone, or `to` which time."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"by": "1 hour"}]})

    by: Postpone | None = None
    to: Annotated[str, Field(max_length=40), Input(N_("Other time"), "datetime-local")] = ""


class ResultBody(Body):
    """What came of an appointment that is done or canceled."""

    result: Annotated[Note, Input(N_("Result"))] = ""


class OwnerShape(BaseModel):
    """Who must do it."""

    kind: OwnerKind
    id: int
    name: str


class AppointmentShape(BaseModel):
    """An appointment; `phase` is where it stands now."""

    id: int
    title: str
    due: datetime
    remind_minutes: int
    medium: AppointmentMedium
    owner: OwnerShape
    customer: Named | None
    number: str  # to be called: its own, else the customer's first; "" for none
    own_number: str  # the one that was given for it
    call: str
    source: Source
    note: str
    state: AppointmentState
    phase: Phase
    result: str
    state_by: Named | None
    state_at: datetime | None
    created_by: Named
    created_at: datetime


class AppointmentShapes(Items[AppointmentShape]):
    """A page of appointments, by their time."""
