"""Requests of agents and supervisors at their desks. An impossible request is refused."""

from dataclasses import dataclass
from enum import StrEnum

from acd.agent import Phone
from acd.queue import AgentId
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard
from crm.kernel.destination import Destination
from cti.core.callback_requests import CallbackRequest


@dataclass(frozen=True, slots=True)
class SignInAsked:
    """An agent signs in at a phone."""

    agent: AgentId
    phone: Phone
    reachable: bool = False
    number: str = ""  # of a phone outside


@dataclass(frozen=True, slots=True)
class SignOutAsked:
    """An agent signs out."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class StateAsked:
    """Ready, or paused with a reason."""

    agent: AgentId
    ready: bool
    reason: str = ""
    minutes: float = 0.0  # how long the pause is meant to last; 0 says nothing


@dataclass(frozen=True, slots=True)
class AnswerAsked:
    """The agent's desk is to pick up."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class DeclineAsked:
    """The agent does not take the offered call, and may say why."""

    agent: AgentId
    call: CallId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """The customer is to hear music, or the agent again."""

    agent: AgentId
    call: CallId
    hold: bool


@dataclass(frozen=True, slots=True)
class HangUpAsked:
    """The agent ends the call."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """The agent hands the customer on without a word; `front` is the front of a queue."""

    agent: AgentId
    call: CallId
    to: Destination
    note: str = ""
    front: bool = False
    wait: bool = False  # for an agent who is busy, until they are free


@dataclass(frozen=True, slots=True)
class ConsultAsked:
    """The agent speaks with an agent or a number outside, while the customer hears music."""

    agent: AgentId
    call: CallId
    to: Destination
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShuttleAsked:
    """The agent changes between the customer and the party consulted."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class CompleteAsked:
    """The agent leaves the customer and the party consulted together."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class TakeBackAsked:
    """The agent ends the consultation and speaks with the customer again."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class ConferenceAsked:
    """The agent, the customer and the party consulted are to talk together."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class AddAsked:
    """An agent or a number outside is to join the talk."""

    agent: AgentId
    call: CallId
    to: Destination


@dataclass(frozen=True, slots=True)
class DropAsked:
    """One party is to leave the talk."""

    agent: AgentId
    call: CallId
    leg: str


@dataclass(frozen=True, slots=True)
class MuteAsked:
    """The others in the talk are not to hear one party, or to hear it again."""

    agent: AgentId
    call: CallId
    leg: str
    on: bool


class MonitorMode(StrEnum):
    """How a supervisor takes part in a call."""

    LISTEN = "listen"  # hears it, unheard
    WHISPER = "whisper"  # and is heard by the agent alone
    BARGE = "barge"  # and is heard by all
    TAKE_OVER = "take-over"  # in the agent's place
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class MonitorAsked:
    """A supervisor, who has a phone like an agent, takes part in a call in another way."""

    agent: AgentId
    call: CallId
    mode: MonitorMode


@dataclass(frozen=True, slots=True)
class MoveAsked:
    """A caller who waits is to go elsewhere; None is the front of the same queue."""

    call: CallId
    to: Destination | None
    by: AgentId | None = None  # the supervisor who moves the caller


@dataclass(frozen=True, slots=True)
class ParkAsked:
    """The customer is to wait in a slot, from which any agent may fetch them."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class RetrieveAsked:
    """The agent fetches the customer from a slot."""

    agent: AgentId
    slot: int


@dataclass(frozen=True, slots=True)
class PickUpAsked:
    """The agent takes a call that rings at a colleague."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class DialAsked:
    """An agent calls another agent. The id of the new call comes with it."""

    call: CallId
    agent: AgentId
    to: AgentId


@dataclass(frozen=True, slots=True)
class CallWhenFreeAsked:
    """An agent wants to be called as soon as a colleague is free, or no longer."""

    call: CallId
    agent: AgentId
    to: AgentId
    on: bool = True


@dataclass(frozen=True, slots=True)
class CallAsked:
    """An agent calls a number outside. The id of the new call comes with it."""

    call: CallId
    agent: AgentId
    dialled: str  # as it was typed
    card: CustomerCard | None = None  # the customer from whose page it was dialled
    hidden: bool = False  # our number is not shown


@dataclass(frozen=True, slots=True)
class MoreTimeAsked:
    """The agent needs more time to wrap up a call."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class CustomerChosen:
    """The agent chooses the call's customer; possible also after the call is over."""

    agent: AgentId
    call: CallId
    card: CustomerCard


@dataclass(frozen=True, slots=True)
class OutcomeChosen:
    """The agent chooses the call's disposition; also after the call is over and forgotten."""

    agent: AgentId
    call: CallId
    outcome: str
    note: str = ""


DeskRequest = (
    SignInAsked
    | SignOutAsked
    | StateAsked
    | AnswerAsked
    | DeclineAsked
    | HoldAsked
    | HangUpAsked
    | TransferAsked
    | ConsultAsked
    | ShuttleAsked
    | CompleteAsked
    | TakeBackAsked
    | ConferenceAsked
    | AddAsked
    | DropAsked
    | MuteAsked
    | MonitorAsked
    | MoveAsked
    | ParkAsked
    | RetrieveAsked
    | PickUpAsked
    | DialAsked
    | CallWhenFreeAsked
    | CallbackRequest
    | CallAsked
    | MoreTimeAsked
    | CustomerChosen
    | OutcomeChosen
)
"""Everything that a desk may ask for."""
