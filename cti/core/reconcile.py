"""Compare the house with what Asterisk carries, and say what must have happened.

The same comparison rebuilds the house after a start and repairs drift every five seconds. It gives
events for the switch and nothing else; what it cannot be sure of yet it leaves for the next round.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from acd.agent import State
from acd.queue import AgentId
from crm.calls.record import CallId
from cti.asterisk.translate import Dialect, Seen, SeenChannel, returned
from cti.core import events as e
from cti.core.call import Call, Stage
from cti.core.commands import call_of
from cti.core.context import remembered
from cti.core.state import House
from cti.core.times import is_past, past

SETTLE_SECONDS = 2.0
"""Younger differences are events and orders still on their way."""

FALLBACK, RETURN = "hotline-fallback", "hotline-return"
BACK = frozenset({FALLBACK, RETURN})
"""Contexts of the dialplan from which a caller comes back to us."""

WITH_LEG = (Stage.OFFERED, Stage.TALKING, Stage.HELD)


@dataclass(frozen=True, slots=True)
class Hangup:
    """How a channel ended, from CEL."""

    at: float
    cause: int


@dataclass(frozen=True, slots=True)
class Round:
    """What one comparison may use."""

    house: House
    seen: Seen
    now: float
    first: bool  # right after a connect: nothing is on its way
    dialect: Dialect
    agent_of: Callable[[str], AgentId | None]  # endpoint -> agent
    hangup_of: Callable[[str], Hangup | None] = lambda _: None
    busy: Callable[[CallId], bool] = lambda _: False  # orders of the call are on their way
    left: Mapping[CallId, float] = field(default_factory=dict)  # calls that ended, and when
    reborn: bool = False  # this Asterisk was started since we last looked
    node: str = ""

    def settled(self, since: float) -> bool:
        """Whether something is old enough to be judged: what came after we asked is not."""
        return is_past(since, self.now if self.first else self.now - SETTLE_SECONDS)

    def judges(self, call: Call) -> bool:
        """Whether a call of the house may be judged: no order of it is still on its way."""
        return self.settled(call.since) and not self.busy(call.id)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the comparison found: events for the switch, channels to fetch or to end."""

    events: tuple[e.Event, ...]
    fetch: Mapping[CallId, str]  # callers in the fallback: channel names for AMI's Redirect
    orphans: tuple[str, ...]  # bridges of calls that are no more
    rung: frozenset[AgentId] = frozenset()  # by the fallback: look again soon
    unclear: bool = False  # somebody rings for a caller who is not fetched for that: likewise


def compare(look: Round) -> Findings:
    """Find every difference, in an order in which the switch can take them."""
    events: list[e.Event] = []
    events += _lost_calls(look)
    events += sorted(_found_calls(look), key=lambda event: _turn(look, event))
    events += _legs(look)
    events += _agents(look)
    waiting, unclear = _in_fallback(look)
    return Findings(
        tuple(events), waiting, tuple(_orphans(look)), frozenset(_rung(look)), unclear=unclear
    )


def is_listened_to(channel: SeenChannel) -> bool:
    """Whether we hear of a channel: a caller in our hands or in the fallback's, an agent's leg."""
    return channel.app == "Stasis" or channel.context in BACK or call_of(channel.id) != channel.id


def of_call(event: e.Event) -> CallId | None:
    """Tell whose call a finding speaks of."""
    match event:
        case e.CallFound(call=call) | e.CallReturned(call=call):
            return call.id
        case e.StrayChannel(channel=channel):
            return call_of(channel)
        case _:
            return getattr(event, "call", None)


def misses(look: Round) -> bool:
    """Whether one must ask when channels ended: one of ours, or the leg of a call just found."""
    seen, calls = look.seen.channels, look.house.calls
    return any(
        call.stage is not Stage.ENDED
        and (call.id not in seen or (call.leg and call.leg not in seen))
        and look.judges(call)
        for call in calls.values()
    ) or any(
        channel.app == "Stasis"
        and call_of(channel.id) == channel.id
        and channel.id not in calls
        and channel.id not in look.left
        and look.settled(channel.created)
        for channel in seen.values()
    )


