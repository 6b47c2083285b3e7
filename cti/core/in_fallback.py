"""Callers in the dialplan's fallback: who is there, who is put through, who has come back."""

from collections.abc import Iterator
from dataclasses import replace

from acd.queue import AgentId
from acd.work import WorkState
from cti.core import events as e
from cti.core.call import Call
from cti.core.leg import InFallback, Leg, LegId
from cti.core.look import Round
from cti.core.queueing import waiting_work
from cti.core.rebuild import not_ahead
from cti.core.seen import SeenChannel, Where, returned


def in_fallback_with(look: Round, call: Call, leg: Leg, agent: AgentId | None) -> e.CallFound:
    """A caller in the fallback, with the agent who was put through there, if any."""
    legs = (replace(leg, placement=InFallback(), placed=look.now),)
    if agent is None:
        return e.CallFound(call, legs)
    known = look.state.agents.get(agent)
    queue = call.queue or (known.queues[0] if known is not None and known.queues else None)
    if queue is None:
        return e.CallFound(call, legs)
    work = waiting_work(call, queue, look.now)
    work = replace(work, state=WorkState.ASSIGNED, agent=agent)
    return e.CallFound(replace(call, agent=agent), legs, (work,))


def is_back(channel: SeenChannel) -> bool:
    """Whether a caller came back from the fallback, maybe while no engine listened."""
    return channel.where is Where.OURS and channel.in_fallback


def back(look: Round, channel: SeenChannel) -> tuple[Call, Leg]:
    """The call and the leg of a caller who came back, as they were saved."""
    call, leg = returned(channel, look.dialect)
    return not_ahead(call, look.now), replace(leg, node=look.node)


def fallback_agent(look: Round, channel: SeenChannel) -> AgentId | None:
    """The agent that the fallback queue has put through to this caller."""
    if not channel.in_fallback or channel.where is Where.OURS:
        return None
    for other in look.seen.bridged.get(channel.id, ()):
        peer = look.seen.channels.get(other)
        agent = look.agent_of(peer.endpoint) if peer is not None else None
        if agent is not None:
            return agent
    return None


def in_fallback(look: Round) -> tuple[dict[LegId, str], bool]:
    """Give the callers to fetch from the fallback, in their order; and whether others must stay.

    A caller for whom the fallback rings an agent stays: the agent would pick up an empty line.
    """
    rung_for = {leg.far for leg in ringing_legs(look)}
    waiting = [
        channel
        for channel in sorted(look.seen.channels.values(), key=lambda channel: channel.created)
        if channel.in_fallback
        and channel.where is not Where.OURS
        and not look.seen.bridged.get(channel.id)
    ]
    fetched = [
        one
        for one in waiting
        if one.where is not Where.FALLBACK_QUEUE or one.caller not in rung_for
    ]
    return {one.id: one.name for one in fetched}, len(fetched) < len(waiting)


def ringing_legs(look: Round) -> Iterator[SeenChannel]:
    """The phones that the fallback rings."""
    for leg in look.seen.channels.values():
        if leg.where is Where.RUNG_BY_FALLBACK and not look.seen.bridged.get(leg.id):
            yield leg


def rung(look: Round) -> Iterator[AgentId]:
    """The agents that the fallback rings."""
    for leg in ringing_legs(look):
        if (agent := look.agent_of(leg.endpoint)) is not None:
            yield agent
