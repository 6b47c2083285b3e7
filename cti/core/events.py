"""What can happen: in Asterisk, at a desk, by the clock, on a settings page.

Every event is a frozen value in one inbox. Times are UTC seconds of a clock that never jumps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.agent import ONE_CALL, AgentState, Capacity, Phone
from acd.queue import AgentId, Queue, QueueKey
from acd.settings import DayEvent
from acd.skills import Levels
from acd.work import Work, WorkId
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard
from crm.kernel.state import Timer
from cti.core.answer_events import AnswerEvent
from cti.core.call import Call
from cti.core.chat_events import ChatEvent
from cti.core.commands import Command
from cti.core.leg import Bridge, BridgeId, Leg, LegId
from cti.core.recording_events import RecordingEvent
from cti.core.requests import DeskRequest
from cti.core.sound_events import SoundChanged
from cti.outbound.rule import OutboundPlan
from cti.routes.rule import RoutePlan
from cti.trunks.trunk import TrunkId
from ivr.flow import Flow

# ---- from Asterisk


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller's channel entered our application."""

    leg: LegId
    caller: str
    called: str
    via: str  # "trunk" | "guest"
    node: str = ""
    at: float | None = None  # when Asterisk first had the caller, if no engine decided then
    trunk: str = ""  # endpoint of the trunk over which it came


@dataclass(frozen=True, slots=True)
class CallReturned:
    """A caller comes back from the fallback, with what an engine had left on the channel."""

    call: Call
    leg: Leg


@dataclass(frozen=True, slots=True)
class StrayChannel:
    """A channel in our application that belongs to no call: a late leg, a phone that dials."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A key was pressed on a leg."""

    leg: LegId
    digit: str


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """Prompts were played to their end, or could not be."""

    leg: LegId
    playback: str


@dataclass(frozen=True, slots=True)
class MessageEnded:
    """A message was left, or could not be written."""

    leg: LegId
    file: str


@dataclass(frozen=True, slots=True)
class FaxEnded:
    """The dialplan has received a fax, or as much of it as came: then `why` says the reason."""

    leg: LegId
    file: str
    pages: int
    station: str = ""  # what the other machine calls itself
    why: str = ""


@dataclass(frozen=True, slots=True)
class LegCreated:
    """A channel that we ordered is there; it is not dialled yet."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LegRang:
    """A phone rings."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """A phone was picked up."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A channel ended. `at` is set when the time comes from CEL, not from seeing it."""

    leg: LegId
    cause: int  # Q.850
    at: float | None = None
    fault: str = ""  # e.g. "asterisk restarted": not the party's doing
    sip: int = 0  # the SIP status that ended it, where Asterisk tells it


@dataclass(frozen=True, slots=True)
class LegRedirected:
    """The other side names another number to dial instead (SIP 302). Asterisk dials nothing."""

    leg: LegId
    number: str  # only digits, `+`, `*` and `#`


@dataclass(frozen=True, slots=True)
class LegHeld:
    """A party pressed hold on the phone itself (a re-INVITE), or took it back."""

    leg: LegId
    held: bool


@dataclass(frozen=True, slots=True)
class ReferReceived:
    """A phone asks for a transfer by itself (SIP REFER). Nobody has been moved.

    The other party is to go to `number` (only digits, `+`, `*`, `#`; "" for none), or to `other`.
    """

    leg: LegId
    number: str = ""
    other: LegId | None = None


@dataclass(frozen=True, slots=True)
class CommandFailed:
    """Asterisk refused an order, or did not answer."""

    command: Command
    why: str
    elsewhere: bool = False  # the leg is not in our hands just now: somebody moved it
    refused: bool = False  # Asterisk answered


@dataclass(frozen=True, slots=True)
class PhoneReachable:
    """A phone registered, or its registration ended."""

    agent: AgentId
    phone: Phone
    reachable: bool


@dataclass(frozen=True, slots=True)
class AsteriskAway:
    """No order reaches Asterisk, and nothing is heard of it."""


@dataclass(frozen=True, slots=True)
class AsteriskBack:
    """Asterisk can be reached, and all its calls are known."""


@dataclass(frozen=True, slots=True)
class RingingInFallback:
    """The agents whose phones the fallback rings just now, all of them."""

    agents: frozenset[AgentId]