def _lost_calls(look: Round) -> Iterator[e.Event]:
    # Those with an agent last: he must not be offered one of the others, which are gone as well.
    for call in sorted(look.house.calls.values(), key=lambda c: c.agent is not None):
        if call.stage is Stage.ENDED or call.id in look.seen.channels:
            continue
        if not look.judges(call):
            continue
        if look.reborn:
            yield e.CallerGone(call.id, 0, at=look.now, fault="asterisk restarted")
            continue
        hangup = look.hangup_of(call.id)
        leg = look.hangup_of(call.leg) if call.stage in (Stage.TALKING, Stage.HELD) else None
        if hangup is not None and leg is not None and leg.at < hangup.at:
            # His agent hung up, and then he was.
            yield e.LegGone(call.id, call.leg, leg.cause, at=leg.at)
        yield e.CallerGone(
            call.id, hangup.cause if hangup else 0, at=hangup.at if hangup else look.now
        )


def _found_calls(look: Round) -> Iterator[e.Event]:
    legs = _newest_legs(look)
    for channel in look.seen.channels.values():
        if call_of(channel.id) != channel.id or not look.settled(channel.created):
            continue
        known = look.house.calls.get(CallId(channel.id))
        if known is not None and known.stage is not Stage.ENDED:
            yield from _moved(look, channel, known)
            continue
        ended = known.since if known is not None else look.left.get(CallId(channel.id))
        if ended is not None:
            # It ended for us, and lives on there: the order to hang up was lost, if it was not
            # given after Asterisk was asked.
            if channel.app == "Stasis" and look.settled(ended):
                yield e.StrayChannel(channel.id)
            continue
        if channel.app == "Stasis":
            yield from _rebuilt(look, channel, legs)
        elif (agent := _outside_agent(look, channel)) is not None:
            yield e.CallFound(_back(look, channel).outside(agent, look.now))


def _moved(look: Round, channel: SeenChannel, known: Call) -> Iterator[e.Event]:
    """A caller of ours may have been in the fallback meanwhile, or be there now."""
    if _is_back(channel):
        if look.first and known.stage in (Stage.IVR, Stage.WAITING):
            yield e.CallReturned(known)
    elif channel.context in BACK and _may_move(look, known):
        agent = _outside_agent(look, channel)
        if agent is None and known.stage in (Stage.TALKING, Stage.HELD, Stage.PARKED):
            return  # how his agent's leg ended decides what becomes of him
        if known.stage is not Stage.OUTSIDE or known.agent != agent:
            yield e.CallFound(known.outside(agent, look.now))


def _may_move(look: Round, known: Call) -> bool:
    """Of one who is in the fallback anyway, nothing is on its way but what brings him back."""
    return not look.busy(known.id) if known.stage is Stage.OUTSIDE else look.judges(known)


def _is_back(channel: SeenChannel) -> bool:
    """Whether he came back from the fallback: maybe to a dead wire, where nobody heard of it."""
    return channel.app == "Stasis" and channel.context in BACK


def _turn(look: Round, event: e.Event) -> tuple[int, float]:
    """When it is an event's turn: each may be followed by offers, and those must be just.

    Talks first, so that nobody who talks is offered another call; then those who wait, as they
    came; then those of whom no engine has heard, as they came.
    """
    match event:
        case e.CallFound(call=call) | e.CallReturned(call=call) if call.stage is Stage.WAITING:
            return (1, call.since if call.waiting_since is None else call.waiting_since)
        case e.CallReturned(call=call):
            return (2, call.arrived)
        case e.CallArrived(call=call_id):
            return (2, look.seen.channels[call_id].created)
        case e.StrayChannel():
            return (3, 0.0)
        case _:
            return (0, 0.0)


