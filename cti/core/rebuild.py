"""A call rebuilt from what its legs carry, after an engine died or was cut off."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from acd.agent import Phone
from acd.queue import AgentId
from acd.work import Offer, Work, WorkState
from crm.calls.record import CallId
from cti.core import events as e
from cti.core.call import Call
from cti.core.context import SavedCall
from cti.core.inbound import waiting_work
from cti.core.leg import (
    AgentParty,
    CustomerParty,
    InBridge,
    Leg,
    LegId,
    LegRole,
    LegState,
    OnHold,
)
from cti.core.seen import ChannelState, Seen, SeenChannel, Where
from cti.core.talks import PHONE_LOST_SECONDS, talk_bridge
from cti.core.times import past

RING_SECONDS = 15.0
"""How long a phone that is found ringing goes on ringing."""

ABSENT = 20
"""Q.850 "subscriber absent": an agent's leg of whose end nothing is known."""


class Ended(Protocol):
    """How a channel ended, from CEL."""

    @property
    def at(self) -> float:
        """When, in seconds since the epoch."""
        ...

    @property
    def cause(self) -> int:
        """Why, as a Q.850 cause."""
        ...


@dataclass(frozen=True, slots=True)
class _Caller:
    """One caller's call as it was saved, the channels that belong to it, and the moment."""

    call: Call
    saved: SavedCall
    leg: Leg
    now: float
    node: str

    def assigned(self, agent: AgentId | None) -> Work | None:
        """The work in the hands of an agent."""
        work = self.waiting()
        if work is None:
            return None
        changed = self.saved.work.changed if self.saved.work is not None else self.now
        return replace(work, state=WorkState.ASSIGNED, agent=agent, changed=past(changed, self.now))

    def waiting(self) -> Work | None:
        """The work as it stands in line, if the call has come that far."""
        if self.call.queue is None:
            return None
        return waiting_work(self.call, self.call.queue, self.now)


def newest_legs(seen: Seen) -> dict[CallId, SeenChannel]:
    """The agent's leg of each call; of several, the one that was made last."""
    legs = [
        channel
        for channel in seen.channels.values()
        if channel.role is LegRole.AGENT and channel.saved is not None and channel.saved.agent
    ]
    newest = sorted(legs, key=lambda leg: leg.created)
    return {leg.call: leg for leg in newest if leg.call is not None}


def not_ahead(call: Call, now: float) -> Call:
    """A call whose times lie ahead of a clock that was set back: it came before now."""
    return replace(
        call,
        arrived=past(call.arrived, now),
        waiting_since=None if call.waiting_since is None else past(call.waiting_since, now),
        talked=None if call.talked is None else past(call.talked, now),
    )


def rebuilt(  # noqa: PLR0913, PLR0917 - a channel, and all that may be known beside it
    seen: Seen,
    channel: SeenChannel,
    legs: Mapping[CallId, SeenChannel],
    hangup_of: Callable[[str], Ended | None],
    now: float,
    node: str,
) -> Iterator[e.Event]:
    """Say what is known of a caller's call, and what must have happened since it was saved."""
    if channel.saved is None or channel.saved.anchor is None:
        return
    caller = _caller(channel, channel.saved.anchor, now, node)
    work = channel.saved.anchor.work
    assigned = work is not None and work.state is WorkState.ASSIGNED
    leg = legs.get(caller.call.id)
    if leg is not None and leg.up:
        talking = leg.id in seen.bridged.get(channel.id, frozenset())
        if assigned or talking:
            yield from _talk(caller, leg, talking=talking)
            return
    rings = leg is not None and not (leg.up and leg.where is not Where.OURS)
    if assigned:
        yield from _phone_lost(caller, leg if rings else None, hangup_of)
    elif leg is not None and rings:
        yield from _ringing(caller, leg)
    else:
        yield e.CallFound(caller.call, (caller.leg,), caller.waiting() if work else None)


