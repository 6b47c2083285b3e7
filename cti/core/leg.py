"""A leg: one channel in Asterisk, one device, with its party, its state and what it should hear."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NewType

from acd.agent import Phone
from acd.queue import AgentId
from crm.calls.record import CallId
from crm.kernel.errors import ImpossibleError
from crm.kernel.state import Timers, no_timers
from cti.outbound.rule import RuleId, Way

LegId = NewType("LegId", str)
"""The channel's id: Asterisk's own for a leg that calls us, ours for every leg that we make."""

BridgeId = NewType("BridgeId", str)


class LegRole(StrEnum):
    """Whose leg it is; stands on the channel as a part of its account code."""

    CUSTOMER = "customer"
    AGENT = "agent"
    OUTSIDE = "outside"
    SUPERVISOR = "supervisor"
    SNOOP = "snoop"
    WHISPER = "whisper"


class LegState(StrEnum):
    """How far a leg is. What has ended has no row any more."""

    DIALLING = "dialling"
    RINGING = "ringing"
    UP = "up"


class LegStep(StrEnum):
    """What Asterisk may report about an existing leg."""

    RANG = "rang"
    ANSWERED = "answered"


LEG_STATES: Mapping[LegState, Mapping[LegStep, LegState]] = {
    LegState.DIALLING: {LegStep.RANG: LegState.RINGING, LegStep.ANSWERED: LegState.UP},
    LegState.RINGING: {LegStep.RANG: LegState.RINGING, LegStep.ANSWERED: LegState.UP},
    # Told late, or twice.
    LegState.UP: {LegStep.RANG: LegState.UP, LegStep.ANSWERED: LegState.UP},
}


@dataclass(frozen=True, slots=True)
class CustomerParty:
    """A customer, by number; "" when it is withheld."""

    number: str


@dataclass(frozen=True, slots=True)
class AgentParty:
    """An agent, at one of the agent's phones."""

    agent: AgentId
    extension: str
    phone: Phone


@dataclass(frozen=True, slots=True)
class OutsideParty:
    """Somebody outside who was called by us: a colleague of another site, an agent's mobile."""

    number: str
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True)
class Dial:
    """How a leg to a number outside is dialled: the ways that a rule allows, and which is tried."""

    rule: RuleId
    number_class: str
    ways: tuple[Way, ...]
    at: int = 0  # index of the way that is tried, or was the last one
    record: bool = True
    redirects: int = 0  # how often another number was named instead
    target: str = ""  # the number that was named instead of this one

    @property
    def way(self) -> Way:
        """The way that is tried."""
        return self.ways[self.at]


Party = CustomerParty | AgentParty | OutsideParty


@dataclass(frozen=True, slots=True)
class InBridge:
    """Hears the others in a bridge; muted, is not heard by them."""

    bridge: BridgeId
    muted: bool = False


@dataclass(frozen=True, slots=True)
class OnHold:
    """Hears music of a class."""

    music: str


@dataclass(frozen=True, slots=True)
class Prompted:
    """Hears prompts, one after the other, and then nothing until something else is ordered."""

    playback: str
    prompts: tuple[str, ...]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Silent:
    """Hears silence, which is sent: without it no packet would come at all."""


@dataclass(frozen=True, slots=True)
class LeavingMessage:
    """Speaks after the tone: Asterisk writes it to a file, up to a number of seconds."""

    file: str
    most_seconds: int


@dataclass(frozen=True, slots=True)
class ReceivingFax:
    """Is in the dialplan, which receives a fax and writes it to a file."""

    file: str


@dataclass(frozen=True, slots=True)
class InFallback:
    """Is in the dialplan's fallback: what is heard there is not ours to say."""


Placement = InBridge | OnHold | Prompted | Silent | LeavingMessage | ReceivingFax | InFallback


@dataclass(frozen=True, slots=True)
class BadSound:
    """Bad sound in one direction, over the last ten seconds."""

    loss: float  # share of the packets, to the percent
    mos: float  # mean opinion score, to the tenth


@dataclass(frozen=True, slots=True)
class SoundTrouble:
    """Bad sound on a leg; None where it is good or not known."""

    received: BadSound | None = None  # others hear the party badly
    sent: BadSound | None = None  # the party hears badly


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg as the core knows it. Times are seconds of the engine's clock."""

    id: LegId
    role: LegRole
    party: Party
    call: CallId | None
    node: str = ""  # name of the Asterisk that carries it
    state: LegState = LegState.DIALLING
    since: float = 0.0  # of this state
    placement: Placement | None = None  # None: nothing was ordered yet, or the prompts are over
    placed: float = 0.0  # when the placement last changed
    holding: bool = False  # the party pressed hold on the phone itself
    trunk: str = ""  # endpoint of the trunk, of a leg that came or goes over one
    dial: Dial | None = None  # of a leg to a number outside that we dialled
    called: bool = False  # made by us, and the order to dial it was given
    wanted: str = ""  # of a supervisor's leg that rings: how they are to take part
    confirmed: bool = True  # an agent at a phone outside has pressed the key, or need not
    sound: SoundTrouble = SoundTrouble()  # measured, not saved: the next engine measures it again
    timers: Timers = field(default_factory=no_timers)  # "no word", "no ring", "no answer"

    @property
    def agent(self) -> AgentId | None:
        """The agent on this leg, if it is one."""
        match self.party:
            case AgentParty(agent=agent) | OutsideParty(agent=agent):
                return agent
            case CustomerParty():
                return None

    @property
    def bridge(self) -> BridgeId | None:
        """The bridge in which it should be."""
        return self.placement.bridge if isinstance(self.placement, InBridge) else None

    def stepped(self, step: LegStep, now: float) -> "Leg":
        """The leg after Asterisk told something of it."""
        state = next_state(self.state, step)
        return self if state is self.state else replace(self, state=state, since=now)


def next_state(state: LegState, step: LegStep) -> LegState:
    """The next state by the table."""
    try:
        return LEG_STATES[state][step]
    except KeyError:
        raise ImpossibleError("{state} cannot be {step}", state=state, step=step) from None


class Purpose(StrEnum):
    """What a bridge is for."""

    TALK = "talk"
    CONSULT = "consult"
    LISTEN = "listen"


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge of ours in Asterisk. Its members are the legs that are placed in it."""

    id: BridgeId
    call: CallId
    purpose: Purpose


def bridge_id(call: CallId, purpose: Purpose, number: int = 1) -> BridgeId:
    """The id of a call's bridge: the call's id stands in it, so that CEL can be read by call."""
    return BridgeId(f"{call}-{purpose}{number}")


def purpose_of(bridge: BridgeId) -> Purpose:
    """What a bridge of ours is for, by its id; ValueError for one that is not ours."""
    return Purpose(bridge.rpartition("-")[2].rstrip("0123456789"))
