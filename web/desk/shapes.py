"""What the API takes and returns at an agent's desk."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from acd.agent import Phone
from web.customers.shapes import ScreenPop
from web.kit.bodies import Body, Key, Note
from web.kit.shapes import Choice
from web.live.json_schema import LiveAgent, LiveCall


class DeskSignIn(Body):
    """Which telephone the agent takes calls on."""

    phone: Phone = Phone.BROWSER


class DeskState(Body):
    """Ready for calls, or paused and why (a key of the pause reasons)."""

    state: Literal["ready", "paused"]
    reason: Key = ""


class Outcome(Body):
    """How a call came out (a key of the outcomes)."""

    outcome: Annotated[str, Field(min_length=1, max_length=50)]
    note: Note = ""


class Colleague(Body):
    """The agent who is to be called (a user's id)."""

    to: Annotated[int, Field(ge=1, le=2**31 - 1)]


class HandOver(Colleague):
    """The agent who is to get a call, and what to know about it."""

    note: Note = ""


class DialledCall(BaseModel):
    """The call that was begun."""

    call: str


class DeskShape(BaseModel):
    """All that an agent's desk shows."""

    agent: LiveAgent
    call: LiveCall | None
    card: ScreenPop | None
    outcomes: list[Choice]
    pause_reasons: list[Choice]
    queue_names: dict[str, str]


class SignedInDesk(BaseModel):
    """The browser phone's credentials (none for a SIP phone) and the desk."""

    sip: dict[str, str] | None = None
    ice_servers: list[dict[str, str]] = []
    desk: DeskShape


class Credentials(BaseModel):
    """What the browser phone registers with, and the servers that find a way for its sound."""

    sip: dict[str, str] | None = None
    ice_servers: list[dict[str, str]] = []
