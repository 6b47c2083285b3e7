"""A call: what it is, where it came from, and its place in line. It outlives any of its legs.

Its stage is derived from its legs and its work and stored nowhere (`cti.core.stage`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from acd.queue import AgentId, QueueKey
from acd.ring_group import RingGroupId
from acd.service_level import NO_NEEDS, OwnNeeds, ServiceLevel
from acd.work import WorkId
from crm.calls.record import CallId
from crm.custom_destinations.custom import CustomId
from crm.customers.customer import CustomerCard
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ImpossibleError
from crm.kernel.state import Timers, no_timers
from crm.voicemail.box import BoxId
from cti.core.box_menu import BoxVisit
from cti.core.callback_menu import CallbackOffer
from ivr.flow import FlowId, FlowKey
from ivr.run import FlowRun
from ivr.step import AgentSaid


@dataclass(frozen=True, slots=True)
class Introducing:
    """The agent's number is said: what counts again if the agent hangs up before the talk."""

    said: AgentSaid
    first: bool  # the customer had talked with nobody yet
    misses: int  # of the agent, one after the other


class Direction(StrEnum):
    """Who called whom, as reports count it."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Inbound:
    """A customer called, over a trunk."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Somebody called from the page for trying the hotline out."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """An agent dialled another agent."""

    agent: AgentId
    to: AgentId


@dataclass(frozen=True, slots=True)
class DialledOut:
    """An agent dialled a number outside; the outbound rules say how, at the moment of dialling."""

    agent: AgentId
    dialled: str  # as it was typed
    callback: CallId | None = None  # the callback for which the call is made
    hidden: bool = False  # our number is not shown


@dataclass(frozen=True, slots=True)
class BoxCall:
    """An agent's phone dialled a code for voicemail."""

    agent: AgentId  # the agent who has the phone
    dialled: str
    own: bool  # the agent is signed in at it, and is busy meanwhile


Origin = Inbound | Trial | Dialled | DialledOut | BoxCall
VIA = {
    Inbound: "trunk",
    Trial: "guest",
    Dialled: "phone",
    DialledOut: "phone",
    BoxCall: "phone",
}


class TransferKind(StrEnum):
    """Blind: handed on without a word. Attended: after a consultation."""

    BLIND = "blind"
    ATTENDED = "attended"


class TransferState(StrEnum):
    """Where a transfer is. One that is completed or taken back has no value any more."""

    DIALLING = "dialling"  # the recipient's phone rings
    CONSULTING = "consulting"  # initiator and recipient talk, the customer hears music
    SHUTTLED = "shuttled"  # initiator and customer talk, the recipient hears music
    RETURNING = "returning"  # the recipient did not take it: the initiator's phone rings


class TransferStep(StrEnum):
    """What may happen to a transfer."""

    ANSWERED = "answered"
    SHUTTLE = "shuttle"
    NOT_TAKEN = "not taken"


TRANSFERS: Mapping[
    tuple[TransferKind, TransferState], Mapping[TransferStep, TransferState | None]
] = {
    (TransferKind.BLIND, TransferState.DIALLING): {
        TransferStep.ANSWERED: None,
        TransferStep.NOT_TAKEN: TransferState.RETURNING,
    },
    (TransferKind.BLIND, TransferState.RETURNING): {
        TransferStep.ANSWERED: None,
        TransferStep.NOT_TAKEN: None,
    },
    (TransferKind.ATTENDED, TransferState.DIALLING): {
        TransferStep.ANSWERED: TransferState.CONSULTING,
        TransferStep.NOT_TAKEN: None,
    },
    (TransferKind.ATTENDED, TransferState.CONSULTING): {
        TransferStep.SHUTTLE: TransferState.SHUTTLED,
        TransferStep.NOT_TAKEN: None,  # the recipient hung up
    },
    (TransferKind.ATTENDED, TransferState.SHUTTLED): {
        TransferStep.SHUTTLE: TransferState.CONSULTING,
        TransferStep.NOT_TAKEN: None,
    },
}
"""The one table of all transfers; None: it is over."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer of the customer from an agent to another party that is under way."""

    kind: TransferKind
    state: TransferState
    initiator: AgentId
    to: Destination  # an agent, or where else the customer goes; a number in E.164
    work: WorkId  # what rings at the recipient: the call's own work, or the consultation
    note: str = ""

    @property
    def recipient(self) -> AgentId | None:
        """The agent that the customer goes to, if it is one."""
        return AgentId(int(self.to.key)) if self.to.kind is DestinationKind.AGENT else None

    def stepped(self, step: TransferStep) -> "Transfer | None":
        """The transfer after something happened to it; None when it is over."""
        try:
            state = TRANSFERS[self.kind, self.state][step]
        except KeyError:
            raise ImpossibleError(
                "A transfer that is {state} cannot be {step}", state=self.state, step=step
            ) from None
        return None if state is None else replace(self, state=state)


