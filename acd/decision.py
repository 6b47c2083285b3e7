"""A decision: which agents were considered for an offer, which one got it, and by which rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from acd.queue import AgentId, QueueKey, Strategy
from acd.work import WorkId
from crm.calls.record import CallId

RULE_VERSION = 2
"""Raised with every change of a rule: an older decision was made by the rules of its time."""


class Rule(StrEnum):
    """Why this agent and this work came together; these words go to database and API.

    A waiting work goes to an agent by the strategy of its queue, whose words are the same.
    """

    RING_ALL = "ring all"
    ROUND_ROBIN = "round robin"
    LONGEST_IDLE = "longest idle"
    FEWEST_CALLS = "fewest calls"
    LEAST_TALK_TIME = "least talk time"
    MOST_IDLE_SHARE = "most idle share"
    BEST_SKILLED = "best skilled"
    RANK = "rank"
    MOST_URGENT = "most urgent"  # an agent became free and got the most urgent waiting work
    PREFERRED = "preferred"  # the customer's owner, or the agent who spoke with them last
    DIRECTED = "directed"  # the work was meant for this agent alone


class Verdict(StrEnum):
    """Why an agent who was considered got the work or not."""

    CHOSEN = "chosen"
    LOWER_RANK = "lower rank"
    OFFERED_LATER = "offered more recently"
    LESS_IDLE = "less idle"
    MORE_CALLS = "more calls"
    MORE_TALK = "more talk time"
    LESS_IDLE_SHARE = "smaller idle share"
    LESS_SKILLED = "less skilled"
    NOT_PREFERRED = "not preferred"
    RINGS_TOO = "rings too"  # one of several agents whose phones ring together
    PASSED_OVER = "passed over"  # missed or declined this work just now
    RINGS_ALREADY = "rings already"  # the fallback queue is ringing the phone
    LACKS_SKILL = "lacks a skill"
    WRAP_UP = "in wrap-up"
    NOT_READY = "not ready"
    UNREACHABLE = "unreachable"  # no phone is registered
    FULL = "full"  # busy with as much as they take


@dataclass(frozen=True, slots=True)
class Considered:
    """One agent who was considered. `idle_seconds` is 0 for an agent who was never idle.

    `scores` are the measures that the strategy compares, by name. `lacks` is the skill that the
    agent has not, or not well enough, as `english 5`.
    """

    agent: AgentId
    idle_seconds: float
    verdict: Verdict
    scores: Mapping[str, float] = field(default_factory=dict)
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class ConsideredWork:
    """One waiting work that an agent could have got: the highest points, then the wait, first.

    The points are the priority, with what waiting adds; the wait counts as often as its queue
    weighs.
    """

    work: WorkId
    queue: QueueKey
    points: float
    weighted_seconds: float


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
    considered: tuple[Considered, ...]  # the chosen agent first
    works: tuple[ConsideredWork, ...] = ()  # of an agent who became free; the chosen work first
    step: int = 0  # how many overflow steps of the queue were done
    version: int = RULE_VERSION
    # The customer's: name, priority added, needs; and as `own` what this call alone needs.
    level: Mapping[str, Any] | None = None
    inferred: bool = False


MEASURES: Mapping[Strategy, tuple[str, ...]] = {
    Strategy.RING_ALL: ("idle_since",),
    Strategy.ROUND_ROBIN: ("rank", "offered_at"),
    Strategy.LONGEST_IDLE: ("rank", "idle_since"),
    Strategy.FEWEST_CALLS: ("rank", "calls", "idle_since"),
    Strategy.LEAST_TALK_TIME: ("rank", "talk_seconds", "idle_since"),
    Strategy.MOST_IDLE_SHARE: ("rank", "idle_share"),
    Strategy.BEST_SKILLED: ("rank", "skill", "idle_since"),
    Strategy.RANK: ("rank",),
}
"""What each strategy compares, one after the other; `acd/strategy.py` orders the lines so."""

GREATEST_FIRST = frozenset({"idle_share", "skill"})
"""The measures of which the greatest is first; of the others the smallest."""

COULD_NOT = frozenset(
    {
        Verdict.NOT_PREFERRED,
        Verdict.RINGS_TOO,
        Verdict.PASSED_OVER,
        Verdict.RINGS_ALREADY,
        Verdict.LACKS_SKILL,
        Verdict.WRAP_UP,
        Verdict.NOT_READY,
        Verdict.UNREACHABLE,
        Verdict.FULL,
    }
)
"""Verdicts of agents who could not be offered the work."""


class MadeDecision(Protocol):
    """A decision, just made or read from the database."""

    @property
    def work(self) -> WorkId:
        """The work that was offered."""
        ...

    @property
    def agent(self) -> AgentId:
        """The agent who got it."""
        ...

    @property
    def rule(self) -> Rule:
        """Why."""
        ...

    @property
    def considered(self) -> tuple[Considered, ...]:
        """The agents who were considered."""
        ...

    @property
    def works(self) -> tuple[ConsideredWork, ...]:
        """The works that were compared."""
        ...


def replay(decision: MadeDecision) -> tuple[WorkId, AgentId]:
    """Make the choice again from what was stored: the same work and the same agent."""
    if decision.works:
        best = min(decision.works, key=lambda one: (-one.points, -one.weighted_seconds))
        return best.work, decision.agent
    could = [one for one in decision.considered if one.verdict not in COULD_NOT]
    return decision.work, min(could, key=lambda one: _place(one, decision.rule)).agent


def _place(one: Considered, rule: Rule) -> tuple[float, ...]:
    strategies = {one.value: one for one in Strategy}
    strategy = strategies.get(rule.value)
    measures = MEASURES[strategy] if strategy is not None else ()
    measured = ((name, one.scores.get(name, 0.0)) for name in measures)
    return (*(-at if name in GREATEST_FIRST else at for name, at in measured), one.agent)
