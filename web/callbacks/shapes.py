"""Callbacks, as the API returns them."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from acd.callback import CallbackState
from web.kit.bodies import Body
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named

CallbackPath = Annotated[str, Path(min_length=1, max_length=150)]
NumberText = Annotated[str, Field(min_length=1, max_length=64)]
QueueText = Annotated[str, Field(min_length=1, max_length=50)]
TimeText = Annotated[str, Field(max_length=40)]  # ISO; without a zone in yours
NoteText = Annotated[str, Field(max_length=500)]


class CallbackForm(Body):
    """What can be changed while the customer waits."""

    number: Annotated[NumberText, Input(N_("Phone number"))]
    at: Annotated[
        TimeText,
        Input(
            N_("Not before"),
            "datetime-local",
            help=N_("Leave empty to call as soon as it is the customer's turn."),
        ),
    ] = ""


class CallbackBody(CallbackForm):
    """A customer who is to be called back by the agents of a queue.

    `at` is an ISO time, in your time zone if it names none; "" is as soon as it is their turn.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"number": "+8613800138000", "queue": "support", "at": "", "note": "Invoice 12"}
            ]
        },
    )

    queue: Annotated[QueueText, Input(N_("Queue"), "select")]
    note: Annotated[NoteText, Input(N_("Note"))] = ""


class CallbackChange(Body):
    """The fields to change; missing ones stay. `at: ""` is as soon as it is the turn."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"number": "+8613800138000"}]}
    )

    number: NumberText | None = None
    at: TimeText | None = None


class CallbackShape(BaseModel):
    """A callback: a customer who hung up and keeps their place in a queue."""

    id: str  # of the call in which it was asked for
    number: str
    customer: Named | None
    queue: str
    queue_name: str
    asked_at: datetime
    waiting_since: datetime  # the place in line: as if the customer waited since then
    due_at: datetime | None  # not before: chosen, the next try, or when the queue opens
    state: CallbackState
    state_name: str
    reason: str  # why it is over, or waits again; a key
    reason_name: str
    tries: int  # how often the customer was called
    tries_most: int  # how often the queue has a customer called
    note: str
    added_by: Named | None  # the user who added it; None: the customer asked
    agent: Named | None  # who called last
    asking_call: str | None  # the call in which it was asked for; None if the asker may not see it
    made_call: str | None  # the call to the customer, the last one; None as above
    over_at: datetime | None
    cancelable: bool  # it waits, and the asker may change and cancel it


class CallbackId(BaseModel):
    """The id of a callback that was added."""

    id: str


class CallbackShapes(Items[CallbackShape]):
    """A page of callbacks, those that are not over first."""
