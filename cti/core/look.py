"""One look at Asterisk: what a comparison may use, and what is old enough to be compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from acd.queue import AgentId
from crm.calls.record import CallId
from cti.core.call import Call
from cti.core.leg import Leg, LegId
from cti.core.seen import Dialect, Seen
from cti.core.stage import situation
from cti.core.state import SwitchState
from cti.core.times import is_past

SETTLE_SECONDS = 2.0
"""Younger differences are events and orders still on their way."""


@dataclass(frozen=True, slots=True)
class Hangup:
    """How a channel ended, from CEL."""

    at: float
    cause: int
    call: str = ""  # of a leg that we made


@dataclass(frozen=True, slots=True)
class Round:
    """What one comparison may use."""

    state: SwitchState
    seen: Seen
    now: float
    first: bool  # right after a connect: nothing is on its way
    dialect: Dialect
    agent_of: Callable[[str], AgentId | None]  # endpoint -> agent
    hangup_of: Callable[[str], Hangup | None] = lambda _: None
    busy: Callable[[str], bool] = lambda _: False  # orders of the leg are on their way
    ended: Mapping[CallId | LegId, float] = field(default_factory=dict)  # what ended, and when
    reborn: bool = False  # this Asterisk was started since we last looked
    node: str = ""
    linked: float = 0.0  # since when events are heard

    def settled(self, since: float) -> bool:
        """Whether something is old enough to be compared: not what began after the listing."""
        return is_past(since, self.now if self.first else self.now - SETTLE_SECONDS)

    def is_unheard_of(self, created: float) -> bool:
        """Whether an unknown channel must be taken over: its event would have come by now."""
        return self.settled(created) or created < self.linked

    def judges(self, call: Call) -> bool:
        """Whether a call may be judged: no order of it is still on its way."""
        since = max(situation(self.state, call).since, call.ended or 0.0)
        legs = self.state.call_legs(call.id)
        return self.settled(since) and not any(self.busy(leg.id) for leg in legs)

    def judges_leg(self, leg: Leg) -> bool:
        """Whether a leg, and the call that it belongs to, may be judged."""
        if not self.settled(max(leg.since, leg.placed)) or self.busy(leg.id):
            return False
        call = self.state.calls.get(leg.call) if leg.call is not None else None
        return call is None or self.judges(call)
