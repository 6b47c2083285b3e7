"""Bodies and answers of the API of an agent's desk."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from acd.agent import Phone
from web.customers.shapes import ScreenPop
from web.kit.bodies import Body, Key, Note
from web.kit.shapes import Choice
from web.live.json_schema import LiveAgent, LiveCall


class DeskSignIn(Body):
    """The telephone on which the agent takes calls."""

    phone: Phone = Phone.BROWSER


class DeskState(Body):
    """Ready for calls, or paused and why (a key of the pause reasons)."""

    state: Literal["ready", "paused"]
    reason: Key = ""


class Outcome(Body):
    """The outcome of a call (a key of the outcomes)."""

    outcome: Annotated[str, Field(min_length=1, max_length=50)]
    note: Note = ""


class FinishAnswer(BaseModel):
    """Whether a call is finished; if not, what is wrong, and in which field."""

    saved: bool
    problem: str = ""
    field: str = ""


class Colleague(Body):
    """The agent to be called (a user's id)."""

    to: Annotated[int, Field(ge=1, le=2**31 - 1)]


class HandOver(Colleague):
    """The agent who is to get a call, and a note for them."""

    note: Note = ""


class DialledCall(BaseModel):
    """The call that was started."""

    call: str


class PhoneShape(BaseModel):
    """The softphone's settings that hold for the agent."""

    auto_answer: bool
    ring_volume: int  # percent
    screen_pop: str  # when the workspace opens by itself: answer, ring or never


class DeskShape(BaseModel):
    """All data of an agent's desk."""

    agent: LiveAgent
    call: LiveCall | None
    card: ScreenPop | None
    outcomes: list[Choice]
    pause_reasons: list[Choice]
    queue_names: dict[str, str]
    phone: PhoneShape


class SignedInDesk(BaseModel):
    """The browser phone's credentials (none for a SIP phone) and the desk."""

    sip: dict[str, str] | None = None
    ice_servers: list[dict[str, str]] = []
    desk: DeskShape


class Credentials(BaseModel):
    """The browser phone's SIP credentials, and the STUN and TURN servers for its sound."""

    sip: dict[str, str] | None = None
    ice_servers: list[dict[str, str]] = []
