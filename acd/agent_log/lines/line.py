"""A line of an agent's log as it is listed: with its length."""

from dataclasses import dataclass
from datetime import datetime

from acd.agent import AgentEvent, AgentState
from acd.queue import QueueKey


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of an agent's log, and when the next one began."""

    number: int
    event: AgentEvent
    until: datetime | None  # None: it still goes on

    @property
    def seconds(self) -> float | None:
        """How long it has lasted; None while it goes on."""
        return (self.until - self.event.at).total_seconds() if self.until else None

    @property
    def queue(self) -> QueueKey:
        """The queue of the call, "" for none."""
        return QueueKey(str(self.event.detail.get("queue", "")))


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines of the agents' logs are wanted."""

    agents: tuple[int, ...]
    since: datetime | None = None
    until: datetime | None = None
    state: AgentState | None = None
    reason: str = ""
    queue: str = ""
