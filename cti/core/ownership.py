"""Whose call it is: the check before anything that a desk asks of a call."""

from acd import seats
from acd.agent import Agent
from acd.queue import AgentId
from acd.work import Work
from crm.calls.record import CallId
from crm.kernel.errors import MissingError
from cti.core.call import Call
from cti.core.stage import Situation, situation
from cti.core.state import SwitchTransaction


def own(tx: SwitchTransaction, agent_id: AgentId, call_id: CallId) -> tuple[Agent, Situation]:
    """The agent and the call that the agent has or that rings there; else MissingError.

    An agent who is only consulted about a call, or listens to it, does not have it.
    """
    agent = seats.known(tx, agent_id)
    call = tx.calls.get(call_id)
    if call is None or call.ended is not None:
        raise MissingError("You have no such call.")
    seen = situation(tx, call)
    if seen.agent != agent.id and offered_work(tx, call, agent.id) is None:
        raise MissingError("You have no such call.")
    return agent, seen


def offered_work(tx: SwitchTransaction, call: Call, agent: AgentId | None) -> Work | None:
    """The work of a call that rings at this agent: the call's own, or a consultation."""
    if agent is None:
        return None
    works = tx.call_works(call.id)
    return next((work for work in works if work.offer_to(agent) is not None), None)
