"""Whether an agent's phone may ring, and where the call goes instead."""

from acd.capacity import can_be_offered, has_call
from acd.forwards import ForwardKind, Forwards
from acd.queue import AgentId
from acd.work import Medium
from crm.kernel.destination import Destination, DestinationKind
from cti.core.state import SwitchTransaction


def why_not(tx: SwitchTransaction, agent_id: AgentId) -> ForwardKind | None:
    """Why the agent's phone must not ring now; None if it may."""
    agent = tx.agents.get(agent_id)
    if agent is None or _of(tx, agent_id).all is not None:
        return ForwardKind.ALL
    if can_be_offered(agent, Medium.VOICE):
        return None
    return ForwardKind.BUSY if has_call(agent) else ForwardKind.AWAY


def instead(tx: SwitchTransaction, agent: AgentId, why: ForwardKind) -> Destination | None:
    """Where the agent's calls go then: as they are forwarded, else into the agent's own box."""
    to = _of(tx, agent).to(why)
    if to is not None:
        return to
    box = next((one.id for one in tx.routes.boxes.values() if one.agent == agent), None)
    return None if box is None else Destination(DestinationKind.VOICEMAIL, str(box))


def _of(tx: SwitchTransaction, agent: AgentId) -> Forwards:
    return tx.routes.forwards.get(agent) or Forwards()
