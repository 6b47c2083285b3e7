"""What can be ordered of Asterisk, what can be asked, and the facts of a call.

An order names the legs that it touches; the orders of one leg run one after the other. Ids of legs,
bridges and playbacks are chosen by the core, so repeating an order is safe.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from acd.agent import Phone
from acd.decision import Decision
from acd.orders import NoteAgent
from acd.queue import AgentId
from crm.calls.record import CallId, Detail, Kind
from crm.custom_destinations.custom import CustomId
from crm.voicemail.box import BoxId
from crm.voicemail.by_phone.access import Mark
from crm.voicemail.message import MessageId
from cti.core.leg import BridgeId, LegId, LegRole
from cti.trunks.trunk import TrunkId


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
class RecordMessage:
    """Play a tone and write what a leg says to a file, until it is silent or presses #."""

    leg: LegId
    file: str
    most_seconds: int


@dataclass(frozen=True, slots=True)
class StopMessage:
    """End the message of a leg; what was said is kept."""

    leg: LegId
    file: str


@dataclass(frozen=True, slots=True)
class ReceiveFax:
    """Lead a leg to the dialplan, which receives a fax and writes it to a file."""

    leg: LegId
    file: str


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
class CreateTrunkLeg:
    """Make a channel to a number outside, over a trunk. It is dialled after it was created.

    `digits` has nothing but digits, `+`, `*` and `#`; `shown_number` is what the called party sees,
    "" for a hidden number.
    """

    leg: LegId
    trunk: TrunkId
    digits: str
    shown_number: str
    codecs: tuple[str, ...] = ()  # in this order


@dataclass(frozen=True, slots=True)
class DialLeg:
    """Ring a channel that was created."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class Snoop:
    """Make a channel that hears both directions of another leg, and may be heard by it alone."""

    leg: LegId
    of: LegId
    whisper: bool = False


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
class AcceptRefer:
    """Tell a phone that the transfer it asked for has been carried out."""

    leg: LegId


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
class StopRecording:
    """Write a leg to files no longer, wherever it is; the next recording is added to them."""

    leg: LegId
    call: CallId


@dataclass(frozen=True, slots=True)
class FindCustomer:
    """Look up who is calling; the answer is an event, or never comes."""

    call: CallId
    number: str


@dataclass(frozen=True, slots=True)
class FindAgents:
    """Look up which agents know a caller; the answer is an event, or never comes."""

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
class AskTrunk:
    """Whether a trunk answers at all; if it does not, `TrunkReachable` tells."""

    trunk: TrunkId


@dataclass(frozen=True, slots=True)
class OpenBox:
    """Give the messages of a voicemail box, if the PIN is right; None: no PIN is needed."""

    call: CallId
    id: str
    box: BoxId
    pin: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkMessage:
    """Note that a message was heard, or delete it."""

    call: CallId
    id: str
    box: BoxId
    message: MessageId
    mark: Mark
    agent: AgentId | None  # who does it; None where only the PIN is known


@dataclass(frozen=True, slots=True)
class AskCustom:
    """Ask another system where a call goes; the answer is an event, or never comes."""

    call: CallId
    id: str  # names this asking
    custom: CustomId
    said: Mapping[str, Any] = field(default_factory=dict)  # sent to the system: data about the call


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
    | RecordMessage
    | StopMessage
    | ReceiveFax
    | StartSilence
    | StopSilence
    | CreateLeg
    | CreateTrunkLeg
    | DialLeg
    | Snoop
    | HangUp
    | Join
    | Leave
    | Mute
    | AcceptRefer
    | RefuseRefer
    | DropBridge
    | SaveContext
    | StartRecording
    | StopRecording
)
BoxQuestion = OpenBox | MarkMessage
Question = FindCustomer | FindAgents | AskFlow | BoxQuestion | AskCustom | AskTrunk
Fact = NoteCall | NoteAgent | Decision


def legs_of(command: Command) -> tuple[LegId, ...]:
    """The legs that an order touches; it waits in the lane of each."""
    return command.legs if isinstance(command, Join | DropBridge) else (command.leg,)
