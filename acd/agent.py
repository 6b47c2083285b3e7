"""An agent's day: states, and which event leads from one to the next.

The table below is the whole story of an agent; `move` refuses what is not in it. What a state
carries (which call, until when, why paused) stands in the `Agent` value beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from acd.queue import AgentId
from crm.calls.record import CallId, FactId
from crm.kernel.errors import ImpossibleError


class State(StrEnum):
    """Where an agent is; these words go to the database and the API."""

    SIGNED_OUT = "signed out"
    READY = "ready"
    PAUSED = "paused"
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap-up"


class Outbound(StrEnum):
    """How far an agent may call out by himself; each includes the ones before it."""

    NONE = "none"
    INTERNAL = "internal"
    NATIONAL = "national"
    INTERNATIONAL = "international"


class Move(StrEnum):
    """What may happen to an agent."""

    SIGN_IN = "signed in"
    SIGN_OUT = "signed out"
    READY = "ready"
    PAUSE = "paused"
    OFFER = "offered"
    ANSWER = "answered"
    FREE = "freed"  # the offer or the talk ended and the agent goes back to being ready
    REST = "rested"  # the offer or the talk ended and he is paused (misses, or he asked for it)
    WRAP = "wrapped up"


MOVES: Mapping[State, Mapping[Move, State]] = {
    State.SIGNED_OUT: {
        Move.SIGN_IN: State.PAUSED,
        # A double click on "sign out", or the second of two tabs.
        Move.SIGN_OUT: State.SIGNED_OUT,
        # A talk that Asterisk began by itself while the engine was away (law 9).
        Move.ANSWER: State.TALKING,
    },
    State.READY: {
        Move.READY: State.READY,
        Move.PAUSE: State.PAUSED,
        Move.OFFER: State.OFFERED,
        Move.ANSWER: State.TALKING,
        Move.SIGN_IN: State.READY,
        Move.SIGN_OUT: State.SIGNED_OUT,
    },
    State.PAUSED: {
        Move.READY: State.READY,
        Move.PAUSE: State.PAUSED,
        Move.ANSWER: State.TALKING,
        Move.SIGN_IN: State.PAUSED,
        Move.SIGN_OUT: State.SIGNED_OUT,
    },
    State.OFFERED: {
        Move.SIGN_IN: State.OFFERED,  # a reloaded page signs in again
        Move.ANSWER: State.TALKING,
        Move.FREE: State.READY,
        Move.REST: State.PAUSED,
        Move.SIGN_OUT: State.SIGNED_OUT,
    },
    State.TALKING: {
        Move.SIGN_IN: State.TALKING,
        Move.WRAP: State.WRAP_UP,
        Move.FREE: State.READY,
        Move.REST: State.PAUSED,
        Move.SIGN_OUT: State.SIGNED_OUT,
    },
    State.WRAP_UP: {
        Move.READY: State.READY,
        Move.PAUSE: State.PAUSED,
        Move.FREE: State.READY,
        Move.REST: State.PAUSED,
        Move.ANSWER: State.TALKING,
        Move.SIGN_IN: State.WRAP_UP,
        Move.SIGN_OUT: State.SIGNED_OUT,
    },
}


class Phone(StrEnum):
    """The two kinds of telephone an agent may take his calls on."""

    BROWSER = "browser"
    SIP = "sip"


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as the core knows him."""

    id: AgentId
    name: str
    extension: str
    state: State = State.SIGNED_OUT
    since: float = 0.0  # seconds, the engine's clock: when he came into this state
    idle_since: float = 0.0  # when he last became ready after a talk; the longest idle is first
    reason: str = ""  # why paused
    phone: Phone = Phone.BROWSER
    reachable: bool = False  # his phone is registered
    call: CallId | None = None  # offered, talked, or wrapped up
    until: float | None = None  # deadline of an offer or of the wrap-up
    misses: int = 0  # in a row
    rest: str = ""  # asked for a pause during a call: the reason to pause with afterwards
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class AgentEvent:
    """One line of an agent's log: the state he came into, when, and what brought him there."""

    fact: FactId
    agent: AgentId
    at: datetime  # aware UTC
    state: State
    reason: str = ""
    cause: str = ""  # "desk" | "call" | "miss" | "wrap-up over" | "supervisor" | "resync" | …
    call: CallId | None = None
    phone: Phone | None = None
    inferred: bool = False
    detail: Mapping[str, str] = field(default_factory=dict)


def move(state: State, what: Move) -> State:
    """The next state by the table."""
    try:
        return MOVES[state][what]
    except KeyError:
        raise ImpossibleError("{state} cannot be {what}", state=state, what=what) from None
