"""A leg that we made and that a new engine finds: as a row, and what was told of it unheard."""

from collections.abc import Iterator

from acd.agent import Phone
from acd.queue import AgentId
from crm.calls.record import CallId
from cti.core import events as e
from cti.core.leg import AgentParty, Leg, LegRole, LegState
from cti.core.seen import ChannelState, SeenChannel
from cti.core.times import past

RING_SECONDS = 15.0
"""How long a phone that is found ringing goes on ringing."""

ABSENT = 20
"""Q.850 "subscriber absent": an agent's leg of whose end nothing is known."""


def leg_found(channel: SeenChannel, call: CallId, agent: AgentId, now: float, node: str) -> Leg:
    """The leg to an agent's phone, as if its answer had not been heard yet."""
    phone = channel.saved.phone if channel.saved is not None else Phone.SIP
    down = channel.state is ChannelState.DOWN
    state = LegState.DIALLING if down else LegState.RINGING
    party = AgentParty(agent, channel.endpoint, phone)
    role, since = channel.role or LegRole.AGENT, past(channel.created, now)
    return Leg(channel.id, role, party, call, node, state, since, placed=now)


def told_unheard(channel: SeenChannel) -> Iterator[e.Event]:
    """What Asterisk has told of the leg while nobody heard it."""
    if channel.up:
        yield e.LegAnswered(channel.id)
    elif channel.state is ChannelState.DOWN:
        yield e.LegCreated(channel.id)
