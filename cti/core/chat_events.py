"""What happens to a chat."""

from dataclasses import dataclass

from acd.queue import AgentId, QueueKey
from acd.work import WorkId


@dataclass(frozen=True, slots=True)
class ChatArrived:
    """A visitor wants to chat and waits in a queue."""

    work: WorkId
    queue: QueueKey


@dataclass(frozen=True, slots=True)
class ChatAccepted:
    """An agent takes the chat that is offered."""

    work: WorkId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class ChatDeclined:
    """An agent does not take the chat that is offered."""

    work: WorkId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class ChatEnded:
    """The visitor or the agent has ended a chat."""

    work: WorkId


ChatEvent = ChatArrived | ChatAccepted | ChatDeclined | ChatEnded
