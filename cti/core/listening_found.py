"""Who listens to a call that is being rebuilt."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from acd.work import Work
from cti.core import events as e
from cti.core.call import Call
from cti.core.leg import Bridge, InBridge, Leg, LegRole, LegState
from cti.core.leg_found import leg_found, told_unheard
from cti.core.seen import SeenChannel
from cti.core.supervise import listen_bridge, listening


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
        leg = leg_found(channel, call.id, agent, now, customer.node)
        found.works.append(listening(call, agent, now))
        if snoop is not None and channel.up:
            bridge = listen_bridge(call, agent)
            there = InBridge(bridge.id)
            both = (leg, leg_found(snoop, call.id, agent, now, customer.node))
            found.legs += [replace(one, state=LegState.UP, placement=there) for one in both]
            found.bridges.append(bridge)
            continue
        found.legs.append(leg)
        found.told += told_unheard(channel)
    return found