def _newest_legs(look: Round) -> dict[CallId, SeenChannel]:
    """The leg of each call; of several, the one that was made last."""
    legs = [c for c in look.seen.channels.values() if call_of(c.id) != c.id]
    return {call_of(leg.id): leg for leg in sorted(legs, key=lambda leg: leg.created)}


def _rebuilt(
    look: Round, channel: SeenChannel, legs: Mapping[CallId, SeenChannel]
) -> Iterator[e.Event]:
    call = remembered(CallId(channel.id), channel.memory, look.node)
    if call is None:
        if channel.number and channel.context.startswith(("hotline-arrive", "hotline-guest")):
            via = "guest" if channel.context.startswith("hotline-guest") else "trunk"
            number = look.dialect.number
            caller = number(channel.caller) if via == "trunk" else channel.caller
            called = number(channel.number)
            since = past(channel.created, look.now)
            yield e.CallArrived(CallId(channel.id), caller, called, via, look.node, at=since)
        elif _is_back(channel):
            yield e.CallReturned(_back(look, channel))
        else:
            yield e.StrayChannel(channel.id)
        return
    call = _not_ahead(call, look.now)
    leg = legs.get(call.id)
    talking = leg is not None and leg.id in look.seen.bridged.get(call.id, frozenset())
    if leg is not None and leg.up and (talking or call.stage in (Stage.TALKING, Stage.HELD)):
        agent = call.agent if call.agent is not None else _agent_of_leg(leg)
        stage: Stage = call.stage if call.stage is Stage.HELD else Stage.TALKING
        since = call.since if call.stage is stage else look.now
        yield e.CallFound(
            replace(call, stage=stage, since=since, leg=leg.id, agent=agent, until=None)
        )
    elif leg is not None and (agent := _agent_of_leg(leg)) is not None and not _left_out(leg):
        until = look.now + 15.0
        offered = replace(call, stage=Stage.OFFERED, since=look.now, leg=leg.id)
        yield e.CallFound(replace(offered, agent=agent, until=until))
        if leg.up:
            # He picked up, and nobody brought the two together any more.
            yield e.LegAnswered(call.id, leg.id)
    elif call.stage in (Stage.TALKING, Stage.HELD, Stage.PARKED):
        # His agent's leg ended while nobody looked. The agent hung up: so ends the call. Else his
        # phone was lost, and the caller goes to the front of the line.
        hangup = look.hangup_of(call.leg)
        yield e.CallFound(replace(call, leg=call.leg or "none", stage=Stage.TALKING, until=None))
        cause = hangup.cause if hangup is not None else 20
        yield e.LegGone(call.id, call.leg or "none", cause, at=hangup.at if hangup else None)
    else:
        stage = Stage.IVR if call.stage is Stage.IVR or call.queue is None else Stage.WAITING
        yield e.CallFound(replace(call, stage=stage, leg="", agent=None, until=None))


def _not_ahead(call: Call, now: float) -> Call:
    """A call whose times lie ahead: he came before whoever comes now."""
    return replace(
        call,
        arrived=past(call.arrived, now),
        since=past(call.since, now),
        waiting_since=None if call.waiting_since is None else past(call.waiting_since, now),
        talked=None if call.talked is None else past(call.talked, now),
    )


def _back(look: Round, channel: SeenChannel) -> Call:
    return replace(_not_ahead(returned(channel, look.dialect), look.now), node=look.node)


def _left_out(leg: SeenChannel) -> bool:
    """Whether the agent picked up when nobody was there: Asterisk is hanging up on him."""
    return leg.up and leg.app != "Stasis"


def _agent_of_leg(leg: SeenChannel) -> AgentId | None:
    try:
        return AgentId(int(leg.memory["agent"]))
    except (KeyError, TypeError, ValueError):
        return None


def _outside_agent(look: Round, channel: SeenChannel) -> AgentId | None:
    """The agent whom the fallback queue has put through to this caller."""
    if channel.context != FALLBACK:
        return None
    for other in look.seen.bridged.get(channel.id, ()):
        peer = look.seen.channels.get(other)
        agent = look.agent_of(peer.endpoint) if peer is not None else None
        if agent is not None:
            return agent
    return None