LONGEST_HANDED_NOTE = 200  # characters of a note that goes with a call


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Who handed the customer over last, and what they noted for the next one."""

    agent: AgentId
    note: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the core knows it. Times are seconds of the engine's clock."""

    id: CallId
    direction: Direction
    origin: Origin
    customer_number: str  # E.164 where it can be told, else as it came; "" when withheld
    own_number: str  # the number of ours that was called, or that was shown
    arrived: float
    late: float = 0.0  # seconds that the caller waited for an engine before the flow began
    customer: CustomerCard | None = None
    run: FlowRun | None = None  # through the flow; kept until the call ends
    queue: QueueKey | None = None  # the place in line, kept while the call is elsewhere
    priority: int = 0
    waiting_since: float | None = None
    agent: AgentId | None = None  # who has the customer, or had last
    talked: float | None = None  # when an agent first had the customer
    transfer: Transfer | None = None
    handed: HandedOver | None = None
    slot: int | None = None  # the parking slot in which the customer waits
    held_at_loss: bool = False  # on hold when the agent's phone was lost, and again afterwards
    recording: str = "off"  # "off" | "wanted" | "on" | "failed" | "ending"
    plays: int = 0  # playbacks and questions so far, for their ids
    ring_group: RingGroupId | None = None  # the ring group that rings, or rang last, for the call
    box: BoxId | None = None  # the voicemail box in which the caller leaves a message
    visit: BoxVisit | None = None  # somebody hears the messages of a box
    offered: CallbackOffer | None = None  # the caller is asked about a callback
    asking: CustomId | None = None  # the custom destination whose answer the caller waits for
    farewell: bool = False  # the caller hears last words; when they are over the call ends
    introduction: AgentSaid | None = None  # is said before the talk, with the agent's number
    introducing: Introducing | None = None  # it is said, or was said last
    survey: FlowId | None = None  # the flow that asks the customer after the talk
    surveyed: bool = False  # the talk is over, and the customer is in that flow
    hops: int = 0  # destinations so far
    boost: int = 0  # priority that a list of VIPs and the customer's level give, in every queue
    level: ServiceLevel | None = None  # the customer's, from the first queue on
    needs: OwnNeeds = NO_NEEDS  # of this call alone; it goes with it from queue to queue
    legs: int = 0  # legs that we made so far, for their ids
    cause: int | None = None  # why it ended, Q.850
    ended: float | None = None  # when; the row is kept while its agent wraps up
    timers: Timers = field(default_factory=no_timers)
    # "flow", "grace", "phone lost", "parked", "announce", "announcing"

    @property
    def work(self) -> WorkId:
        """The id of the call's work, whether or not it has one now."""
        return WorkId(self.id)

    @property
    def question(self) -> str:
        """The id under which the last question was asked."""
        return f"{self.id}-q{self.plays}"

    @property
    def flows(self) -> frozenset[FlowKey]:
        """The versions of flows that the call needs."""
        return self.run.held if self.run is not None and self.ended is None else frozenset()

    @property
    def via(self) -> str:
        """The way it came: "trunk", "guest" or "phone"."""
        return VIA[type(self.origin)]


def origin_of(via: str) -> Origin:
    """The origin of a call from outside, by the way it came."""
    return Trial() if via == "guest" else Inbound()
