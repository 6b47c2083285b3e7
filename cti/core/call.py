"""A call: what it is, where it came from, and its place in line. It outlives any of its legs.

Its stage is derived from its legs and its work and stored nowhere (`cti.core.stage`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from acd.queue import AgentId, QueueKey
from acd.work import WorkId
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard
from crm.kernel.errors import ImpossibleError
from crm.kernel.state import Timers, no_timers
from ivr.flow import FlowKey
from ivr.run import FlowRun


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


Origin = Inbound | Trial | Dialled
VIA = {Inbound: "trunk", Trial: "guest", Dialled: "phone"}


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
    """A customer on the way from one agent to another."""

    kind: TransferKind
    state: TransferState
    initiator: AgentId
    recipient: AgentId
    work: WorkId  # what rings at the recipient: the call's own work, or the consultation
    note: str = ""

    def stepped(self, step: TransferStep) -> "Transfer | None":
        """The transfer after something happened to it; None when it is over."""
        try:
            state = TRANSFERS[self.kind, self.state][step]
        except KeyError:
            raise ImpossibleError(
                "A transfer that is {state} cannot be {step}", state=self.state, step=step
            ) from None
        return None if state is None else replace(self, state=state)


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
    recording: str = "off"  # "off" | "wanted" | "on" | "failed"
    plays: int = 0  # playbacks and questions so far, for their ids
    legs: int = 0  # legs that we made so far, for their ids
    ended: float | None = None  # when; the row is kept while its agent wraps up
    timers: Timers = field(default_factory=no_timers)  # "flow", "grace", "phone lost"

    @property
    def work(self) -> WorkId:
        """The id of the call's work, whether or not it has one now."""
        return WorkId(self.id)

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
