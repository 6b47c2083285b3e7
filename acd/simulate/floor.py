"""A floor without calls and phones: the real rules of `acd.floor` on tables of its own."""

from acd import floor
from acd.agent import Agent, AgentState
from acd.decision import Decision
from acd.events import FloorEvent
from acd.lines import Lines
from acd.orders import FloorOrder, NoteAgent
from acd.queue import AgentId, Queue, QueueKey
from acd.work import Work, WorkId
from crm.kernel.state import RowView, State, Timer


class _Transaction:
    """One step: the tables, and what the step orders and notes."""

    def __init__(self, lines: Lines, now: float) -> None:
        self.lines, self.now = lines, now
        self.agents: RowView[AgentId, Agent] = RowView(lines.agents)
        self.works: RowView[WorkId, Work] = RowView(lines.works)
        self.queues: RowView[QueueKey, Queue] = RowView(lines.queues)
        self.orders: list[FloorOrder] = []
        self.notes: list[NoteAgent] = []
        self.away = False
        self.ringing_in_fallback: frozenset[AgentId] = frozenset()

    def order(self, order: FloorOrder) -> None:
        self.orders.append(order)

    def record(self, fact: NoteAgent | Decision) -> None:
        if isinstance(fact, NoteAgent):
            self.notes.append(fact)


class SimulatedFloor:
    """The floor of one run, with a virtual clock and the time that agents spent in each state."""

    def __init__(self) -> None:
        """Begin empty at zero."""
        self.lines = Lines()
        self.now = 0.0
        self.spans: list[tuple[AgentId, AgentState, float, float]] = []  # agent, state, from, to
        self._state = State(self.lines.agents, self.lines.works, self.lines.queues)
        self._in_state: dict[AgentId, tuple[AgentState, float]] = {}

    def step(self, event: FloorEvent) -> list[FloorOrder]:
        """Handle one event now; give the orders that follow from it."""
        tx = self.transaction()
        floor.step(tx, event)
        self._state.write(self.lines.queues, tx.queues.changed)
        self._state.write(self.lines.agents, tx.agents.changed)
        self._state.write(self.lines.works, tx.works.changed)
        for note in tx.notes:
            self._note(note.agent, note.state)
        return tx.orders

    def transaction(self) -> "_Transaction":
        """Give the floor as it stands, also for reading alone."""
        return _Transaction(self.lines, self.now)

    def next_timer(self) -> float | None:
        """When the next timer of an agent or a work is due."""
        return self._state.next_timer()

    def due(self) -> list[Timer]:
        """Take the timers that are due now."""
        return list(self._state.due(self.now))

    def close(self) -> None:
        """End the last span of each agent."""
        for agent in list(self._in_state):
            self._note(agent, AgentState.SIGNED_OUT)

    def _note(self, agent: AgentId, state: AgentState) -> None:
        known = self._in_state.get(agent)
        if known is not None and known[0] is state:
            return
        if known is not None and known[0] is not AgentState.SIGNED_OUT and self.now > known[1]:
            self.spans.append((agent, known[0], known[1], self.now))
        self._in_state[agent] = (state, self.now)
