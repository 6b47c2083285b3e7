"""A call rebuilt from what its anchor leg carries, after an engine died or was cut off.

No feature has code of its own here. The saved call says which works there are, which legs were up,
and what each should hear; Asterisk says which legs there are now. What happened between the two is
told as events, and the features handle these as if they had just happened: a leg that is not there
any more has ended, one that is up and was not has been answered, one that is elsewhere is ordered
again to where it belongs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from acd.agent import Phone
from acd.queue import AgentId
from acd.work import Offer, Work, WorkId, WorkState
from crm.calls.record import CallId
from cti.core import events as e
from cti.core.call import Call, Direction
from cti.core.leg import (
    AgentParty,
    Bridge,
    CustomerParty,
    InBridge,
    Leg,
    LegId,
    LegRole,
    LegState,
    OutsideParty,
    Party,
    Prompted,
    purpose_of,
)
from cti.core.saved import SavedCall, SavedPlacement
from cti.core.seen import ChannelState, Seen, SeenChannel, Where
from cti.core.times import past

EARS = frozenset({LegRole.SNOOP, LegRole.WHISPER})

RING_SECONDS = 15.0
"""How long a phone that is found ringing goes on ringing."""

ABSENT = 20
"""Q.850 "subscriber absent": for a leg whose end was not seen."""


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
class Look:
    """What Asterisk carries, how channels ended, and the moment."""

    seen: Seen
    hangup_of: Callable[[str], Ended | None]
    now: float
    node: str


def anchors(seen: Seen) -> Mapping[CallId, SeenChannel]:
    """The channel of each call that carries it: the customer's, else the oldest."""
    found: dict[CallId, SeenChannel] = {}
    for channel in sorted(seen.channels.values(), key=lambda one: one.created):
        saved = channel.saved
        if saved is not None and saved.anchor is not None:
            call = saved.anchor.call.id
            if call not in found or saved.role is LegRole.CUSTOMER:
                found[call] = channel
    return found


def channels_of_calls(seen: Seen) -> Mapping[CallId, list[SeenChannel]]:
    """The legs that we made for each call; of each party and role the one made last."""
    newest: dict[tuple[CallId, AgentId | None, str, LegRole], SeenChannel] = {}
    for channel in sorted(seen.channels.values(), key=lambda one: one.created):
        if channel.saved is not None and channel.call is not None and channel.role is not None:
            saved = channel.saved
            newest[channel.call, saved.agent, saved.number, channel.role] = channel
    found: dict[CallId, list[SeenChannel]] = {}
    for (call, *_), channel in newest.items():
        found.setdefault(call, []).append(channel)
    return found


def not_ahead(call: Call, now: float) -> Call:
    """The call with no time in the future: the clock may have been set back."""
    return replace(
        call,
        arrived=past(call.arrived, now),
        waiting_since=None if call.waiting_since is None else past(call.waiting_since, now),
        talked=None if call.talked is None else past(call.talked, now),
        needs=replace(call.needs, since=past(call.needs.since, now)),
    )


def _work_not_ahead(work: Work, now: float) -> Work:
    return replace(
        work,
        since=past(work.since, now),
        changed=past(work.changed, now),
        entered=past(work.entered, now),
    )


def rebuilt(look: Look, saved: SavedCall, ours: Iterable[SeenChannel]) -> Iterator[e.Event]:
    """Give the saved call, and the events that must have happened since it was saved.

    `ours` are the channels of legs that we made for it. Gives `CallFound`, and then what the
    features are to hear.
    """
    call = not_ahead(saved.call, look.now)
    up = [_was_up(look, call, one) for one in saved.legs]
    new = [one for one in ours if one.id not in {leg.id for leg in up}]
    works = {one.id: _work_not_ahead(one, look.now) for one in saved.works}
    rung = [one for one in new if _is_dialled(call, one) or _is_for(works, one, look)]
    if any(_is_bridged(look, one, call) for one in rung) and call.recording == "off":
        # The agent was put into the talk and this was not saved: a recording may have begun.
        call = replace(call, recording="failed")
    gone = (one for one in up if one.id not in look.seen.channels)
    if call.introducing is not None and any(one.role is LegRole.AGENT for one in gone):
        up = [_still_prompted(one) for one in up]
    legs = (*up, *(_rings(look, call, one) for one in rung))
    yield e.CallFound(call, legs, tuple(works.values()), saved.held, tuple(_bridges(call, legs)))
    for leg in up:
        if leg.id not in look.seen.channels:
            hangup = look.hangup_of(leg.id)
            cause = hangup.cause if hangup is not None else ABSENT
            yield e.LegEnded(leg.id, cause, at=hangup.at if hangup is not None else None)
    for one in sorted(rung, key=lambda one: one.role not in EARS):
        yield from _unheard(one)
    lost = {leg.bridge for leg in up if leg.id not in look.seen.channels}
    for leg in up:
        there = look.seen.bridge_of.get(leg.id)
        if leg.bridge is not None and leg.bridge != there and leg.bridge not in lost:
            yield e.Misplaced(leg.id, there)