def _legs(look: Round) -> Iterator[e.Event]:
    for call in look.house.calls.values():
        gone = call.leg and call.leg not in look.seen.channels
        if call.stage in WITH_LEG and gone and look.judges(call) and not look.reborn:
            hangup = look.hangup_of(call.leg)
            cause = hangup.cause if hangup is not None else 20
            yield e.LegGone(call.id, call.leg, cause, at=hangup.at if hangup else None)
        elif call.stage is Stage.TALKING and _apart(look, call) and look.judges(call):
            yield e.CameLate(call.id)
    for channel in look.seen.channels.values():
        call_id = call_of(channel.id)
        if call_id == channel.id or not look.settled(channel.created):
            continue
        owner = look.house.calls.get(call_id)
        if not (_gone_for_good(look, call_id) if owner is None else look.judges(owner)):
            continue
        if owner is None or owner.leg != channel.id:
            yield e.StrayChannel(channel.id)
        elif owner.stage is Stage.OFFERED and channel.up and look.settled(owner.since):
            yield e.LegAnswered(call_id, channel.id)


def _gone_for_good(look: Round, call: CallId) -> bool:
    """Whether the call of a leg is none that is just being found, or that has just ended."""
    if look.first and call in look.seen.channels:
        return False
    # Else the order to hang up is still on its way.
    return call not in look.left or look.settled(look.left[call])


def _apart(look: Round, call: Call) -> bool:
    """Whether both are there and not together: the order to bridge them was lost."""
    both = (look.seen.channels.get(call.id), look.seen.channels.get(call.leg))
    here = all(one is not None and one.up and one.app == "Stasis" for one in both)
    return here and call.leg not in look.seen.bridged.get(call.id, frozenset())


def _agents(look: Round) -> Iterator[e.Event]:
    if look.first:
        return  # after a connect the calls come first; see the next round
    for agent in drifted_agents(look.house):
        if look.settled(look.house.agents[agent].since):
            yield e.AgentDrifted(agent)


def _in_fallback(look: Round) -> tuple[dict[CallId, str], bool]:
    """Find who waits in the fallback although we are here, as they came; and if some are rung for.

    Whoever rings there for a caller would pick up for nobody if we fetched him just then.
    """
    rung_for = {leg.far for leg in _ringing_legs(look)}
    waiting = [
        channel
        for channel in sorted(look.seen.channels.values(), key=lambda channel: channel.created)
        if channel.context in BACK
        and channel.app != "Stasis"
        and not look.seen.bridged.get(channel.id)
    ]
    fetched = [one for one in waiting if one.app != "Queue" or one.caller not in rung_for]
    return {CallId(one.id): one.name for one in fetched}, len(fetched) < len(waiting)


def _ringing_legs(look: Round) -> Iterator[SeenChannel]:
    for leg in look.seen.channels.values():
        if leg.app == "AppQueue" and not look.seen.bridged.get(leg.id):
            yield leg


def _rung(look: Round) -> Iterator[AgentId]:
    """The agents whose telephones the fallback rings."""
    for leg in _ringing_legs(look):
        if (agent := look.agent_of(leg.endpoint)) is not None:
            yield agent


def _orphans(look: Round) -> Iterator[str]:
    """Bridges that nobody is in and whose call has ended: the order to drop them was lost."""
    for bridge in look.seen.empty_bridges:
        call = look.house.calls.get(CallId(bridge.removesuffix("-b")))
        if bridge.endswith("-b") and (call is None or call.stage is Stage.ENDED):
            yield bridge


def drifted_agents(house: House) -> Iterable[AgentId]:
    """Agents bound to a call that is not there."""
    for agent in house.agents.values():
        call = house.calls.get(agent.call) if agent.call is not None else None
        bound = agent.state in (State.OFFERED, State.TALKING)
        if bound and (call is None or call.agent != agent.id or call.stage is Stage.ENDED):
            yield agent.id
