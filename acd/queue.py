"""A queue's settings as a value, given to the core when they change."""

from dataclasses import dataclass
from typing import NewType

QueueKey = NewType("QueueKey", str)
AgentId = NewType("AgentId", int)


@dataclass(frozen=True, slots=True)
class Queue:
    """The settings of one queue."""

    key: QueueKey
    name: str
    members: tuple[AgentId, ...] = ()
    ring_seconds: float = 15.0  # an offer rings this long, then it is a miss
    wrapup_seconds: float = 30.0  # after a talk, until the agent is ready again
    max_misses: int = 2  # this many misses in a row pause the agent with reason "no answer"
    priority: int = 0  # higher is served first, across the queues of one agent
    record: bool = True
    music: str = "default"  # Asterisk's class of music on hold
    fallback: int = 1  # number of the static fallback queue, 1..32
