"""The lines: indexes of the works that wait in each queue and of the agents free for it.

A match looks at the heads of lines only. Each index is a function of one row, so agents carry the
keys of their queues; an edit of a queue's members edits those agents.
"""

from collections.abc import Mapping
from types import MappingProxyType

from acd.agent import Agent
from acd.capacity import can_be_offered
from acd.membership import LineKey
from acd.queue import AgentId, Queue, QueueKey
from acd.strategy import Order, order
from acd.work import Medium, Work, WorkId, WorkState, urgency
from crm.calls.record import CallId
from crm.kernel.state import Count, Index, PlacedIndex, RowTable

NOWHERE: Mapping[LineKey, Order] = MappingProxyType({})


def _free_for(medium: Medium) -> PlacedIndex[LineKey, Agent]:
    def places(agent: Agent) -> Mapping[LineKey, Order]:
        if not can_be_offered(agent, medium):
            return NOWHERE
        return {
            (part.queue, part.step): order(agent, part, medium)
            for part in agent.memberships
            if part.step is not None
        }

    return PlacedIndex(places)


class Lines:
    """The floor's tables, with the indexes that matching reads."""

    def __init__(self) -> None:
        """Begin empty."""
        self.free = {medium: _free_for(medium) for medium in Medium}
        self.states: Count[QueueKey, Agent] = Count(lambda a: a.queues, lambda a: a.state)
        self.agents_by_call: Index[CallId, Agent] = Index(_calls_of, lambda a: (a.id,))
        self.wished: Index[AgentId, Agent] = Index(
            lambda a: tuple(one.colleague for one in a.wishes), lambda a: (a.id,)
        )
        self.extensions: Index[str, Agent] = Index(lambda a: (a.extension,), lambda a: (a.id,))
        self.agents: RowTable[AgentId, Agent] = RowTable(
            "agents",
            lambda a: a.id,
            *self.free.values(),
            self.states,
            self.agents_by_call,
            self.extensions,
            self.wished,
            timers=lambda a: a.timers,
        )
        self.waiting: Index[QueueKey, Work] = Index(_waits_in, urgency)
        self.served: Index[LineKey, Work] = Index(_served_by, urgency)
        self.ringing: Index[LineKey, Work] = Index(_rings_in, urgency)
        self.preferring: Index[AgentId, Work] = Index(_prefers, urgency)
        self.arrivals: Index[QueueKey, Work] = Index(_holds_on_in, lambda w: (w.since, w.id))
        self.media: Count[QueueKey, Work] = Count(_waits_in, lambda w: w.medium)
        self.awaited: Index[AgentId, Work] = Index(_awaits, urgency)
        self.works_by_call: Index[CallId, Work] = Index(
            lambda w: () if w.call is None else (w.call,), lambda w: (w.id,)
        )
        self.works: RowTable[WorkId, Work] = RowTable(
            "works",
            lambda w: w.id,
            self.waiting,
            self.served,
            self.ringing,
            self.preferring,
            self.arrivals,
            self.media,
            self.awaited,
            self.works_by_call,
            timers=lambda w: w.timers,
        )
        self.queues: RowTable[QueueKey, Queue] = RowTable("queues", lambda q: q.key)


def _calls_of(agent: Agent) -> tuple[CallId, ...]:
    calls = (task.call for task in agent.tasks)
    return tuple(dict.fromkeys(call for call in calls if call is not None))


def _awaits(work: Work) -> tuple[AgentId, ...]:
    """The agents that a work waits for, any of which may be busy now."""
    waits = work.state is WorkState.WAITING and work.only is not None
    return work.only.agents if waits and work.only is not None else ()


def _served_by(work: Work) -> tuple[LineKey, ...]:
    """The lines whose agents may be offered a waiting work: more with each overflow step."""
    return _lines_of(work) if _waits_in(work) and not work.waits_for_preferred else ()


def _rings_in(work: Work) -> tuple[LineKey, ...]:
    """The lines whose agents may join the ringing of a work."""
    rings = work.state is WorkState.OFFERED and work.together
    return _lines_of(work) if rings else ()


def _lines_of(work: Work) -> tuple[LineKey, ...]:
    return tuple((work.queue, step) for step in range(work.step + 1))


def _prefers(work: Work) -> tuple[AgentId, ...]:
    waits = work.state is WorkState.WAITING and work.only is None
    return work.prefers if waits and work.waits_for_preferred else ()


def _holds_on_in(work: Work) -> tuple[QueueKey, ...]:
    """The queue in which a customer waits on the line, or in a chat: not for a callback."""
    return () if work.medium is Medium.CALLBACK else _waits_in(work)


def _waits_in(work: Work) -> tuple[QueueKey, ...]:
    waits = work.state is WorkState.WAITING and work.only is None
    return (work.queue,) if waits else ()
