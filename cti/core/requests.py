"""What agents and supervisors ask for at their desks. A request that cannot be is refused."""

from dataclasses import dataclass

from acd.agent import Phone
from acd.queue import AgentId
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard


@dataclass(frozen=True, slots=True)
class SignInAsked:
    """An agent signs in at a phone."""

    agent: AgentId
    phone: Phone
    reachable: bool = False


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


@dataclass(frozen=True, slots=True)
class AnswerAsked:
    """The agent's desk is to pick up."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class DeclineAsked:
    """The agent does not take the offered call."""

    agent: AgentId
    call: CallId


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
    """The agent hands the customer to another agent without a word."""

    agent: AgentId
    call: CallId
    to: AgentId
    note: str = ""


@dataclass(frozen=True, slots=True)
class ConsultAsked:
    """The agent speaks with another agent, while the customer hears music."""

    agent: AgentId
    call: CallId
    to: AgentId
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShuttleAsked:
    """The agent changes between the customer and the agent consulted."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class CompleteAsked:
    """The agent leaves the customer and the agent consulted together."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class TakeBackAsked:
    """The agent ends the consultation and speaks with the customer again."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class ListenAsked:
    """A supervisor, who has a phone like an agent, wants to hear a call."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class StopListeningAsked:
    """The supervisor has heard enough."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class DialAsked:
    """An agent calls another agent. The id of the new call comes with it."""

    call: CallId
    agent: AgentId
    to: AgentId


@dataclass(frozen=True, slots=True)
class MoreTimeAsked:
    """The agent needs more time to wrap up a call."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class CustomerChosen:
    """The customer whose call it is, chosen by the agent; also after the call is over."""

    agent: AgentId
    call: CallId
    card: CustomerCard


@dataclass(frozen=True, slots=True)
class OutcomeChosen:
    """How the agent judges the call; may come after the call is over and forgotten."""

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
    | ListenAsked
    | StopListeningAsked
    | DialAsked
    | MoreTimeAsked
    | CustomerChosen
    | OutcomeChosen
)
"""Everything that a desk may ask for."""