def _was_up(look: Look, call: Call, saved: SavedPlacement) -> Leg:
    """A leg that was up when the call was saved, whether or not it is still there."""
    channel = look.seen.channels.get(saved.leg)
    party: Party = CustomerParty(call.customer_number)
    if saved.role is not LegRole.CUSTOMER:
        party = _party(channel, saved.agent)
    placed = past(saved.placed, look.now)
    since = past(channel.created, look.now) if channel is not None else placed
    kept = channel.saved if channel is not None else None
    return Leg(
        saved.leg,
        saved.role,
        party,
        call.id,
        look.node,
        LegState.UP,
        since,
        saved.placement,
        placed,
        trunk=channel.trunk if channel is not None else "",
        dial=kept.dial if kept is not None else None,
    )


def _still_prompted(leg: Leg) -> Leg:
    """A customer to whom the agent's number was said when the agent went: there was no talk."""
    return replace(leg, placement=Prompted("", ())) if leg.role is LegRole.CUSTOMER else leg


def _rings(look: Look, call: Call, channel: SeenChannel) -> Leg:
    """A leg that was not up when the call was saved, as if its answer had not been heard yet."""
    down = _is_to_be_dialled(channel)
    party = _party(channel, channel.saved.agent if channel.saved is not None else None)
    if channel.role is LegRole.CUSTOMER:
        party = CustomerParty(call.customer_number)
    dialled = _is_dialled(call, channel)
    dial = channel.saved.dial if channel.saved is not None else None
    bridge = look.seen.bridge_of.get(channel.id)
    return Leg(
        channel.id,
        channel.role or LegRole.AGENT,
        party,
        call.id,
        look.node,
        LegState.DIALLING if down else LegState.RINGING,
        past(channel.created, look.now),
        InBridge(bridge) if dialled and bridge is not None else None,
        placed=look.now,
        trunk=channel.trunk,
        dial=dial,
        called=not down,
        confirmed=dial is None or channel.role is not LegRole.AGENT,
    )


def _party(channel: SeenChannel | None, agent: AgentId | None) -> Party:
    if channel is None:
        return AgentParty(agent or AgentId(0), "", Phone.SIP)
    if channel.role is LegRole.OUTSIDE:
        return OutsideParty(channel.saved.number if channel.saved is not None else "", agent)
    phone = channel.saved.phone if channel.saved is not None else Phone.SIP
    return AgentParty(agent or AgentId(0), channel.endpoint, phone)


def _is_dialled(call: Call, channel: SeenChannel) -> bool:
    """Whether a leg is to a number outside that had not answered when the call was saved."""
    out = call.direction is Direction.OUT and channel.role is LegRole.CUSTOMER
    led_away = channel.up and channel.where is not Where.OURS
    return (out or channel.role is LegRole.OUTSIDE) and not led_away


def _is_to_be_dialled(channel: SeenChannel) -> bool:
    """Whether a leg was made and not dialled yet; a trunk's says so, for its state may not."""
    over_trunk = channel.saved is not None and channel.saved.dial is not None
    return channel.state is ChannelState.DOWN and not (over_trunk and channel.number)


def _is_for(works: dict[WorkId, Work], channel: SeenChannel, look: Look) -> bool:
    """Whether a leg that was not up belongs to one of the call's works; that one rings then.

    It does not belong to any if the fallback rang an agent, who then picked up an empty line.
    """
    agent = channel.saved.agent if channel.saved is not None else None
    if agent is None or (channel.up and channel.where is not Where.OURS):
        return False
    if any(one.agent == agent for one in works.values()):
        return True
    if channel.role is not LegRole.AGENT:
        return False
    theirs = [one for one in works.values() if _may_ring(one, agent)]
    for work in sorted(theirs, key=lambda one: one.only is None)[:1]:
        offer = Offer(agent, look.now, look.now + RING_SECONDS)
        works[work.id] = replace(
            work,
            state=WorkState.OFFERED,
            changed=look.now,
            offers=(*work.offers, offer),
            timers={"offer": offer.until},
        )
    return bool(theirs)


def _may_ring(work: Work, agent: AgentId) -> bool:
    """Whether a work may be what rings at an agent."""
    if work.only is None:
        return work.state is WorkState.WAITING
    return work.state is not WorkState.ASSIGNED and agent in work.only.agents


def _is_bridged(look: Look, channel: SeenChannel, call: Call) -> bool:
    return LegId(call.id) in look.seen.bridged.get(channel.id, frozenset())


def _bridges(call: Call, legs: Iterable[Leg]) -> Iterator[Bridge]:
    for bridge in sorted({leg.bridge for leg in legs if leg.bridge is not None}):
        yield Bridge(bridge, call.id, purpose_of(bridge))


def _unheard(channel: SeenChannel) -> Iterator[e.Event]:
    """What Asterisk has told of a leg while no engine listened."""
    if _is_to_be_dialled(channel) or channel.role in EARS:
        yield e.LegCreated(channel.id)
    elif channel.up:
        yield e.LegAnswered(channel.id)
