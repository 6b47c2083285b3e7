"""Everything that is alive, and how one step's change is written into it.

`House` is owned by the engine, which alone applies a `Change`. A step reads the house through a
`Draft` that lays the step's own changes over it; nothing else writes. The lines (who waits, who is
free) are kept sorted and the agents of a queue counted as changes are applied: a match looks at
heads only, and a queue's figures cost nothing to read.
"""

import heapq
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from acd.agent import Agent, State
from acd.matcher import Caller, Idleness, Urgency, can_be_offered, idleness, urgency
from acd.queue import AgentId, Queue, QueueKey
from crm.calls.record import CallId, Kind
from cti.core.call import Call, Stage
from cti.core.commands import Command, Fact, NoteAgent, NoteCall
from ivr.flow import Flow, FlowId

Arrival = tuple[float, CallId]
"""Since when a caller waits, and who he is: the head of a sorted line has waited the longest."""

_Place = TypeVar("_Place", Urgency, Arrival, Idleness)


@dataclass(frozen=True, slots=True)
class Change:
    """What one step does: new values by id (None: gone), orders, facts."""

    calls: Mapping[CallId, Call | None] = field(default_factory=dict)
    agents: Mapping[AgentId, Agent] = field(default_factory=dict)
    queues: Mapping[QueueKey, Queue | None] = field(default_factory=dict)
    flows: Mapping[FlowId, Flow] = field(default_factory=dict)
    routes: Mapping[str, FlowId] | None = None
    commands: tuple[Command, ...] = ()
    facts: tuple[Fact, ...] = ()
    answer_on: tuple[tuple[AgentId, CallId], ...] = ()  # desks that shall pick up
    away: bool | None = None
    rung_elsewhere: frozenset[AgentId] | None = None


@dataclass(slots=True)
class House:
    """The live state. Read it anywhere; only `apply` writes."""

    calls: dict[CallId, Call] = field(default_factory=dict)
    agents: dict[AgentId, Agent] = field(default_factory=dict)
    queues: dict[QueueKey, Queue] = field(default_factory=dict)
    flows: dict[FlowId, Flow] = field(default_factory=dict)
    routes: dict[str, FlowId] = field(default_factory=dict)
    waiting: dict[QueueKey, list[Urgency]] = field(default_factory=dict)
    arrivals: dict[QueueKey, list[Arrival]] = field(default_factory=dict)  # those of `waiting`
    free: dict[QueueKey, list[Idleness]] = field(default_factory=dict)
    states: dict[QueueKey, Counter[State]] = field(default_factory=dict)  # of a queue's agents
    queues_of: dict[AgentId, tuple[QueueKey, ...]] = field(default_factory=dict)
    deadlines: list[tuple[float, str, str | int]] = field(default_factory=list)  # a heap
    away: bool = False  # Asterisk cannot be spoken to: nobody is offered a call
    rung_elsewhere: frozenset[AgentId] = frozenset()  # by the fallback: they are offered nothing

    def apply(self, change: Change) -> None:
        """Write one step's change, in time proportional to it."""
        if change.away is not None:
            self.away = change.away
        if change.rung_elsewhere is not None:
            self.rung_elsewhere = change.rung_elsewhere
        for key, queue in change.queues.items():
            self._apply_queue(key, queue)
        for flow_id, flow in change.flows.items():
            self.flows[flow_id] = flow
        if change.routes is not None:
            self.routes = dict(change.routes)
        for agent in change.agents.values():
            self._apply_agent(agent)
        for call_id, call in change.calls.items():
            self._apply_call(call_id, call)

    def next_deadline(self) -> float | None:
        """When the earliest deadline is due; entries that no longer hold are dropped here."""
        while self.deadlines:
            until, kind, key = self.deadlines[0]
            owner = (
                self.calls.get(CallId(str(key)))
                if kind == "call"
                else self.agents.get(AgentId(int(key)))
            )
            if owner is not None and owner.until == until:
                return until
            heapq.heappop(self.deadlines)
        return None

    def due(self, now: float) -> Iterator[tuple[str, str | int]]:
        """Take the deadlines that have passed."""
        while (until := self.next_deadline()) is not None and until <= now:
            _, kind, key = heapq.heappop(self.deadlines)
            yield kind, key

    def _apply_call(self, call_id: CallId, call: Call | None) -> None:
        old = self.calls.get(call_id)
        if old is not None and old.stage is Stage.WAITING:
            self._leave_line(caller_of(old))
        if call is None:
            self.calls.pop(call_id, None)
            return
        self.calls[call_id] = call
        if call.stage is Stage.WAITING:
            self._join_line(caller_of(call))
        if call.until is not None and (old is None or old.until != call.until):
            heapq.heappush(self.deadlines, (call.until, "call", call_id))

    def _join_line(self, caller: Caller) -> None:
        insort(self.waiting.setdefault(caller.queue, []), urgency(caller))
        insort(self.arrivals.setdefault(caller.queue, []), (caller.since, caller.call))

    def _leave_line(self, caller: Caller) -> None:
        line, arrivals = self.waiting[caller.queue], self.arrivals[caller.queue]
        _discard(line, urgency(caller))
        _discard(arrivals, (caller.since, caller.call))
        if not line:
            # The queue itself may be gone by now; nothing of it shall be left behind.
            del self.waiting[caller.queue], self.arrivals[caller.queue]

    def _apply_agent(self, agent: Agent) -> None:
        old = self.agents.get(agent.id)
        self.agents[agent.id] = agent
        for key in self.queues_of.get(agent.id, ()):
            line, states = self.free[key], self.states[key]
            states[agent.state] += 1
            if old is not None:
                states[old.state] -= 1
            if old is not None and can_be_offered(old):
                _discard(line, idleness(old))
            if can_be_offered(agent):
                insort(line, idleness(agent))
        if agent.until is not None and (old is None or old.until != agent.until):
            heapq.heappush(self.deadlines, (agent.until, "agent", agent.id))

    def _apply_queue(self, key: QueueKey, queue: Queue | None) -> None:
        old = self.queues.pop(key, None)
        if queue is not None:
            self.queues[key] = queue
        before = set(old.members) if old else set()
        after = set(queue.members) if queue else set()
        for agent in before ^ after:
            kept = tuple(k for k in self.queues_of.get(agent, ()) if k != key)
            self.queues_of[agent] = (*kept, key) if agent in after else kept
        if queue is None:
            self.free.pop(key, None)
            self.states.pop(key, None)
            return
        known = [self.agents[member] for member in after if member in self.agents]
        self.free[key] = sorted(idleness(a) for a in known if can_be_offered(a))
        self.states[key] = Counter(a.state for a in known)


