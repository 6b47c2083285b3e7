"""What can be ordered: of Asterisk, and of the keepers of facts.

Orders to Asterisk of one call run one after the other, in its lane. Ids of legs, bridges and
playbacks are chosen by the core, so repeating an order is safe.
"""

from dataclasses import dataclass

from acd.agent import Phone, State
from acd.queue import AgentId
from crm.calls.record import CallId, Detail, Kind


@dataclass(frozen=True, slots=True)
class Answer:
    """Pick up the caller's call."""

    call: CallId


@dataclass(frozen=True, slots=True)
class Play:
    """Play prompts one after the other to the caller."""

    call: CallId
    playback: str
    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopPlay:
    """Cut the prompts short."""

    call: CallId
    playback: str


@dataclass(frozen=True, slots=True)
class StartMusic:
    """Music for the caller."""

    call: CallId
    music: str


@dataclass(frozen=True, slots=True)
class StopMusic:
    """No more music."""

    call: CallId


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Ring an agent's telephone; with `auto`, his browser picks up by itself."""

    call: CallId
    leg: str
    agent: AgentId
    extension: str
    phone: Phone
    caller: str
    auto: bool = False


@dataclass(frozen=True, slots=True)
class HangUp:
    """End one channel: the caller's (its id is the call's) or a leg."""

    call: CallId
    channel: str
    reason: str = "normal"


@dataclass(frozen=True, slots=True)
class Bridge:
    """Put caller and agent into the call's bridge, making it when it is not there."""

    call: CallId
    leg: str


@dataclass(frozen=True, slots=True)
class TakeOut:
    """Take the caller out of the bridge."""

    call: CallId


@dataclass(frozen=True, slots=True)
class DropBridge:
    """The talk is over: remove the bridge."""

    call: CallId


@dataclass(frozen=True, slots=True)
class Remember:
    """Leave on the caller's channel what a new engine would need to go on.

    `fallback` is the number of the queue that is to ring for him if no engine comes; 0: as it was.
    """

    call: CallId
    fallback: int = 0


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Write both directions of the caller's channel to files; he must not be in a bridge."""

    call: CallId


@dataclass(frozen=True, slots=True)
class FindCustomer:
    """Look up who is calling; the answer is an event, or never comes."""

    call: CallId
    number: str


@dataclass(frozen=True, slots=True)
class NoteCall:
    """A fact of a call's timeline."""

    call: CallId
    kind: Kind
    detail: Detail
    at: float | None = None  # when it was not now
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class NoteAgent:
    """A fact of an agent's day."""

    agent: AgentId
    state: State
    reason: str
    cause: str
    call: CallId | None
    phone: Phone
    at: float | None = None
    inferred: bool = False


Command = (
    Answer
    | Play
    | StopPlay
    | StartMusic
    | StopMusic
    | RingAgent
    | HangUp
    | Bridge
    | TakeOut
    | DropBridge
    | Remember
    | StartRecording
    | FindCustomer
)
Fact = NoteCall | NoteAgent


def leg_of(call: CallId, number: int) -> str:
    """The channel id of the call's n-th leg."""
    return f"{call}-a{number}"


def call_of(channel: str) -> CallId:
    """The call that a channel belongs to: a leg's id is its call's with `-aN` behind."""
    head, dash, tail = channel.rpartition("-a")
    return CallId(head if dash and tail.isdigit() else channel)


def bridge_of(call: CallId) -> str:
    """The id of the call's bridge."""
    return f"{call}-b"
