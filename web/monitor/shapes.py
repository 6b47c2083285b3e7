"""The live state, and an agent's seat, as the API returns them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from acd.agent import AgentState
from web.calls.shapes import CallShape
from web.kit.bodies import Body, Id, Key
from web.kit.shapes import Choice, Named
from web.live.json_schema import LiveAgent, LiveCall, LiveEngine, LiveNode, LiveQueue

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class LiveShape(BaseModel):
    """The whole floor at one number of the engine."""

    boot: str
    number: int
    agents: list[LiveAgent]
    calls: list[LiveCall]
    queues: list[LiveQueue]
    nodes: list[LiveNode]
    engine: LiveEngine | None


class OpenCallbacks(BaseModel):
    """How many callbacks wait or are called just now, by the keys of the queues."""

    queues: dict[str, int]


class QueuesBody(Body):
    """The queues that an agent serves until midnight, and why: the agent is told."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"queues": ["support"], "reason": "Many callers"}]},
    )

    queues: Annotated[list[Key], Field(max_length=200)]
    reason: Reason


class MessageBody(Body):
    """A message to some agents, or to the members of a group."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"agents": [2], "text": "Please call me."}]},
    )

    agents: Annotated[list[Id], Field(max_length=500)] = Field(default_factory=list)
    group: Id | None = None
    text: Text


class SentMessage(BaseModel):
    """To how many agents a message was sent."""

    agents: int


class StretchShape(BaseModel):
    """A time that an agent spent in one state."""

    state: AgentState
    reason: str
    begin: datetime
    end: datetime
    seconds: float


class QueuesOfToday(BaseModel):
    """What a supervisor changed in an agent's queues until midnight."""

    added: list[Choice]
    removed: list[Choice]
    reason: str
    by: Named | None
    until: datetime


class AgentFigures(BaseModel):
    """An agent's day so far, in the reader's zone."""

    calls: int
    talk_seconds: float
    hold_seconds: float
    longest_seconds: float
    wrapup_seconds: float
    not_ready_seconds: float
    signed_in_seconds: float


class SeatShape(BaseModel):
    """An agent's seat: the present state, the day's figures, and the states of eight hours."""

    agent: Named
    extension: str
    live: dict[str, Any] | None  # as in the live state; null while the engine is away
    queues: list[Choice]
    today: QueuesOfToday | None
    figures: AgentFigures
    strip_since: datetime
    strip: list[StretchShape]
    calls: list[CallShape]  # of today, the newest first; none without the permission
