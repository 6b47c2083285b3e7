"""Compare what should be with what Asterisk carries, and say what must have happened.

The same comparison rebuilds the state after a start and repairs drift every five seconds: each leg
has a placement, and where Asterisk has it otherwise it is ordered again. It gives events for the
switch and nothing else; what it cannot be sure of yet it leaves for the next round.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from acd.queue import AgentId
from acd.seats import is_adrift
from acd.work import Work, WorkState
from crm.calls.record import CallId
from cti.core import events as e
from cti.core.call import Call
from cti.core.in_fallback import back, fallback_agent, in_fallback, in_fallback_with, is_back, rung
from cti.core.leg import BridgeId, InBridge, Leg, LegId, LegRole, LegState, ReceivingFax
from cti.core.look import Hangup, Round
from cti.core.rebuild import Look, anchors, channels_of_calls, rebuilt
from cti.core.saved import SavedCall
from cti.core.seen import ChannelState, SeenChannel, Where
from cti.core.stage import Situation, Stage, situation
from cti.core.state import SwitchState
from cti.core.times import past

HEARD_OF = frozenset({Where.OURS, Where.FAX})
OUR_BRIDGE = re.compile(r"-(talk|consult|listen)\d+$")


@dataclass(frozen=True, slots=True)
class Findings:
    """What the comparison found: events for the switch, channels to fetch or to end."""

    events: tuple[e.Event, ...]
    fetch: Mapping[LegId, str]  # callers in the fallback: channel names for AMI's Redirect
    orphans: tuple[BridgeId, ...]  # bridges of calls that are no more
    rung: frozenset[AgentId] = frozenset()  # by the fallback: look again soon
    unclear: bool = False  # somebody rings for a caller who is not fetched for that: likewise


def compare(look: Round) -> Findings:
    """Find every difference, in an order in which the switch can take them."""
    events: list[e.Event] = []
    events += _lost_legs(look)
    found = sorted(_found_calls(look), key=lambda events: _order(look, events[0]))
    events += chain.from_iterable(found)
    events += _agent_legs(look)
    events += _misplaced(look)
    events += _agents(look)
    waiting, unclear = in_fallback(look)
    return Findings(
        tuple(events), waiting, tuple(_orphans(look)), frozenset(rung(look)), unclear=unclear
    )


def is_ours(channel: SeenChannel) -> bool:
    """Whether we made a channel: to a phone, or to a customer in a call of another id."""
    if channel.role is LegRole.CUSTOMER:
        return channel.call is not None and channel.call != CallId(channel.id)
    return channel.role is not None


def is_listened_to(channel: SeenChannel) -> bool:
    """Whether we hear of a channel: a caller in our hands or in the fallback's, a leg of ours."""
    return channel.where in HEARD_OF or channel.in_fallback or is_ours(channel)


def call_of(state: SwitchState, event: e.Event) -> CallId | None:
    """Give the call that an event belongs to, before it is handled."""
    match event:
        case e.CallFound(call=call) | e.CallReturned(call=call):
            return call.id
        case e.CallArrived(leg=leg):
            return CallId(leg)
        case _:
            known = state.legs.get(getattr(event, "leg", LegId("")))
            return known.call if known is not None else None


def misses(look: Round) -> bool:
    """Whether one must ask when channels ended: one of ours, or the leg of a call just found."""
    seen = look.seen.channels
    return any(
        leg.id not in seen and look.judges_leg(leg) for leg in look.state.legs.values()
    ) or any(
        channel.where is Where.OURS
        and not is_ours(channel)
        and channel.id not in look.state.legs
        and channel.id not in look.ended
        and look.settled(channel.created)
        for channel in seen.values()
    )


# ---- legs that are not there


def _lost_legs(look: Round) -> Iterator[e.Event]:
    gone = [leg for leg in look.state.legs.values() if leg.id not in look.seen.channels]
    gone = [leg for leg in gone if look.judges_leg(leg)]
    # With the customer gone too, the call's end tells all.
    over = {leg.call for leg in gone if leg.role is LegRole.CUSTOMER}
    # Those with an agent last: no agent is to be offered one of the others, which are gone as well.
    for leg in sorted(gone, key=lambda leg: _has_agent(look, leg)):
        if look.reborn:
            if leg.role is LegRole.CUSTOMER:
                yield e.LegEnded(leg.id, 0, at=look.now, fault="asterisk restarted")
            continue
        hangup = look.hangup_of(leg.id)
        if leg.role is not LegRole.CUSTOMER:
            if leg.call not in over:
                yield _ended(leg.id, hangup, otherwise=20)
            continue
        other = _talks_with(look, leg)
        theirs = look.hangup_of(other.id) if other is not None else None
        if other is not None and hangup and theirs and theirs.at < hangup.at:
            # The agent hung up, and then the customer's leg was ended.
            yield e.LegEnded(other.id, theirs.cause, at=theirs.at)
        yield e.LegEnded(
            leg.id, hangup.cause if hangup else 0, at=hangup.at if hangup else look.now
        )


