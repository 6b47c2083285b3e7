"""A call rebuilt from what its legs carry, after an engine died or was cut off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from acd.agent import Phone
from acd.queue import AgentId, QueueKey
from acd.work import Medium, Offer, Work, WorkState
from crm.calls.record import CallId
from cti.core import events as e
from cti.core.call import Call, TransferKind, TransferState
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
from cti.core.leg_found import ABSENT, RING_SECONDS, leg_found, told_unheard
from cti.core.listening_found import listeners
from cti.core.seen import Seen, SeenChannel, Where
from cti.core.talks import PHONE_LOST_SECONDS, talk_bridge
from cti.core.times import past
from cti.core.transfer import consult_bridge


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


def legs_of_calls(seen: Seen) -> dict[CallId, list[SeenChannel]]:
    """The legs that we made for each call; of each agent the one made last, the newest last."""
    legs: dict[tuple[CallId, AgentId, LegRole], SeenChannel] = {}
    for channel in sorted(seen.channels.values(), key=lambda one: one.created):
        agent = channel.saved.agent if channel.saved is not None else None
        role, call = channel.role, channel.call
        if role is None or call is None or agent is None:
            continue
        legs.pop((call, agent, role), None)
        legs[call, agent, role] = channel
    found: dict[CallId, list[SeenChannel]] = {}
    for (call, _, _), channel in legs.items():
        found.setdefault(call, []).append(channel)
    return found


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
    legs: Mapping[CallId, Sequence[SeenChannel]],
    hangup_of: Callable[[str], Ended | None],
    now: float,
    node: str,
) -> Iterator[e.Event]:
    """Say what is known of a caller's call, and what must have happened since it was saved."""
    if channel.saved is None or channel.saved.anchor is None:
        return
    caller = _caller(channel, channel.saved.anchor, now, node)
    ours = legs.get(caller.call.id, ())
    theirs = [leg for leg in ours if leg.role is LegRole.AGENT]
    consulted = _consulted(caller.call, theirs)
    told: list[e.Event] = []
    for event in _main(caller, seen, [leg for leg in theirs if leg is not consulted], hangup_of):
        if isinstance(event, e.CallFound):
            found, *told = _with_consultation(caller, seen, event, consulted)
            assert isinstance(found, e.CallFound)  # noqa: S101 - the first is the call
            listened = listeners(ours, found.call, caller.leg, now)
            yield replace(
                found,
                legs=(*found.legs, *listened.legs),
                others=(*found.others, *listened.works),
                bridges=(*found.bridges, *listened.bridges),
            )
            told += listened.told
        else:
            yield event
    yield from told


def _main(
    caller: _Caller,
    seen: Seen,
    legs: Sequence[SeenChannel],
    hangup_of: Callable[[str], Ended | None],
) -> Iterator[e.Event]:
    """What is known of the customer and the agent who has the call, or for whom it rings."""
    work = caller.saved.work
    assigned = work is not None and work.state is WorkState.ASSIGNED
    if assigned and work is not None:
        legs = [one for one in legs if one.saved is not None and one.saved.agent == work.agent]
    leg = legs[-1] if legs else None
    if leg is not None and leg.up:
        talking = leg.id in seen.bridged.get(caller.leg.id, frozenset())
        if assigned or talking:
            yield from _talk(caller, seen, leg, talking=talking)
            return
    rings = leg is not None and not (leg.up and leg.where is not Where.OURS)
    if assigned:
        yield from _phone_lost(caller, leg if rings else None, hangup_of)
    elif leg is not None and rings:
        yield from _ringing(caller, leg)
    else:
        yield e.CallFound(caller.call, (caller.leg,), caller.waiting() if work else None)


def _consulted(call: Call, legs: Sequence[SeenChannel]) -> SeenChannel | None:
    """The leg of the agent who is consulted."""
    transfer = call.transfer
    if transfer is None or transfer.kind is not TransferKind.ATTENDED:
        return None
    theirs = (leg for leg in legs if leg.saved and leg.saved.agent == transfer.recipient)
    return next(theirs, None)


