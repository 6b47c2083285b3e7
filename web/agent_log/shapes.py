"""The log of the agents' states, as the API gives it."""

from datetime import datetime

from pydantic import BaseModel

from acd.agent import AgentState, Phone
from web.kit.shapes import Items, Named


class LogLineShape(BaseModel):
    """A line of an agent's log."""

    id: int
    agent: Named
    state: AgentState
    reason: str
    reason_name: str
    since: datetime
    until: datetime | None  # None: it still goes on
    seconds: float | None  # None while it goes on
    cause: str
    phone: Phone | None
    call: str | None
    queue: str
    queue_name: str
    inferred: bool


class LogLines(Items[LogLineShape]):
    """A page of the agents' logs, newest first."""