def _ended(leg: LegId, hangup: Hangup | None, *, otherwise: int) -> e.LegEnded:
    cause = hangup.cause if hangup is not None else otherwise
    return e.LegEnded(leg, cause, at=hangup.at if hangup is not None else None)


def _has_agent(look: Round, leg: Leg) -> bool:
    seen = _situation(look, leg)
    return seen is not None and seen.agent is not None


def _talks_with(look: Round, leg: Leg) -> Leg | None:
    seen = _situation(look, leg)
    talks = seen is not None and seen.stage in (Stage.TALKING, Stage.HELD)
    return seen.agent_leg if seen is not None and talks else None


def _situation(look: Round, leg: Leg) -> Situation | None:
    call = look.state.calls.get(leg.call) if leg.call is not None else None
    return situation(look.state, call) if call is not None else None


# ---- callers that the state does not know, or has in another place


def _found_calls(look: Round) -> Iterator[tuple[e.Event, ...]]:
    """The events of each call that is unknown or in another place; never an empty tuple."""
    carriers = anchors(look.seen)
    ours = channels_of_calls(look.seen)
    for channel in look.seen.channels.values():
        if not look.is_unheard_of(channel.created):
            continue
        saved = channel.saved.anchor if channel.saved is not None else None
        if saved is not None and carriers[saved.call.id].id != channel.id:
            saved = None  # it has carried its call once
        events: Iterable[e.Event] = ()
        if not is_ours(channel):
            events = _customer(look, channel, saved, ours)
        elif saved is not None and _is_unheard_of(look, channel):
            events = _rebuilt(look, saved, ours)
        if told := tuple(events):
            yield told


def _customer(
    look: Round,
    channel: SeenChannel,
    saved: SavedCall | None,
    ours: Mapping[CallId, list[SeenChannel]],
) -> Iterator[e.Event]:
    known = look.state.legs.get(channel.id)
    call = look.state.calls.get(known.call) if known is not None and known.call else None
    if known is not None and call is not None and call.ended is None:
        yield from _moved(look, channel, known, call)
        return
    ended = look.ended.get(channel.id)
    if ended is not None:
        # It ended for us, and lives on there: the order to hang up was lost, if it was not
        # given after Asterisk was asked.
        if channel.where is Where.OURS and look.settled(ended):
            yield e.StrayChannel(channel.id)
    elif channel.where is Where.OURS:
        if saved is not None:
            yield from _rebuilt(look, saved, ours)
        else:
            yield _unknown(look, channel)
    elif channel.where is Where.FAX and saved is not None:
        yield from _rebuilt(look, saved, ours)
    elif (agent := fallback_agent(look, channel)) is not None:
        yield in_fallback_with(look, *back(look, channel), agent)


def _is_unheard_of(look: Round, channel: SeenChannel) -> bool:
    keys = (channel.id, channel.call)
    return channel.call not in look.state.calls and all(key not in look.ended for key in keys)


def _rebuilt(
    look: Round, saved: SavedCall, ours: Mapping[CallId, list[SeenChannel]]
) -> Iterator[e.Event]:
    at = Look(look.seen, look.hangup_of, look.now, look.node)
    return rebuilt(at, saved, ours.get(saved.call.id, ()))


def _unknown(look: Round, channel: SeenChannel) -> e.Event:
    """The event of a channel without a saved context: a new caller, a returned one, or a stray."""
    if channel.number and channel.way:
        number, trunk = look.dialect.number, channel.way == "trunk"
        caller = number(channel.caller) if trunk else channel.caller
        called, since = look.dialect.dialled(channel.number), past(channel.created, look.now)
        return e.CallArrived(channel.id, caller, called, channel.way, look.node, at=since)
    if is_back(channel):
        return e.CallReturned(*back(look, channel))
    return e.StrayChannel(channel.id)


def _moved(look: Round, channel: SeenChannel, leg: Leg, call: Call) -> Iterator[e.Event]:
    """A caller of ours may have been in the fallback meanwhile, or be there now."""
    seen = situation(look.state, call)
    if is_back(channel):
        if look.first and seen.stage in (Stage.IVR, Stage.WAITING):
            yield e.CallReturned(call, leg)
    elif channel.in_fallback and _may_move(look, call, seen):
        agent = fallback_agent(look, channel)
        talks = seen.stage in (Stage.TALKING, Stage.HELD, Stage.PHONE_LOST)
        if agent is None and talks:
            return  # how the agent's leg ended decides what becomes of the caller
        if seen.stage is not Stage.IN_FALLBACK or seen.agent != agent:
            yield in_fallback_with(look, call, leg, agent)


