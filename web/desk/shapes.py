"""Bodies and answers of the API of an agent's desk."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from acd.agent import Phone
from crm.calls.record import CallResult
from cti.core.call import LONGEST_HANDED_NOTE
from web.customers.shapes import ScreenPop
from web.kit.bodies import Body, Id, Key, Note
from web.kit.shapes import Choice
from web.live.json_schema import LiveAgent, LiveCall

DestinationText = Annotated[str, Field(min_length=1, max_length=150)]
HandedNote = Annotated[str, Field(max_length=LONGEST_HANDED_NOTE)]


class DeskSignIn(Body):
    """The phone on which the agent takes calls; for `outside`, its number in any spelling."""

    phone: Phone = Phone.BROWSER
    number: Annotated[str, Field(max_length=64)] = ""


class DeskState(Body):
    """Ready for calls, or paused and why (a key of the pause reasons)."""

    state: Literal["ready", "paused"]
    reason: Key = ""
    # How long the pause is meant to last; 0 says nothing.
    minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 0


class DeclineBody(Body):
    """Why the call is not taken: a key of the decline reasons, or a few words.

    It stands in the call's timeline.
    """

    reason: Annotated[str, Field(max_length=100)] = ""


class WhenFreeBody(Body):
    """The colleague (an agent's user id) who is to be called as soon as both are free."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"agent": 2}]})

    agent: Id
    on: bool = True


class Outcome(Body):
    """The outcome of a call (a key of the outcomes)."""

    outcome: Annotated[str, Field(min_length=1, max_length=50)]
    note: Note = ""


class FinishAnswer(BaseModel):
    """Whether a call is finished; if not, what is wrong, and in which field."""

    saved: bool
    problem: str = ""
    field: str = ""


class DialBody(Body):
    """What to dial: an extension, or a number in any spelling; and the customer it belongs to."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"to": "138 0013 8000"}]}
    )

    to: Annotated[str, Field(min_length=1, max_length=64)]
    customer: Id | None = None
    hide_number: bool = False  # where the outbound rule allows it


class DialledNumberShape(BaseModel):
    """A number that the agent dialled, as of the newest call to it."""

    number: str
    number_name: str  # as the reader writes it
    name: str  # the customer's; "" if no customer is known
    customer: int | None
    at: datetime
    at_name: str
    result: CallResult
    result_name: str


class DialledNumbers(BaseModel):
    """The numbers that the agent dialled, each once, the newest first; and how they may dial."""

    items: list[DialledNumberShape]
    may_hide: bool  # an outbound rule lets the agent hide the number in some calls


class TransferMode(StrEnum):
    """How a customer is handed on."""

    BLIND = "blind"
    ATTENDED = "attended"  # the agent speaks with the other party first


class PartyBody(Body):
    """The agent or outside number to be called, e.g. `agent:7` or `number:13800138000`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"to": "agent:2"}]})

    to: DestinationText


class ConsultBody(PartyBody):
    """The party to be consulted, and a note for them."""

    note: HandedNote = ""


class TransferBody(ConsultBody):
    """Where the customer is to go; `front` is the front of a queue, by permission."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"to": "queue:support", "note": "Asks for a refund."}]},
    )

    mode: TransferMode = TransferMode.BLIND
    front: bool = False
    # For an agent who is busy: the customer hears music until they are free, three minutes at most.
    wait: bool = False


class LegBody(Body):
    """One party of a call, by the id of its leg in the live call."""

    leg: Annotated[str, Field(min_length=1, max_length=200)]


class MuteBody(LegBody):
    """The party, and whether the others are not to hear it."""

    on: bool


class SlotBody(Body):
    """A parking slot."""

    slot: Annotated[int, Field(ge=1, le=9999)]


class PickUpBody(Body):
    """The call that rings at a colleague."""

    call: Annotated[str, Field(min_length=1, max_length=150)]


class DialledCall(BaseModel):
    """The call that was started."""

    call: str


class PhoneShape(BaseModel):
    """The softphone's settings that hold for the agent."""

    auto_answer: bool
    ring_volume: int  # percent
    call_notice: bool  # the browser notifies of a call while the tab is hidden
    screen_pop: str  # when the workspace opens by itself: answer, ring or never
    kind: Phone  # the kind that was connected last
    number: str  # the outside number that was used last, or empty


class DeskShape(BaseModel):
    """All data of an agent's desk."""

    agent: LiveAgent
    call: LiveCall | None
    card: ScreenPop | None
    outcomes: list[Choice]
    pause_reasons: list[Choice]
    decline_reasons: list[Choice]
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
