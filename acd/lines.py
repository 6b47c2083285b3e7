"""The lines: indexes of the works that wait in each queue and of the agents free for it.

A match looks at the heads of lines only. Each index is a function of one row, so agents carry the
keys of their queues; an edit of a queue's members edits those agents.
"""

from collections.abc import Callable

from acd.agent import Agent
from acd.capacity import can_be_offered
from acd.queue import AgentId, Queue, QueueKey
from acd.work import Medium, Work, WorkId, WorkState, urgency
from crm.calls.record import CallId
from crm.kernel.state import Count, Index, RowTable


def idle_since(agent: Agent, medium: Medium) -> float:
    """Since when an agent has had no work of a medium."""
    return agent.idle_since.get(medium, 0.0)


def _idleness(medium: Medium) -> Callable[[Agent], tuple[float, AgentId]]:
    return lambda agent: (idle_since(agent, medium), agent.id)


def _free_for(medium: Medium) -> Index[QueueKey, Agent]:
    def queues(agent: Agent) -> tuple[QueueKey, ...]:
        return agent.queues if can_be_offered(agent, medium) else ()

    return Index(queues, _idleness(medium))


class Lines:
    """The floor's tables, with the indexes that matching reads."""

    def __init__(self) -> None:
        """Begin empty."""
        self.free = {medium: _free_for(medium) for medium in Medium}
        self.states: Count[QueueKey, Agent] = Count(lambda a: a.queues, lambda a: a.state)
        self.agents_by_call: Index[CallId, Agent] = Index(_calls_of, lambda a: (a.id,))
        self.agents: RowTable[AgentId, Agent] = RowTable(
            "agents",
            lambda a: a.id,
            *self.free.values(),
            self.states,
            self.agents_by_call,
            timers=lambda a: a.timers,
        )
        self.waiting: Index[QueueKey, Work] = Index(_waits_in, urgency)
        self.arrivals: Index[QueueKey, Work] = Index(_waits_in, lambda w: (w.since, w.id))
        self.works_by_call: Index[CallId, Work] = Index(
            lambda w: () if w.call is None else (w.call,), lambda w: (w.id,)
        )
        self.works: RowTable[WorkId, Work] = RowTable(
            "works",
            lambda w: w.id,
            self.waiting,
            self.arrivals,
            self.works_by_call,
            timers=lambda w: w.timers,
        )
        self.queues: RowTable[QueueKey, Queue] = RowTable("queues", lambda q: q.key)


def _calls_of(agent: Agent) -> tuple[CallId, ...]:
    calls = (task.call for task in agent.tasks)
    return tuple(dict.fromkeys(call for call in calls if call is not None))


def _waits_in(work: Work) -> tuple[QueueKey, ...]:
    waits = work.state is WorkState.WAITING and work.only is None
    return (work.queue,) if waits else ()
