"""Agents who are not ready for too long: they are signed out of telephony."""

from dataclasses import replace

from acd.agent import Agent, AgentState
from crm.kernel.state import with_timer, without_timer

IDLE = "idle"
"""The timer of an agent who is not ready, and the reason of one who was signed out by it.

A desk that is away ends here too: without its softphone an agent becomes not ready.
"""


def timed(agent: Agent) -> Agent:
    """The agent with the timer that ends their time not ready; without one in any other state."""
    if not agent.idle_limit_seconds or agent.state is not AgentState.PAUSED:
        return replace(agent, timers=without_timer(agent.timers, IDLE))
    until = agent.since + agent.idle_limit_seconds
    return replace(agent, timers=with_timer(agent.timers, IDLE, until))


def is_over(agent: Agent, now: float) -> bool:
    """Whether an agent is not ready for longer than they may be."""
    limited = agent.idle_limit_seconds > 0 and agent.state is AgentState.PAUSED
    return limited and agent.since + agent.idle_limit_seconds <= now
