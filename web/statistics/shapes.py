"""The figures of seats, as the API gives them."""

from datetime import datetime

from pydantic import BaseModel

from acd.statistics.calls.part import PartKind
from web.kit.shapes import Items, Named
from web.statistics.words import By


class ReasonTime(BaseModel):
    """The time not ready for one reason."""

    key: str
    name: str
    paid: bool
    seconds: float


class SeatNumbers(BaseModel):
    """The figures of an agent, a group or a queue in an interval. Shares are 0..1."""

    signed_in_seconds: float
    paid_seconds: float
    ready_seconds: float
    ringing_seconds: float
    on_call_seconds: float
    wrap_up_seconds: float
    not_ready_seconds: float
    unpaid_seconds: float
    reasons: list[ReasonTime]
    occupancy: float | None
    first_in: datetime | None
    last_out: datetime | None
    offered: int
    answered: int
    missed: int
    declined: int
    withdrawn: int
    answer_rate: float | None
    dialed: int
    reached: int
    internal: int
    transferred: int
    consulted: int
    handled: int
    talk_seconds: float
    hold_seconds: float
    longest_seconds: float
    callbacks: int  # by queue: asked for in the interval
    callbacks_reached: int
    callbacks_failed: int
    callbacks_canceled: int
    average_callback_wait_seconds: float | None  # of those reached
    average_talk_seconds: float | None
    average_handling_seconds: float | None


class SeatFiguresShape(BaseModel):
    """A row of the statistics of seats."""

    id: str
    by: By
    key: str  # an agent's or a group's id, or a queue's key
    name: str
    since: datetime
    until: datetime
    numbers: SeatNumbers
    before: SeatNumbers | None = None  # of the period before, if it was asked for


class SeatList(Items[SeatFiguresShape]):
    """A page of the statistics of seats."""


class PartShape(BaseModel):
    """An agent's part in a call."""

    call: str
    leg: str
    agent: Named
    began_at: datetime
    kind: PartKind
    direction: str
    number: str
    queue: str
    queue_name: str
    ring_seconds: float
    talk_seconds: float
    hold_seconds: float


class PartList(Items[PartShape]):
    """A page of agents' parts in calls."""
