"""A call between two agents, rebuilt from what the caller's leg carries."""

from collections.abc import Iterator
from dataclasses import replace

from acd.agent import Phone
from acd.work import Offer, WorkState
from cti.core import events as e
from cti.core.call import Dialled, Direction
from cti.core.dialling import callee_work, work_of
from cti.core.leg import AgentParty, InBridge, Leg, LegId, LegRole, LegState, Silent
from cti.core.leg_found import ABSENT, RING_SECONDS, leg_found, told_unheard
from cti.core.seen import Seen, SeenChannel
from cti.core.talks import talk_bridge


def carries_dialled(channel: SeenChannel) -> bool:
    """Whether a channel is the leg of an agent who called another, with the call on it."""
    saved = channel.saved
    anchor = saved.anchor if saved is not None else None
    return anchor is not None and anchor.call.direction is Direction.INTERNAL


def dialled_found(seen: Seen, channel: SeenChannel, now: float, node: str) -> Iterator[e.Event]:
    """Say what is known of the call, and what must have happened since it was saved."""
    saved = channel.saved
    if saved is None or saved.anchor is None:
        return
    call = saved.anchor.call
    origin = call.origin
    if not isinstance(origin, Dialled):
        return
    theirs = (
        one
        for one in seen.channels.values()
        if one.call == call.id and one.id != channel.id and one.role is LegRole.AGENT
    )
    callee = max(theirs, key=lambda one: one.created, default=None)
    caller_leg = leg_found(channel, call.id, origin.agent, now, node)
    works = [work_of(call, call.work, origin.agent, now)]
    if call.talked is not None:
        bridge = talk_bridge(call)
        there = InBridge(bridge.id)
        gone = LegId(f"{call.id}-gone")
        other = (
            leg_found(callee, call.id, origin.to, now, node)
            if callee is not None
            else Leg(gone, LegRole.AGENT, AgentParty(origin.to, "", Phone.SIP), call.id, node)
        )
        legs = tuple(
            replace(leg, state=LegState.UP, placement=there) for leg in (caller_leg, other)
        )
        works.append(work_of(call, callee_work(call, origin.to), origin.to, now))
        yield e.CallFound(call, legs, works[0], others=tuple(works[1:]), bridges=(bridge,))
        if callee is None:
            yield e.LegEnded(gone, ABSENT)
        return
    if callee is None or not channel.up:
        yield e.CallFound(call, (caller_leg,), works[0])
        yield from told_unheard(channel)
        return
    offer = Offer(origin.to, now, now + RING_SECONDS)
    ringing = replace(
        work_of(call, callee_work(call, origin.to), None, now),
        state=WorkState.OFFERED,
        only=origin.to,
        offers=(offer,),
        timers={"offer": offer.until},
    )
    up = replace(caller_leg, state=LegState.UP, placement=Silent())
    legs = (up, leg_found(callee, call.id, origin.to, now, node))
    yield e.CallFound(call, legs, works[0], others=(ringing,))
    yield from told_unheard(callee)
