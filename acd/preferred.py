"""Preferred agents: a customer's owner, and the agent who spoke with them last."""

from dataclasses import dataclass

from acd.queue import AgentId, Preferred

LOOK_UP_SECONDS = 2.0
"""How long a caller waits at most until it is known who knows them."""

_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class FamiliarAgents:
    """Agents who know a caller. `spoke_at` is when the last one did, in seconds of the clock."""

    owner: AgentId | None = None
    last: AgentId | None = None
    spoke_at: float = 0.0
    tier: str = ""  # of the customer, by which their level of service is found


NOBODY = FamiliarAgents()


def preferred_agents(
    known: FamiliarAgents, preferred: Preferred, now: float
) -> tuple[AgentId, ...]:
    """The agents who are offered a call first, as a queue has it: the owner before the last."""
    found = [known.owner] if preferred.owner else []
    if now - known.spoke_at <= preferred.last_agent_days * _DAY:
        found.append(known.last)
    return tuple(dict.fromkeys(one for one in found if one is not None))
