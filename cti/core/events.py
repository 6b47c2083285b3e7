"""What can happen: on the wire, on a desk, by the clock, in a settings page.

Every event is a frozen value in one inbox. Times are seconds of the engine's clock: UTC at its
start plus what the monotonic clock has counted since, so they never jump while the engine lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.agent import Phone, State
from acd.queue import AgentId, Queue, QueueKey
from crm.calls.record import CallId
from cti.core.call import Call, Card
from cti.core.commands import Command
from ivr.flow import Flow, FlowId

# ---- from Asterisk


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A caller's channel entered our application. The call's id is its channel's id."""

    call: CallId
    caller: str
    called: str
    via: str  # "trunk" | "guest"
    node: str = ""
    at: float | None = None  # when Asterisk first had him, if nobody decided then


@dataclass(frozen=True, slots=True)
class CallReturned:
    """A caller comes back from the fallback context, with what the engine had left on him."""

    call: Call


@dataclass(frozen=True, slots=True)
class StrayChannel:
    """A channel entered our application that belongs to no call: a late leg, a phone dialling."""

    channel: str


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """The caller pressed a key."""

    call: CallId
    digit: str


@dataclass(frozen=True, slots=True)
class PlaybackEnded:
    """Prompts were played to their end, or could not be."""

    call: CallId
    playback: str


@dataclass(frozen=True, slots=True)
class CallerGone:
    """The caller's channel ended. `at` is set when the time comes from CEL, not from seeing it."""

    call: CallId
    cause: int
    at: float | None = None
    fault: str = ""  # e.g. "asterisk restarted": not the caller's doing


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """An agent's phone picked up."""

    call: CallId
    leg: str


@dataclass(frozen=True, slots=True)
class LegGone:
    """An agent's leg ended, answered or not."""

    call: CallId
    leg: str
    cause: int
    at: float | None = None


@dataclass(frozen=True, slots=True)
class LegHeld:
    """The agent pressed hold on his own telephone (a re-INVITE), or took it back."""

    call: CallId
    leg: str
    held: bool


@dataclass(frozen=True, slots=True)
class CommandFailed:
    """Asterisk refused a command, or did not answer."""

    call: CallId
    command: Command
    why: str
    elsewhere: bool = False  # the caller is not in our hands just now: somebody moved him


@dataclass(frozen=True, slots=True)
class PhoneReachable:
    """A telephone registered, or its registration ended."""

    agent: AgentId
    phone: Phone
    reachable: bool


@dataclass(frozen=True, slots=True)
class RecordingBegan:
    """Asterisk writes the call's sound to `file`."""

    call: CallId
    file: str


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """There is no recording, or a part of it is missing; the talk goes on, or is over by now."""

    call: CallId
    why: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class CameLate:
    """The caller is back from the recorder's context after we had stopped waiting for him."""

    call: CallId


@dataclass(frozen=True, slots=True)
class RecordAgain:
    """A talk without its recording: try once more."""

    call: CallId


# ---- from the database


@dataclass(frozen=True, slots=True)
class CustomerFound:
    """Who is calling."""

    call: CallId
    card: Card


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """A queue was edited (or, without settings, removed)."""

    key: QueueKey
    queue: Queue | None


@dataclass(frozen=True, slots=True)
class AsteriskAway:
    """No order reaches Asterisk, and nothing is heard of it."""


@dataclass(frozen=True, slots=True)
class AsteriskBack:
    """Asterisk can be spoken to, and all that it carries is known."""


@dataclass(frozen=True, slots=True)
class LineOpened:
    """A queue has new members: those who wait in it may be served now."""

    key: QueueKey


@dataclass(frozen=True, slots=True)
class RungElsewhere:
    """Whose telephones the fallback rings just now, all of them: to be rung once is enough."""

    agents: frozenset[AgentId]


@dataclass(frozen=True, slots=True)
class AgentKnown:
    """An agent was made or edited."""

    agent: AgentId
    name: str
    extension: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class FlowPublished:
    """A flow has a new published version."""

    flow: Flow


@dataclass(frozen=True, slots=True)
class RoutesChanged:
    """Which flow answers which number."""

    routes: Mapping[str, FlowId] = field(default_factory=dict)


# ---- from a desk; a refusal is raised and goes back to the asker


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An agent takes his seat at a phone."""

    agent: AgentId
    phone: Phone
    reachable: bool = False


@dataclass(frozen=True, slots=True)
class SignedOut:
    """An agent leaves his seat."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class PhoneStarted:
    """The browser's phone was loaded anew: whatever leg the old page held is dead."""

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
    """The caller shall hear music, or the agent again."""

    agent: AgentId
    call: CallId
    hold: bool


@dataclass(frozen=True, slots=True)
class HangUpAsked:
    """The agent ends the call."""

    agent: AgentId
    call: CallId


@dataclass(frozen=True, slots=True)
class OutcomeChosen:
    """How the agent judges the call; may come after the call has left the house."""

    agent: AgentId
    call: CallId
    outcome: str
    note: str = ""


# ---- from the clock and from looking again


@dataclass(frozen=True, slots=True)
class Tick:
    """A deadline may have passed."""

    call: CallId | None = None
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True)
class CallFound:
    """Asterisk holds a call that the house does not know: rebuilt from what it carries."""

    call: Call


@dataclass(frozen=True, slots=True)
class AgentRestored:
    """What the journal and the database say of an agent, after the engine's start."""

    agent: AgentId
    state: State
    phone: Phone
    reason: str = ""
    call: CallId | None = None
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class AgentDrifted:
    """An agent is bound to a call that is not there."""

    agent: AgentId


Event = (
    CallArrived
    | CallReturned
    | StrayChannel
    | DigitPressed
    | PlaybackEnded
    | CallerGone
    | LegAnswered
    | LegGone
    | LegHeld
    | CommandFailed
    | PhoneReachable
    | RecordingBegan
    | RecordingFailed
    | CameLate
    | RecordAgain
    | CustomerFound
    | QueueChanged
    | AsteriskAway
    | AsteriskBack
    | LineOpened
    | RungElsewhere
    | AgentKnown
    | FlowPublished
    | RoutesChanged
    | SignedIn
    | SignedOut
    | PhoneStarted
    | StateAsked
    | AnswerAsked
    | DeclineAsked
    | HoldAsked
    | HangUpAsked
    | OutcomeChosen
    | Tick
    | CallFound
    | AgentRestored
    | AgentDrifted
)