def _caller(channel: SeenChannel, saved: SavedCall, now: float, node: str) -> _Caller:
    call = not_ahead(saved.call, now)
    since = past(channel.created, now)
    placed = past(saved.work.changed, now) if saved.work is not None else since
    party = CustomerParty(call.customer_number)
    placement = channel.saved.placement if channel.saved is not None else None
    leg = Leg(
        channel.id,
        LegRole.CUSTOMER,
        party,
        call.id,
        node,
        LegState.UP,
        since,
        placement,
        placed,
    )
    return _Caller(call, saved, leg, now, node)


def _agent_leg(caller: _Caller, channel: SeenChannel, state: LegState, placed: float) -> Leg:
    saved = channel.saved
    agent = saved.agent if saved is not None and saved.agent is not None else AgentId(0)
    phone = saved.phone if saved is not None else Phone.SIP
    party = AgentParty(agent, channel.endpoint, phone)
    since = past(channel.created, caller.now)
    return Leg(
        channel.id, LegRole.AGENT, party, caller.call.id, caller.node, state, since, placed=placed
    )


def _talk(caller: _Caller, channel: SeenChannel, *, talking: bool) -> Iterator[e.Event]:
    """Both are there: in the talk, or held, or about to be brought together."""
    bridge = talk_bridge(caller.call)
    placed = caller.leg.placed if caller.saved.work is not None else caller.now
    leg = _agent_leg(caller, channel, LegState.UP, placed)
    leg = replace(leg, placement=InBridge(bridge.id))
    held = caller.saved.held and not talking
    customer = caller.leg
    if not held:
        customer = replace(customer, placement=InBridge(bridge.id), placed=placed)
    work = caller.assigned(leg.agent)
    call = replace(caller.call, agent=leg.agent)
    yield e.CallFound(call, (customer, leg), work, held, (bridge,))
    if not held and not talking:
        yield e.Misplaced(customer.id)


def _ringing(caller: _Caller, channel: SeenChannel) -> Iterator[e.Event]:
    """An agent's phone rings for the caller, or was picked up while nobody looked."""
    state = LegState.DIALLING if channel.state is ChannelState.DOWN else LegState.RINGING
    leg = _agent_leg(caller, channel, state, caller.now)
    work = caller.waiting()
    if work is None or leg.agent is None:
        yield e.CallFound(caller.call, (caller.leg,), work)
        return
    until = caller.now + RING_SECONDS
    offer = Offer(leg.agent, caller.now, until)
    work = replace(work, state=WorkState.OFFERED, offers=(offer,), timers={"offer": until})
    yield e.CallFound(caller.call, (caller.leg, leg), work)
    if channel.up:
        yield e.LegAnswered(leg.id)
    elif channel.state is ChannelState.DOWN:
        yield e.LegCreated(leg.id)


def _phone_lost(
    caller: _Caller, channel: SeenChannel | None, hangup_of: Callable[[str], Ended | None]
) -> Iterator[e.Event]:
    """The agent's leg has ended. Is it rung anew already, that goes on.

    Else how it ended decides: an agent who hung up has ended the call, and one whose phone was
    lost is rung again.
    """
    agent = caller.saved.work.agent if caller.saved.work is not None else None
    call = replace(caller.call, agent=agent)
    work = caller.assigned(agent)
    if channel is not None:
        state = LegState.DIALLING if channel.state is ChannelState.DOWN else LegState.RINGING
        leg = _agent_leg(caller, channel, state, caller.now)
        call = replace(call, timers={"phone lost": caller.now + PHONE_LOST_SECONDS})
        yield e.CallFound(call, (replace(caller.leg, placement=OnHold("")), leg), work)
        if channel.state is ChannelState.DOWN:
            yield e.LegCreated(leg.id)
        return
    bridge = talk_bridge(call)
    gone = caller.saved.agent_leg or LegId("none")
    there = InBridge(bridge.id)
    party = AgentParty(agent or AgentId(0), "", Phone.SIP)
    now = caller.now
    ghost = Leg(gone, LegRole.AGENT, party, call.id, caller.node, LegState.UP, now, there, now)
    customer = replace(caller.leg, placement=there)
    yield e.CallFound(call, (customer, ghost), work, bridges=(bridge,))
    hangup = hangup_of(gone)
    cause = hangup.cause if hangup is not None else ABSENT
    yield e.LegEnded(gone, cause, at=hangup.at if hangup is not None else None)
