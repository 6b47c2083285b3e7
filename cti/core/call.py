"""The life of one call: its stages as a table, and what it carries from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from acd.queue import AgentId, QueueKey
from crm.calls.record import CallId
from crm.kernel.errors import ImpossibleError
from ivr.flow import FlowId
from ivr.interpreter import Position


class Stage(StrEnum):
    """Where a call is; these words go to the views and the API."""

    IVR = "ivr"
    WAITING = "waiting"
    OFFERED = "offered"  # an agent's phone rings, the caller hears music
    TALKING = "talking"
    HELD = "held"
    PARKED = "parked"  # the agent's phone went away in a talk; music until it is back
    OUTSIDE = "outside"  # in the fallback, with the agent to whom it has put him through, if any
    ENDED = "ended"  # kept while its agent wraps up


class Turn(StrEnum):
    """What may happen to a call."""

    QUEUE = "queue"
    OFFER = "offer"
    UNOFFER = "unoffer"  # the offer came to nothing
    CONNECT = "connect"
    HOLD = "hold"
    RESUME = "resume"
    PARK = "park"
    LEAVE = "leave"  # the fallback took him while no engine decided
    END = "end"


TURNS: Mapping[Stage, Mapping[Turn, Stage]] = {
    Stage.IVR: {Turn.QUEUE: Stage.WAITING, Turn.LEAVE: Stage.OUTSIDE, Turn.END: Stage.ENDED},
    Stage.WAITING: {Turn.OFFER: Stage.OFFERED, Turn.LEAVE: Stage.OUTSIDE, Turn.END: Stage.ENDED},
    Stage.OFFERED: {
        Turn.UNOFFER: Stage.WAITING,
        Turn.CONNECT: Stage.TALKING,
        Turn.LEAVE: Stage.OUTSIDE,
        Turn.END: Stage.ENDED,
    },
    Stage.TALKING: {
        Turn.HOLD: Stage.HELD,
        Turn.RESUME: Stage.TALKING,  # a phone that says twice that it is no longer holding
        Turn.PARK: Stage.PARKED,
        Turn.QUEUE: Stage.WAITING,
        Turn.LEAVE: Stage.OUTSIDE,
        Turn.END: Stage.ENDED,
    },
    Stage.HELD: {
        Turn.HOLD: Stage.HELD,
        Turn.RESUME: Stage.TALKING,
        Turn.PARK: Stage.PARKED,
        Turn.QUEUE: Stage.WAITING,
        Turn.LEAVE: Stage.OUTSIDE,
        Turn.END: Stage.ENDED,
    },
    Stage.PARKED: {
        Turn.CONNECT: Stage.TALKING,
        Turn.PARK: Stage.PARKED,
        Turn.QUEUE: Stage.WAITING,
        Turn.LEAVE: Stage.OUTSIDE,
        Turn.END: Stage.ENDED,
    },
    Stage.OUTSIDE: {Turn.END: Stage.ENDED, Turn.LEAVE: Stage.OUTSIDE, Turn.QUEUE: Stage.WAITING},
    # Asterisk tells of one hangup twice: StasisEnd, then ChannelDestroyed.
    Stage.ENDED: {Turn.END: Stage.ENDED},
}


@dataclass(frozen=True, slots=True)
class Card:
    """What the screen pop shows at once; the desk reads the rest from the database."""

    id: int
    name: str
    company: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the core knows it. Times are seconds of the engine's clock."""

    id: CallId
    caller: str
    called: str
    via: str
    arrived: float
    since: float  # of this stage
    stage: Stage = Stage.IVR
    node: str = ""  # name of the Asterisk that carries it
    flow: FlowId | None = None
    position: Position | None = None
    playback: str = ""  # the playback whose end the call waits for
    plays: int = 0  # playbacks so far, for their ids
    queue: QueueKey | None = None
    priority: int = 0
    waiting_since: float | None = None
    late: float = 0.0  # seconds that he had to wait for an engine before his flow began
    legs: int = 0  # legs so far, for their ids
    leg: str = ""  # the agent's channel, ringing or talking
    agent: AgentId | None = None
    held_by: str = ""  # "desk" | "phone"
    until: float | None = None  # deadline of a menu, an offer, a park, or of `spared`
    spared: frozenset[AgentId] = frozenset()  # missed or declined it just now: not again at once
    lost: bool = False  # the agent's phone is not registered just now; `until` is its grace
    talked: float | None = None  # when an agent first had him
    recording: str = "off"  # "off" | "wanted" | "on" | "failed"
    customer: Card | None = None

    def outside(self, agent: AgentId | None, now: float) -> "Call":
        """Give it as one that the fallback has, with the agent whom it has put through."""
        return replace(
            self,
            stage=Stage.OUTSIDE,
            since=now,
            agent=agent,
            leg="",
            until=None,
            held_by="",
            lost=False,
        )


def turn(stage: Stage, what: Turn) -> Stage:
    """The next stage by the table."""
    try:
        return TURNS[stage][what]
    except KeyError:
        raise ImpossibleError("{stage} cannot {what}", stage=stage, what=what) from None