def _with_consultation(
    caller: _Caller, seen: Seen, event: e.CallFound, channel: SeenChannel | None
) -> Iterator[e.Event]:
    """Add the consultation to what is known, or end it if its agent is gone."""
    transfer = event.call.transfer
    if transfer is None or transfer.kind is not TransferKind.ATTENDED:
        yield event
        return
    if channel is None:
        yield replace(event, call=replace(event.call, transfer=None))
        return
    now = caller.now
    answered = channel.up and transfer.state is not TransferState.DIALLING
    leg = _agent_leg(caller, channel)
    saved = channel.saved.placement if channel.saved is not None else None
    bridge = consult_bridge(event.call)
    if answered:
        there = InBridge(bridge.id) if channel.id in seen.bridge_of or saved is None else saved
        leg = replace(leg, state=LegState.UP, placement=there)
    work = Work(
        transfer.work,
        Medium.VOICE,
        event.call.queue or QueueKey(""),
        now,
        call=event.call.id,
        only=None if answered else transfer.recipient,
        changed=now,
    )
    if answered:
        work = replace(work, state=WorkState.ASSIGNED, agent=transfer.recipient)
    else:
        offer = Offer(transfer.recipient, now, now + RING_SECONDS)
        timers = {"offer": offer.until}
        work = replace(work, state=WorkState.OFFERED, offers=(offer,), timers=timers)
    yield replace(
        event,
        legs=(*event.legs, leg),
        others=(work,),
        bridges=(*event.bridges, bridge),
    )
    if not answered:
        yield from told_unheard(channel)


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


def _agent_leg(caller: _Caller, channel: SeenChannel) -> Leg:
    saved = channel.saved
    agent = saved.agent if saved is not None and saved.agent is not None else AgentId(0)
    return leg_found(channel, caller.call.id, agent, caller.now, caller.node)


def _talk(caller: _Caller, seen: Seen, channel: SeenChannel, *, talking: bool) -> Iterator[e.Event]:
    """Both are there: in the talk, or held, or about to be brought together."""
    bridge = talk_bridge(caller.call)
    placed = caller.leg.placed if caller.saved.work is not None else caller.now
    leg = replace(_agent_leg(caller, channel), state=LegState.UP, placed=placed)
    there, transfer = seen.bridge_of.get(channel.id), caller.call.transfer
    consulting = transfer is not None and there == consult_bridge(caller.call).id
    leg = replace(leg, placement=InBridge(there if there and consulting else bridge.id))
    held = caller.saved.held and not talking
    customer = caller.leg
    if not held:
        customer = replace(customer, placement=InBridge(bridge.id), placed=placed)
    work = caller.assigned(leg.agent)
    call = replace(caller.call, agent=leg.agent)
    yield e.CallFound(call, (customer, leg), work, held, bridges=(bridge,))
    if not held and not talking:
        yield e.Misplaced(customer.id)


def _ringing(caller: _Caller, channel: SeenChannel) -> Iterator[e.Event]:
    """An agent's phone rings for the caller, or was picked up while nobody looked."""
    leg = _agent_leg(caller, channel)
    work = caller.waiting()
    if work is None or leg.agent is None:
        yield e.CallFound(caller.call, (caller.leg,), work)
        return
    until = caller.now + RING_SECONDS
    offer = Offer(leg.agent, caller.now, until)
    work = replace(work, state=WorkState.OFFERED, offers=(offer,), timers={"offer": until})
    yield e.CallFound(caller.call, (caller.leg, leg), work)
    yield from told_unheard(channel)


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
        leg = _agent_leg(caller, channel)
        call = replace(call, timers={"phone lost": caller.now + PHONE_LOST_SECONDS})
        yield e.CallFound(call, (replace(caller.leg, placement=OnHold("")), leg), work)
        yield from told_unheard(channel)
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
