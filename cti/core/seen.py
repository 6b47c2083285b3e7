"""What an Asterisk carries at one moment, in our words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from crm.calls.record import CallId
from cti.core.call import Call, Direction, origin_of
from cti.core.leg import BridgeId, CustomerParty, Leg, LegId, LegRole, LegState
from cti.core.saved import SavedLeg
from cti.trunks.trunk import trunk_of_endpoint

GUEST_PREFIX = "guest-"  # endpoints of the trial callers' browsers


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the translation needs to know about this installation."""

    number: Callable[[str], str]  # a caller's, as Asterisk tells it -> E.164
    dialled: Callable[[str], str]  # what was called -> E.164, or as dialled if it is not a number
    sound: Callable[[str, str], str]  # a prompt's name, its language -> a media URI's path


class ChannelState(Enum):
    """How far a channel is."""

    DOWN = auto()  # made, and not dialled yet
    RINGING = auto()
    UP = auto()
    OTHER = auto()


class Where(Enum):
    """Who decides about a channel."""

    OURS = auto()
    FALLBACK_QUEUE = auto()  # a caller waits in the dialplan's queue
    RUNG_BY_FALLBACK = auto()  # a phone that this queue rings, or talks with
    FAX = auto()  # the dialplan receives a fax
    ELSEWHERE = auto()


@dataclass(frozen=True, slots=True)
class SeenChannel:
    """A channel as Asterisk lists it."""

    id: LegId
    name: str  # e.g. PJSIP/1001-00000012
    state: ChannelState
    caller: str
    where: Where
    in_fallback: bool  # the dialplan has led it to the fallback, or back from there to us
    way: str  # how an unknown caller came: "trunk", "guest" or ""
    created: float  # seconds since the epoch
    saved: SavedLeg | None
    number: str  # what was dialled; of a leg over a trunk as soon as we dialled it
    far: str = ""  # the number at the other end, as Asterisk told this one
    role: LegRole | None = None  # what the leg is for, as far as the channel tells
    call: CallId | None = None  # of a leg that we made
    called_out: bool = False  # led to us by a broadcast, which an engine has claimed, or not yet

    @property
    def up(self) -> bool:
        """Whether it was answered."""
        return self.state is ChannelState.UP

    @property
    def endpoint(self) -> str:
        """The endpoint's name within the channel's."""
        return self.name.partition("/")[2].rpartition("-")[0]

    @property
    def trunk(self) -> str:
        """The endpoint of the trunk that it goes over, else ""."""
        return self.endpoint if trunk_of_endpoint(self.endpoint) is not None else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an Asterisk carries at one moment."""

    channels: Mapping[LegId, SeenChannel]
    bridge_of: Mapping[LegId, BridgeId]
    bridged: Mapping[LegId, frozenset[LegId]]  # channel -> the others in its bridge
    reachable: frozenset[str]  # endpoints with a registration
    empty_bridges: tuple[BridgeId, ...] = ()


def returned(channel: SeenChannel, dialect: Dialect) -> tuple[Call, Leg]:
    """The call and the leg of a channel that comes back from the fallback."""
    call = channel.saved.anchor.call if channel.saved and channel.saved.anchor else None
    if call is None:
        guest = channel.endpoint.startswith(GUEST_PREFIX)
        call = Call(
            CallId(channel.id),
            Direction.IN,
            origin_of("guest" if guest else "trunk"),
            channel.caller if guest else dialect.number(channel.caller),
            dialect.dialled(channel.number),
            arrived=channel.created,
        )
    party = CustomerParty(call.customer_number)
    leg = Leg(
        channel.id, LegRole.CUSTOMER, party, call.id, state=LegState.UP, since=channel.created
    )
    return call, leg
