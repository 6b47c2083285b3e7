"""Everything that is alive, and how one step's change is written into it.

`SwitchState` is owned by the engine, which alone applies a `Change`. A step reads the state through
a `SwitchTransaction`, which lays the step's own changes over it; nothing else writes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from acd.agent import Agent
from acd.callback import Callback
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
from cti.core.wait_rows import Handling, HandlingKey, OpenWait, QueueHistory
from cti.outbound.rule import OutboundPlan, RuleId
from cti.routes.rule import RoutePlan
from cti.trunks.trunk import TrunkId, endpoint_name
from ivr.flow import Flow, FlowId, FlowKey


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something was done: in all since the engine's start, and the times of the last."""

    key: str
    total: int = 0
    times: tuple[float, ...] = ()


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
    counted: Mapping[str, Counted | None] = field(default_factory=dict)
    callbacks: Mapping[CallId, Callback | None] = field(default_factory=dict)
    histories: Mapping[QueueKey, QueueHistory | None] = field(default_factory=dict)
    waits: Mapping[CallId, OpenWait | None] = field(default_factory=dict)
    handlings: Mapping[HandlingKey, Handling | None] = field(default_factory=dict)
    routes: RoutePlan | None = None
    outbound: OutboundPlan | None = None
    trunks_down: frozenset[TrunkId] | None = None
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
        self.legs_by_trunk: Index[str, Leg] = Index(
            lambda leg: (leg.trunk,) if leg.trunk else (), lambda leg: (leg.id,)
        )
        self.legs_by_rule: Index[RuleId, Leg] = Index(
            lambda leg: () if leg.dial is None else (leg.dial.rule,), lambda leg: (leg.id,)
        )
        self.legs: RowTable[LegId, Leg] = RowTable(
            "legs",
            lambda leg: leg.id,
            self.legs_by_call,
            self.legs_by_agent,
            self.legs_by_bridge,
            self.legs_by_trunk,
            self.legs_by_rule,
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
        self.counted: RowTable[str, Counted] = RowTable("counted", lambda one: one.key)
        self.callbacks: RowTable[CallId, Callback] = RowTable(
            "callbacks", lambda one: one.id, timers=lambda one: one.timers
        )
        self.histories: RowTable[QueueKey, QueueHistory] = RowTable("histories", lambda h: h.queue)
        self.waits: RowTable[CallId, OpenWait] = RowTable("waits", lambda one: one.call)
        self.handlings: RowTable[HandlingKey, Handling] = RowTable("handlings", lambda h: h.key)
        self.routes = RoutePlan()
        self.outbound = OutboundPlan()
        self.trunks_down: frozenset[TrunkId] = frozenset()
        self.away = False  # Asterisk cannot be reached: no agent is offered a call
        self.ringing_in_fallback: frozenset[AgentId] = frozenset()  # they are offered nothing
        self._rows = State(
            self.calls,
            self.legs,
            self.bridges,
            self.works,
            self.agents,
            self.queues,
            self.flows,
            self.counted,
            self.callbacks,
            self.histories,
            self.waits,
            self.handlings,
        )

    def apply(self, change: Change) -> None:
        """Write one step's change, in time proportional to it."""
        if change.away is not None:
            self.away = change.away
        if change.ringing_in_fallback is not None:
            self.ringing_in_fallback = change.ringing_in_fallback
        if change.routes is not None:
            self.routes = change.routes
        if change.outbound is not None:
            self.outbound = change.outbound
        if change.trunks_down is not None:
            self.trunks_down = change.trunks_down
        write = self._rows.write
        write(self.queues, change.queues)
        write(self.flows, change.flows)
        write(self.counted, change.counted)
        write(self.callbacks, change.callbacks)
        write(self.histories, change.histories)
        write(self.waits, change.waits)
        write(self.handlings, change.handlings)
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
        self.counted = RowView(state.counted)
        self.callbacks = RowView(state.callbacks)
        self.histories = RowView(state.histories)
        self.waits = RowView(state.waits)
        self.handlings = RowView(state.handlings)
        self.commands: list[Command] = []
        self._on_order = on_order
        self._questions: list[Question] = []
        self._facts: list[Fact] = []
        self._answer_on: list[tuple[AgentId, CallId]] = []
        self._routes: RoutePlan | None = None
        self._outbound: OutboundPlan | None = None
        self._trunks_down: frozenset[TrunkId] | None = None
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
            self.counted.changed,
            self.callbacks.changed,
            self.histories.changed,
            self.waits.changed,
            self.handlings.changed,
            self._routes,
            self._outbound,
            self._trunks_down,
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
    def routes(self) -> RoutePlan:
        """Where calls go that arrive."""
        return self.state.routes if self._routes is None else self._routes

    @property
    def outbound(self) -> OutboundPlan:
        """Who may dial what, and how."""
        return self.state.outbound if self._outbound is None else self._outbound

    @property
    def trunks_down(self) -> frozenset[TrunkId]:
        """The trunks that do not answer."""
        return self.state.trunks_down if self._trunks_down is None else self._trunks_down

    def trunk_calls(self, trunk: TrunkId) -> int:
        """How many calls a trunk carries now."""
        return sum(1 for _ in self.legs.scan(self.state.legs_by_trunk, endpoint_name(trunk)))

    def rule_calls(self, rule: RuleId) -> int:
        """How many calls go on now by an outbound rule."""
        return sum(1 for _ in self.legs.scan(self.state.legs_by_rule, rule))

    @property
    def away(self) -> bool:
        """Whether Asterisk cannot be reached."""
        return self.state.away if self._away is None else self._away

    @property
    def ringing_in_fallback(self) -> frozenset[AgentId]:
        """Whose phones the fallback rings."""
        found = self._ringing_in_fallback
        return self.state.ringing_in_fallback if found is None else found

    # ---- writing

    def set_away(self, *, away: bool) -> None:
        """Note whether Asterisk can be reached."""
        self._away = away

    def set_ringing_in_fallback(self, agents: frozenset[AgentId]) -> None:
        """Note whose phones the fallback rings."""
        self._ringing_in_fallback = agents

    def set_routes(self, routes: RoutePlan) -> None:
        """New routes."""
        self._routes = routes

    def set_outbound(self, plan: OutboundPlan) -> None:
        """New outbound rules, trunks or people."""
        self._outbound = plan

    def set_trunks_down(self, trunks: frozenset[TrunkId]) -> None:
        """Note which trunks do not answer."""
        self._trunks_down = trunks

    def count(self, key: str, keep: int = 0) -> None:
        """Count something that was done now; the times of the last `keep` are kept."""
        before = self.counted.get(key) or Counted(key)
        times = (*before.times, self.now)[-keep:] if keep else ()
        self.counted.put(Counted(key, before.total + 1, times))

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
