"""Rows that estimates of waits are made from: the history of each queue, and open waits."""

from dataclasses import dataclass, field

from acd.estimate import Forecast, LineHistory
from acd.queue import AgentId, QueueKey
from acd.work import WorkId
from crm.calls.record import CallId

HandlingKey = tuple[AgentId, WorkId]


@dataclass(frozen=True, slots=True)
class QueueHistory:
    """What is remembered of a queue's waits and calls."""

    queue: QueueKey
    history: LineHistory = field(default_factory=LineHistory)


@dataclass(frozen=True, slots=True)
class OpenWait:
    """A caller waits in a queue, who was not offered to an agent at once."""

    call: CallId
    queue: QueueKey
    since: float  # seconds of the engine's clock
    forecast: Forecast | None = None  # as it was when the caller came


@dataclass(frozen=True, slots=True)
class Handling:
    """An agent handles a call of a queue: from the offer until they are free again."""

    agent: AgentId
    work: WorkId
    queue: QueueKey
    since: float

    @property
    def key(self) -> HandlingKey:
        """The agent and the work."""
        return (self.agent, self.work)
