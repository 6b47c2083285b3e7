"""Lost calls, as the API takes and returns them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.calls.record import CallResult
from crm.lost_calls.lost_call import LostState
from web.kit.bodies import Body, Id, Note
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named
from web.lost_calls.words import STATES_BY_HAND


class ChosenState(StrEnum):
    """The states that a user can choose."""

    OPEN = LostState.OPEN.value
    WORK = LostState.WORK.value
    DONE = LostState.DONE.value


class LostCareBody(Body):
    """What a user sets for lost calls: an owner, a state, and a note."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"state": "done", "note": "Mailed."}]}
    )

    state: Annotated[ChosenState, Input(N_("State"), names=STATES_BY_HAND)] = ChosenState.OPEN
    owner: Annotated[Id | None, Input(N_("Owner"), "select", placeholder=N_("Nobody"))] = None
    note: Annotated[Note, Input(N_("Note"))] = ""


class LostCareChange(Body):
    """The fields to change; missing ones stay. `owner: null` is nobody."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"state": "done"}]})

    state: ChosenState | None = None
    owner: Id | None = None
    note: Note | None = None


class LostDoneBody(Body):
    """The lost calls that are done: the id of each entry."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"ids": ["hotline-1-1763775000.3"]}]}
    )

    ids: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=150)]],
        Field(min_length=1, max_length=500),
    ]


class LostCallShape(BaseModel):
    """The lost calls of a number on a day."""

    id: str  # of the first of them
    number: str
    day: date  # in the site's zone
    customer: Named | None
    queue: str | None
    queue_name: str
    reason: CallResult  # the result of the last of them
    first_at: datetime
    last_at: datetime
    tries: int  # lost calls of that day
    waited_seconds: float  # the longest wait
    called_back: int  # our calls to the number since
    reached_at: datetime | None  # when an agent talked with the number afterwards
    reached_by: Named | None
    reached_call: str | None
    owner: Named | None
    state: LostState
    note: str


class LostCallShapes(Items[LostCallShape]):
    """A page of lost calls, the last try first unless another order is asked for."""