def caller_of(call: Call) -> Caller:
    """The call as one who waits."""
    since = call.since if call.waiting_since is None else call.waiting_since
    return Caller(call.id, call.queue or QueueKey(""), call.priority, since)


def _discard(line: list[_Place], key: _Place) -> None:
    at = bisect_left(line, key)
    if at < len(line) and line[at] == key:
        del line[at]


class Draft:
    """One step's work: the house as it stands, with this step's changes laid over it."""

    def __init__(self, house: House, now: float) -> None:
        """Begin with nothing changed."""
        self.house = house
        self.now = now
        self._calls: dict[CallId, Call | None] = {}
        self._agents: dict[AgentId, Agent] = {}
        self._queues: dict[QueueKey, Queue | None] = {}
        self._flows: dict[FlowId, Flow] = {}
        self._routes: Mapping[str, FlowId] | None = None
        self._commands: list[Command] = []
        self._facts: list[Fact] = []
        self._answer_on: list[tuple[AgentId, CallId]] = []
        self._away: bool | None = None
        self._rung_elsewhere: frozenset[AgentId] | None = None

    def change(self) -> Change:
        """What this step does."""
        return Change(
            self._calls,
            self._agents,
            self._queues,
            self._flows,
            self._routes,
            tuple(self._commands),
            tuple(self._facts),
            tuple(self._answer_on),
            self._away,
            self._rung_elsewhere,
        )

    # ---- reading

    def call(self, call: CallId) -> Call | None:
        """The call as this step sees it."""
        return self._calls[call] if call in self._calls else self.house.calls.get(call)

    def agent(self, agent: AgentId) -> Agent | None:
        """The agent as this step sees him."""
        return self._agents.get(agent) or self.house.agents.get(agent)

    def queue(self, key: QueueKey | None) -> Queue | None:
        """The queue's settings, or None for one that does not exist."""
        if key is None:
            return None
        return self._queues[key] if key in self._queues else self.house.queues.get(key)

    def longest_idle(self, key: QueueKey, spared: frozenset[AgentId]) -> Agent | None:
        """The free member of a queue who has been idle the longest, but for those spared."""
        if self.queue(key) is None:
            return None
        spared |= self.rung_elsewhere
        candidates = [
            a
            for i, a in self._agents.items()
            if can_be_offered(a) and i not in spared and self._serves(i, key)
        ]
        for _, agent_id in self.house.free.get(key, ()):
            if agent_id not in self._agents and agent_id not in spared:
                candidates.append(self.house.agents[AgentId(agent_id)])
                break
        return min(candidates, key=idleness, default=None)

    def _serves(self, agent: AgentId, key: QueueKey) -> bool:
        if key in self._queues:
            queue = self._queues[key]
            return queue is not None and agent in queue.members
        return key in self.house.queues_of.get(agent, ())

    def most_urgent(self, agent: AgentId) -> Call | None:
        """The caller whom this agent should serve first, across all his queues."""
        heads = [
            call for key in self.house.queues_of.get(agent, ()) for call in self._heads(key, agent)
        ]
        return min(heads, key=self._rank, default=None)

    def _rank(self, call: Call) -> tuple[int, int, float, str]:
        queue = self.queue(call.queue)
        return (-(queue.priority if queue else 0), *urgency(caller_of(call)))

    def _heads(self, key: QueueKey, agent: AgentId) -> Iterator[Call]:
        for call in self._calls.values():
            waits = call is not None and call.stage is Stage.WAITING and call.queue == key
            if call is not None and waits and agent not in call.spared:
                yield call
        for *_, call_id in self.house.waiting.get(key, ()):
            if call_id not in self._calls:
                first = self.house.calls[CallId(call_id)]
                if agent not in first.spared:
                    yield first
                    return

    @property
    def away(self) -> bool:
        """Whether Asterisk cannot be spoken to."""
        return self.house.away if self._away is None else self._away

    @property
    def rung_elsewhere(self) -> frozenset[AgentId]:
        """Whose telephones the fallback rings."""
        found = self._rung_elsewhere
        return self.house.rung_elsewhere if found is None else found

    # ---- writing

    def put_rung_elsewhere(self, agents: frozenset[AgentId]) -> None:
        """Note whose telephones the fallback rings."""
        self._rung_elsewhere = agents

    def put_away(self, away: bool) -> None:  # noqa: FBT001 - it is a fact, not a mode
        """Note whether Asterisk can be spoken to."""
        self._away = away

    def put(self, call: Call) -> None:
        """Lay a call's new value over the old."""
        self._calls[call.id] = call

    def drop(self, call: CallId) -> None:
        """The call leaves the house."""
        self._calls[call] = None

    def put_agent(self, agent: Agent, cause: str, *, inferred: bool = False) -> None:
        """Lay an agent's new value over the old; a change of state or reason is a fact."""
        old = self.agent(agent.id)
        self._agents[agent.id] = agent
        if old is None or (old.state, old.reason, old.phone) != (
            agent.state,
            agent.reason,
            agent.phone,
        ):
            self._facts.append(
                NoteAgent(
                    agent.id,
                    agent.state,
                    agent.reason,
                    cause,
                    agent.call,
                    agent.phone,
                    inferred=inferred,
                )
            )

    def restore_agent(self, agent: Agent) -> None:
        """Lay an agent's new value over the old where nothing happened to him that is a fact."""
        self._agents[agent.id] = agent

    def put_queue(self, key: QueueKey, queue: Queue | None) -> None:
        """New settings of a queue."""
        self._queues[key] = queue

    def put_flow(self, flow: Flow) -> None:
        """A new version of a flow."""
        self._flows[flow.id] = flow

    def put_routes(self, routes: Mapping[str, FlowId]) -> None:
        """New routes."""
        self._routes = routes

    def do(self, *commands: Command) -> None:
        """Give orders, in this order."""
        self._commands.extend(commands)

    def pick_up(self, agent: AgentId, call: CallId) -> None:
        """Tell the agent's desk to answer."""
        self._answer_on.append((agent, call))

    def note(
        self,
        call: CallId,
        kind: Kind,
        at: float | None = None,
        **detail: str | float | bool,
    ) -> None:
        """Add a line to the call's timeline; one with a time of its own was not seen happening."""
        self._facts.append(NoteCall(call, kind, detail, at, inferred=at is not None))
