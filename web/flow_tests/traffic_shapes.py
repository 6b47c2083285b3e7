"""Real calls through flows, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web.flow_tests.shapes import EndShape, FlowWayShape
from web.kit.bodies import Body

MOST_DAYS = 31


class FlowReplayBody(Body):
    """How many days of calls are played again, and on which version; without one on the draft."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"days": 7}]})

    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 7
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class ReplayedShape(BaseModel):
    """A call that would end elsewhere. `url` leads to it."""

    call: str
    url: str
    at: datetime
    before: EndShape
    after: EndShape


class ReplayShape(BaseModel):
    """What became of the calls; `cut`: there are more calls than could be played.

    Of a call that is unknown the draft asks something that the caller was never asked, or the
    keys are hidden. `items` names the newest of those that end elsewhere, as far as you may see
    them.
    """

    calls: int
    same: int
    elsewhere: int
    unknown: int
    cut: bool
    text: str
    items: list[ReplayedShape]


class StepHeatShape(BaseModel):
    """How often a step was entered, and how many callers hung up there."""

    step: str
    entered: int
    gave_up: int


class WayHeatShape(FlowWayShape):
    """How many calls took a way."""

    calls: int


class HeatShape(BaseModel):
    """The calls through a version of a flow in a period; version 0 if there were none on any.

    `calls_url` is the list of these calls, "" if you may not see it; `&step=` leaves those that
    came to one, and `&step=…&output=…` those that took a way.
    """

    version: int
    versions: list[int]
    calls: int
    since: datetime
    until: datetime
    calls_url: str
    steps: list[StepHeatShape]
    ways: list[WayHeatShape]


class PathShape(BaseModel):
    """The way of one call through a flow."""

    version: int
    steps: list[str]
    ways: list[FlowWayShape]
    ended: EndShape | None
