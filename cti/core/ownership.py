"""Checks that a call is the agent's, before anything that a desk asks of it."""

from acd import seats
from acd.agent import Agent, AgentState, Phone
from acd.capacity import HOLD_SLOTS, calls_on_hold, has_call, is_speaking
from acd.queue import AgentId
from acd.work import Work
from crm.calls.record import CallId
from crm.kernel.errors import ConflictError, MissingError
from cti.core.call import Call
from cti.core.stage import Situation, situation
from cti.core.state import SwitchTransaction


def check_free(agent: Agent) -> None:
    """Refuse what would ring the agent's own phone: it is not connected, or in a call.

    Calls on hold are no hindrance, up to so many.
    """
    if agent.state is AgentState.SIGNED_OUT or not agent.reachable:
        raise ConflictError("Connect a phone first.")
    if is_speaking(agent):
        raise ConflictError("Finish your own call first, or put it on hold.")
    if agent.phone is Phone.OUTSIDE and has_call(agent):
        raise ConflictError("Your phone takes one call at a time: finish it first.")
    if calls_on_hold(agent) >= HOLD_SLOTS:
        raise ConflictError("You have {calls} calls on hold already.", calls=HOLD_SLOTS)


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
