"""A decision: who was considered for an offer, who got it, and by which rule. A fact."""

from dataclasses import dataclass
from enum import StrEnum

from acd.queue import AgentId, QueueKey
from acd.work import WorkId
from crm.calls.record import CallId


class Rule(StrEnum):
    """Why this agent and this work came together; these words go to database and API."""

    LONGEST_IDLE = "longest idle"  # a waiting work went to the agent idle the longest
    MOST_URGENT = "most urgent"  # an agent became free and got the most urgent waiting work
    DIRECTED = "directed"  # the work was meant for this agent alone


class Verdict(StrEnum):
    """Why an agent who was considered got the work or not."""

    CHOSEN = "chosen"
    LESS_IDLE = "less idle"
    PASSED_OVER = "passed over"  # missed or declined this work just now
    RINGS_ALREADY = "rings already"  # the fallback queue is ringing the phone


@dataclass(frozen=True, slots=True)
class Considered:
    """One agent who was considered. `idle_seconds` is 0 for an agent who was never idle."""

    agent: AgentId
    idle_seconds: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """An offer and why it went to this agent. `at` is in seconds of the engine's clock."""

    work: WorkId
    call: CallId | None
    queue: QueueKey
    at: float
    agent: AgentId
    rule: Rule
    waited_seconds: float
    considered: tuple[Considered, ...]
    inferred: bool = False