def _may_move(look: Round, call: Call, seen: Situation) -> bool:
    """Whether a caller can have moved to the fallback: no order for their leg is under way."""
    if seen.stage is not Stage.IN_FALLBACK:
        return look.judges(call)
    return seen.customer_leg is None or not look.busy(seen.customer_leg.id)


def _order(look: Round, event: e.Event) -> tuple[int, float]:
    """The order of the events, because each may be followed by offers, and those must be fair.

    Talks come first, so that no agent who talks is offered another call; then waiting callers in
    their order; then callers that no engine knows, in their order.
    """
    match event:
        case e.CallFound(work=Work(state=WorkState.WAITING, since=since)):
            return (1, since)
        case e.CallReturned(call=call) if call.waiting_since is not None:
            return (1, call.waiting_since)
        case e.CallReturned(call=call):
            return (2, call.arrived)
        case e.CallArrived(leg=leg):
            return (2, look.seen.channels[leg].created)
        case e.StrayChannel():
            return (3, 0.0)
        case _:
            return (0, 0.0)


# ---- legs of ours


def _agent_legs(look: Round) -> Iterator[e.Event]:
    being_found = _being_found(look) if look.first else frozenset()
    for channel in look.seen.channels.values():
        if not is_ours(channel) or not look.settled(channel.created):
            continue
        leg = look.state.legs.get(channel.id)
        if leg is None:
            if channel.call not in being_found and _gone_for_good(look, channel):
                yield e.StrayChannel(channel.id)
        elif not look.judges_leg(leg):
            continue
        elif channel.up and leg.state is not LegState.UP:
            yield e.LegAnswered(leg.id)
        elif (
            channel.state is ChannelState.DOWN and leg.state is LegState.DIALLING and not leg.called
        ):
            yield e.LegCreated(leg.id)  # its creation was missed: dial it now


def _gone_for_good(look: Round, channel: SeenChannel) -> bool:
    """Whether an unknown leg must be ended: no call has it, and no hang-up is under way."""
    owner = look.state.calls.get(channel.call) if channel.call is not None else None
    if owner is not None:
        return look.judges(owner)
    ended = [look.ended.get(key) for key in (channel.id, channel.call) if key is not None]
    # Else the order to hang up is still on its way.
    return all(at is None or look.settled(at) for at in ended)


def _being_found(look: Round) -> frozenset[CallId | None]:
    """Calls that the state does not know yet, with their anchor or customer in Asterisk."""
    found = {CallId(channel) for channel in look.seen.channels} | anchors(look.seen).keys()
    return frozenset(call for call in found if call not in look.state.calls)


def _misplaced(look: Round) -> Iterator[e.Event]:
    """Legs that should be in a bridge or receive a fax and do not, or are in a wrong bridge."""
    for leg in look.state.legs.values():
        channel = look.seen.channels.get(leg.id)
        if channel is None or not channel.up or channel.where is not Where.OURS:
            continue
        if leg.state is not LegState.UP or not look.judges_leg(leg):
            continue
        if isinstance(leg.placement, ReceivingFax):
            yield e.Misplaced(leg.id)
            continue
        there = look.seen.bridge_of.get(leg.id)
        wanted = leg.placement.bridge if isinstance(leg.placement, InBridge) else None
        if wanted == there or (wanted is None and not OUR_BRIDGE.search(there or "")):
            continue
        if wanted is None or _all_here(look, wanted):
            yield e.Misplaced(leg.id, there)


def _all_here(look: Round, bridge: BridgeId) -> bool:
    """Whether everybody who should be in a bridge can be put into it."""
    members = [look.state.legs[key[0]] for key in look.state.legs_by_bridge.line(bridge)]
    channels = [look.seen.channels.get(leg.id) for leg in members]
    return all(one is not None and one.up and one.where is Where.OURS for one in channels)


# ---- agents, the fallback, bridges


def _agents(look: Round) -> Iterator[e.Event]:
    if look.first:
        return  # after a connect the calls come first; see the next round
    for agent in drifted_agents(look.state):
        if look.settled(look.state.agents[agent].since):
            yield e.AgentDrifted(agent)


def drifted_agents(state: SwitchState) -> Iterable[AgentId]:
    """Agents with a task in a work that knows nothing of them."""
    for agent in state.agents.values():
        for task in agent.tasks:
            if is_adrift(state.works.get(task.work), agent, task):
                yield agent.id
                break


def _orphans(look: Round) -> Iterator[BridgeId]:
    """Bridges of ours that nobody is in and nothing belongs to: the order to drop them was lost."""
    for bridge in look.seen.empty_bridges:
        if OUR_BRIDGE.search(bridge) and bridge not in look.state.bridges:
            yield bridge
