"""Everything that is alive, and how one step's change is written into it.

`SwitchState` is owned by the engine, which alone applies a `Change`. A step reads the state through
a `SwitchTransaction`, which lays the step's own changes over it; nothing else writes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from acd.agent import Agent
from acd.decision import Decision
from acd.lines import Lines
from acd.orders import FloorOrder, NoteAgent
from acd.queue import AgentId, Queue, QueueKey
from acd.work import Work, WorkId
from crm.calls.record import CallId, Kind
from crm.kernel.state import Index, RowTable, RowView, State, Timer
from cti.core.call import Call
from cti.core.commands import Command, Fact, NoteCall, Question
from cti.core.leg import Bridge, BridgeId, Leg, LegId
from ivr.flow import Flow, FlowId, FlowKey, Route


@dataclass(frozen=True, slots=True)
class Change:
    """What one step does: new rows by key (None: gone), orders, questions, facts."""

    calls: Mapping[CallId, Call | None] = field(default_factory=dict)
    legs: Mapping[LegId, Leg | None] = field(default_factory=dict)
    bridges: Mapping[BridgeId, Bridge | None] = field(default_factory=dict)
    works: Mapping[WorkId, Work | None] = field(default_factory=dict)
    agents: Mapping[AgentId, Agent | None] = field(default_factory=dict)
    queues: Mapping[QueueKey, Queue | None] = field(default_factory=dict)
    flows: Mapping[FlowKey, Flow | None] = field(default_factory=dict)
    routes: Mapping[str, Route] | None = None
    away: bool | None = None
    ringing_in_fallback: frozenset[AgentId] | None = None
    commands: tuple[Command, ...] = ()
    questions: tuple[Question, ...] = ()
    facts: tuple[Fact, ...] = ()
    answer_on: tuple[tuple[AgentId, CallId], ...] = ()  # desks that are to pick up


class SwitchState:
    """The live state. Read it anywhere; only `apply` writes."""

    def __init__(self) -> None:
        """Begin empty."""
        self.lines = Lines()
        self.agents, self.works = self.lines.agents, self.lines.works
        self.queues = self.lines.queues
        self.calls_by_flow: Index[FlowKey, Call] = Index(lambda c: c.flows, lambda c: (c.id,))
        self.calls: RowTable[CallId, Call] = RowTable(
            "calls", lambda c: c.id, self.calls_by_flow, timers=lambda c: c.timers
        )
        self.legs_by_call: Index[CallId, Leg] = Index(
            lambda leg: () if leg.call is None else (leg.call,), lambda leg: (leg.id,)
        )
        self.legs_by_agent: Index[AgentId, Leg] = Index(
            lambda leg: () if leg.agent is None else (leg.agent,), lambda leg: (leg.id,)
        )
        self.legs_by_bridge: Index[BridgeId, Leg] = Index(
            lambda leg: () if leg.bridge is None else (leg.bridge,), lambda leg: (leg.id,)
        )
        self.legs: RowTable[LegId, Leg] = RowTable(
            "legs",
            lambda leg: leg.id,
            self.legs_by_call,
            self.legs_by_agent,
            self.legs_by_bridge,
            timers=lambda leg: leg.timers,
        )
        self.bridges_by_call: Index[CallId, Bridge] = Index(lambda b: (b.call,), lambda b: (b.id,))
        self.bridges: RowTable[BridgeId, Bridge] = RowTable(
            "bridges", lambda b: b.id, self.bridges_by_call
        )
        self.versions: Index[FlowId, Flow] = Index(
            lambda flow: (flow.id,), lambda flow: (-flow.version, flow.key)
        )
        self.flows: RowTable[FlowKey, Flow] = RowTable("flows", lambda f: f.key, self.versions)
        self.routes: Mapping[str, Route] = {}
        self.away = False  # Asterisk cannot be spoken to: nobody is offered a call
        self.ringing_in_fallback: frozenset[AgentId] = frozenset()  # they are offered nothing
        self._rows = State(
            self.calls, self.legs, self.bridges, self.works, self.agents, self.queues, self.flows
        )

    def apply(self, change: Change) -> None:
        """Write one step's change, in time proportional to it."""
        if change.away is not None:
            self.away = change.away
        if change.ringing_in_fallback is not None:
            self.ringing_in_fallback = change.ringing_in_fallback
        if change.routes is not None:
            self.routes = change.routes
        write = self._rows.write
        write(self.queues, change.queues)
        write(self.flows, change.flows)
        write(self.agents, change.agents)
        write(self.works, change.works)
        write(self.calls, change.calls)
        write(self.bridges, change.bridges)
        write(self.legs, change.legs)

    def next_timer(self) -> float | None:
        """When the next timer is due, in seconds of the engine's clock."""
        return self._rows.next_timer()

    def due(self, now: float) -> Iterator[Timer]:
        """Take the timers that are due."""
        return self._rows.due(now)

    def call_legs(self, call: CallId) -> Iterable[Leg]:
        """The legs of a call."""
        return [self.legs[key[0]] for key in self.legs_by_call.line(call)]

    def call_works(self, call: CallId) -> Iterable[Work]:
        """The works of a call."""
        return (self.works[key[0]] for key in self.lines.works_by_call.line(call))

    def work_of(self, work: WorkId) -> Work | None:
        """A work, if there is one."""
        return self.works.get(work)

    def agent_of(self, agent: AgentId | None) -> Agent | None:
        """An agent, if there is one."""
        return None if agent is None else self.agents.get(agent)