# ---- from the database


@dataclass(frozen=True, slots=True)
class CustomerFound:
    """Who is calling."""

    call: CallId
    card: CustomerCard


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """A queue was edited (or, without settings, removed)."""

    key: QueueKey
    queue: Queue | None


@dataclass(frozen=True, slots=True)
class LineOpened:
    """A queue has new members: those who wait in it may be served now."""

    key: QueueKey


@dataclass(frozen=True, slots=True)
class AgentKnown:
    """An agent was made or edited."""

    agent: AgentId
    name: str
    extension: str
    enabled: bool = True
    capacity: Capacity = ONE_CALL  # how many works of which medium at once
    skills: Levels = field(default_factory=dict)
    idle_limit_seconds: float = 0.0  # not ready for longer, they are signed out; 0: never


@dataclass(frozen=True, slots=True)
class FlowPublished:
    """A flow has a new published version."""

    flow: Flow


@dataclass(frozen=True, slots=True)
class OutboundChanged:
    """Who may dial what, and how."""

    plan: OutboundPlan = field(default_factory=OutboundPlan)


@dataclass(frozen=True, slots=True)
class TrunkReachable:
    """A trunk answers, or does not answer any more."""

    trunk: TrunkId
    reachable: bool


@dataclass(frozen=True, slots=True)
class PhoneDialled:
    """Somebody dialled on a phone of ours, by its own keys: a channel that called us."""

    leg: LegId
    extension: str  # of the phone
    phone: Phone
    dialled: str  # as it came
    node: str = ""


@dataclass(frozen=True, slots=True)
class RoutesChanged:
    """Where calls go that arrive."""

    plan: RoutePlan = field(default_factory=RoutePlan)


# ---- from a desk; a refusal is raised and goes back to the asker


@dataclass(frozen=True, slots=True)
class PhoneStarted:
    """The browser's phone was loaded anew: whatever leg the old page held is dead."""

    agent: AgentId


# ---- from the clock and from looking again


@dataclass(frozen=True, slots=True)
class TimerDue:
    """A timer of a row is due."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class CallFound:
    """Asterisk holds a call that we do not know, or not so: rebuilt from what its legs carry."""

    call: Call
    legs: tuple[Leg, ...]
    works: tuple[Work, ...] = ()
    held: frozenset[WorkId] = frozenset()  # works whose agents had put the customer on hold
    bridges: tuple[Bridge, ...] = ()

    @property
    def work(self) -> Work | None:
        """The call's own work, if it has come that far."""
        return next((one for one in self.works if one.id == self.call.work), None)


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A leg is not in its place, or may not hear what it should: the order is repeated."""

    leg: LegId
    bridge: BridgeId | None = None  # where it is


@dataclass(frozen=True, slots=True)
class AgentRestored:
    """What the journal and the database say of an agent, after the engine's start."""

    agent: AgentId
    state: AgentState
    phone: Phone
    reason: str = ""
    call: CallId | None = None
    since: float = 0.0
    detail: Mapping[str, str] = field(default_factory=dict)  # see NoteAgent


@dataclass(frozen=True, slots=True)
class AgentDrifted:
    """An agent has a task, but its work names another agent or none."""

    agent: AgentId


Event = (
    DeskRequest
    | ChatEvent
    | AnswerEvent
    | CallArrived
    | CallReturned
    | StrayChannel
    | DigitPressed
    | PlaybackEnded
    | MessageEnded
    | FaxEnded
    | LegCreated
    | LegRang
    | LegAnswered
    | LegEnded
    | LegRedirected
    | LegHeld
    | SoundChanged
    | ReferReceived
    | CommandFailed
    | PhoneReachable
    | RecordingEvent
    | AsteriskAway
    | AsteriskBack
    | RingingInFallback
    | CustomerFound
    | DayEvent
    | QueueChanged
    | LineOpened
    | AgentKnown
    | FlowPublished
    | OutboundChanged
    | TrunkReachable
    | PhoneDialled
    | RoutesChanged
    | PhoneStarted
    | TimerDue
    | CallFound
    | Misplaced
    | AgentRestored
    | AgentDrifted
)
