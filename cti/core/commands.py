"""What can be ordered of Asterisk, what can be asked, and the facts of a call.

An order names the legs that it touches; the orders of one leg run one after the other. Ids of legs,
bridges and playbacks are chosen by the core, so repeating an order is safe.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.agent import Phone
from acd.decision import Decision
from acd.orders import NoteAgent
from acd.queue import AgentId
from crm.calls.record import CallId, Detail, Kind
from cti.core.leg import BridgeId, LegId, LegRole


@dataclass(frozen=True, slots=True)
class Answer:
    """Pick up a leg that called us."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class Play:
    """Play prompts one after the other to a leg, in a language as far as there are any in it."""

    leg: LegId
    playback: str
    prompts: tuple[str, ...]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class StopPlay:
    """Cut the prompts short."""

    leg: LegId
    playback: str


@dataclass(frozen=True, slots=True)
class StartMusic:
    """Music for a leg."""

    leg: LegId
    music: str


@dataclass(frozen=True, slots=True)
class StopMusic:
    """No more music."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class StartSilence:
    """Send silence to a leg."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class StopSilence:
    """No more silence."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class CreateLeg:
    """Make a channel to an agent's phone. It rings when it is dialled, after it was created.

    With `auto` a browser picks up by itself.
    """

    leg: LegId
    call: CallId
    agent: AgentId
    extension: str
    phone: Phone
    shown_number: str
    originator: LegId | None = None
    auto: bool = False
    role: LegRole = LegRole.AGENT


@dataclass(frozen=True, slots=True)
class DialLeg:
    """Ring a channel that was created."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class Snoop:
    """Make a channel that hears both directions of another leg and is heard by nobody."""

    leg: LegId
    of: LegId


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a leg."""

    leg: LegId
    reason: str = "normal"


@dataclass(frozen=True, slots=True)
class Join:
    """Put legs into a bridge, wherever they are now, making the bridge when it is not there."""

    bridge: BridgeId
    legs: tuple[LegId, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """Take a leg out of a bridge."""

    leg: LegId
    bridge: BridgeId


@dataclass(frozen=True, slots=True)
class Mute:
    """Keep what a leg says from the others, or no longer."""

    leg: LegId
    muted: bool


@dataclass(frozen=True, slots=True)
class RefuseRefer:
    """Tell a phone that the transfer that it asked for (SIP REFER) is declined."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class DropBridge:
    """Remove a bridge, after its last legs have left it."""

    bridge: BridgeId
    legs: tuple[LegId, ...] = ()


@dataclass(frozen=True, slots=True)
class SaveContext:
    """Leave on a leg what a new engine would need to go on with it.

    `fallback` is the number of the queue that is to ring for the caller if no engine comes; 0
    leaves it as it is.
    """

    leg: LegId
    fallback: int = 0


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Write both directions of a leg to files; the leg must not be in a bridge."""

    leg: LegId
    call: CallId


@dataclass(frozen=True, slots=True)
class FindCustomer:
    """Look up who is calling; the answer is an event, or never comes."""

    call: CallId
    number: str


@dataclass(frozen=True, slots=True)
class AskFlow:
    """A question of a flow's step; the answer is an event, or never comes."""

    call: CallId
    id: str  # names this asking, as a playback's id names the playing
    question: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoteCall:
    """A fact of a call's timeline."""

    call: CallId
    kind: Kind
    detail: Detail
    at: float | None = None  # when it was not now
    inferred: bool = False


Command = (
    Answer
    | Play
    | StopPlay
    | StartMusic
    | StopMusic
    | StartSilence
    | StopSilence
    | CreateLeg
    | DialLeg
    | Snoop
    | HangUp
    | Join
    | Leave
    | Mute
    | RefuseRefer
    | DropBridge
    | SaveContext
    | StartRecording
)
Question = FindCustomer | AskFlow
Fact = NoteCall | NoteAgent | Decision


def legs_of(command: Command) -> tuple[LegId, ...]:
    """The legs in whose lanes an order stands."""
    return command.legs if isinstance(command, Join | DropBridge) else (command.leg,)