class SwitchTransaction:
    """One step's work: the state as it stands, with the step's own changes laid over it."""

    def __init__(
        self,
        state: SwitchState,
        now: float,
        on_order: Callable[["SwitchTransaction", FloorOrder], None],
    ) -> None:
        """`on_order` carries out what the floor orders, within this step."""
        self.state = state
        self.lines = state.lines
        self.now = now
        self.agents = RowView(state.agents)
        self.works = RowView(state.works)
        self.queues = RowView(state.queues)
        self.calls = RowView(state.calls)
        self.legs = RowView(state.legs)
        self.bridges = RowView(state.bridges)
        self.flows = RowView(state.flows)
        self.commands: list[Command] = []
        self._on_order = on_order
        self._questions: list[Question] = []
        self._facts: list[Fact] = []
        self._answer_on: list[tuple[AgentId, CallId]] = []
        self._routes: Mapping[str, Route] | None = None
        self._away: bool | None = None
        self._ringing_in_fallback: frozenset[AgentId] | None = None

    def change(self) -> Change:
        """What this step does."""
        return Change(
            self.calls.changed,
            self.legs.changed,
            self.bridges.changed,
            self.works.changed,
            self.agents.changed,
            self.queues.changed,
            self.flows.changed,
            self._routes,
            self._away,
            self._ringing_in_fallback,
            tuple(self.commands),
            tuple(self._questions),
            tuple(self._facts),
            tuple(self._answer_on),
        )

    # ---- reading

    def call_legs(self, call: CallId) -> Iterable[Leg]:
        """The legs of a call as this step sees them."""
        return self.legs.scan(self.state.legs_by_call, call)

    def agent_legs(self, agent: AgentId) -> Iterable[Leg]:
        """The legs of an agent as this step sees them."""
        return self.legs.scan(self.state.legs_by_agent, agent)

    def members(self, bridge: BridgeId) -> Iterable[Leg]:
        """The legs that are placed in a bridge, as this step sees them."""
        return self.legs.scan(self.state.legs_by_bridge, bridge)

    def call_bridges(self, call: CallId) -> Iterable[Bridge]:
        """The bridges of a call as this step sees them."""
        return self.bridges.scan(self.state.bridges_by_call, call)

    def call_works(self, call: CallId) -> Iterable[Work]:
        """The works of a call."""
        return self.works.scan(self.lines.works_by_call, call)

    def work_of(self, work: WorkId) -> Work | None:
        """A work as this step sees it."""
        return self.works.get(work)

    def agent_of(self, agent: AgentId | None) -> Agent | None:
        """An agent as this step sees one."""
        return self.agents.get(agent)

    @property
    def routes(self) -> Mapping[str, Route]:
        """Which flow answers which number."""
        return self.state.routes if self._routes is None else self._routes

    @property
    def away(self) -> bool:
        """Whether Asterisk cannot be spoken to."""
        return self.state.away if self._away is None else self._away

    @property
    def ringing_in_fallback(self) -> frozenset[AgentId]:
        """Whose phones the fallback rings."""
        found = self._ringing_in_fallback
        return self.state.ringing_in_fallback if found is None else found

    # ---- writing

    def set_away(self, *, away: bool) -> None:
        """Note whether Asterisk can be spoken to."""
        self._away = away

    def set_ringing_in_fallback(self, agents: frozenset[AgentId]) -> None:
        """Note whose phones the fallback rings."""
        self._ringing_in_fallback = agents

    def set_routes(self, routes: Mapping[str, Route]) -> None:
        """New routes."""
        self._routes = routes

    def do(self, *commands: Command) -> None:
        """Give orders, in this order."""
        self.commands.extend(commands)

    def ask(self, question: Question) -> None:
        """Ask something whose answer is an event."""
        self._questions.append(question)

    def order(self, order: FloorOrder) -> None:
        """Carry out what the floor orders."""
        self._on_order(self, order)

    def record(self, fact: NoteAgent | Decision) -> None:
        """Keep a fact of an agent's day, or of an offer."""
        self._facts.append(fact)

    def pick_up(self, agent: AgentId, call: CallId) -> None:
        """Tell the agent's desk to answer."""
        self._answer_on.append((agent, call))

    def note(
        self, call: CallId, kind: Kind, at: float | None = None, **detail: str | float | bool
    ) -> None:
        """Add a line to a call's timeline; one with a time of its own was not seen happening."""
        self._facts.append(NoteCall(call, kind, detail, at, inferred=at is not None))
