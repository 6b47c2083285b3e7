"""Who listens to a call that is being rebuilt."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from acd.agent import Phone
from acd.queue import AgentId
from acd.work import Work
from cti.core import events as e
from cti.core.call import Call
from cti.core.leg import AgentParty, Bridge, InBridge, Leg, LegRole, LegState
from cti.core.seen import ChannelState, SeenChannel
from cti.core.supervise import listen_bridge, listening
from cti.core.times import past


@dataclass(slots=True)
class Listeners:
    """Supervisors with their legs, and what Asterisk told of these while nobody heard it."""

    legs: list[Leg] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    bridges: list[Bridge] = field(default_factory=list)
    told: list[e.Event] = field(default_factory=list)


def listeners(legs: Sequence[SeenChannel], call: Call, customer: Leg, now: float) -> Listeners:
    """Find the supervisors among the legs that we made for a call."""
    found = Listeners()
    snoops = {leg.saved.agent: leg for leg in legs if leg.role is LegRole.SNOOP and leg.saved}
    for channel in legs:
        agent = channel.saved.agent if channel.saved is not None else None
        if channel.role is not LegRole.SUPERVISOR or agent is None:
            continue
        snoop = snoops.get(agent)
        leg = _leg(channel, agent, call, customer, now)
        found.works.append(listening(call, agent, now))
        if snoop is not None and channel.up:
            bridge = listen_bridge(call, agent)
            there = InBridge(bridge.id)
            both = (leg, _leg(snoop, agent, call, customer, now))
            found.legs += [replace(one, state=LegState.UP, placement=there) for one in both]
            found.bridges.append(bridge)
            continue
        found.legs.append(leg)
        if channel.up:
            found.told.append(e.LegAnswered(leg.id))
        elif channel.state is ChannelState.DOWN:
            found.told.append(e.LegCreated(leg.id))
    return found


def _leg(channel: SeenChannel, agent: AgentId, call: Call, customer: Leg, now: float) -> Leg:
    phone = channel.saved.phone if channel.saved is not None else Phone.SIP
    role = channel.role or LegRole.SUPERVISOR
    party = AgentParty(agent, channel.endpoint, phone)
    since = past(channel.created, now)
    down = channel.state is ChannelState.DOWN
    state = LegState.DIALLING if down else LegState.RINGING
    return Leg(channel.id, role, party, call.id, customer.node, state, since, placed=now)
