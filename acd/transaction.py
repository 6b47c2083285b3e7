"""The transaction of one step of the floor: its tables, the time, commands and facts.

The switch and the simulators each have one of their own.
"""

from dataclasses import replace
from typing import Protocol

from acd.agent import Agent, AgentState, Presence, Task
from acd.decision import Decision
from acd.idle import timed
from acd.lines import Lines
from acd.orders import FloorOrder, NoteAgent
from acd.queue import AgentId, Queue, QueueKey
from acd.today import Today, later
from acd.work import Work, WorkId
from crm.kernel.state import RowView


class FloorTransaction(Protocol):
    """The floor as one step sees it, with the step's own changes over the tables."""

    lines: Lines  # as they stand, for their indexes
    now: float  # seconds on the engine's clock
    agents: RowView[AgentId, Agent]
    works: RowView[WorkId, Work]
    queues: RowView[QueueKey, Queue]

    @property
    def away(self) -> bool:
        """Whether nothing can be offered: commands would not be carried out now."""
        ...

    @property
    def ringing_in_fallback(self) -> frozenset[AgentId]:
        """Agents that the fallback queue is ringing: they are offered nothing."""
        ...

    def order(self, order: FloorOrder) -> None:
        """Carry out a command at once; facts that follow from it come after the earlier ones."""
        ...

    def record(self, fact: NoteAgent | Decision) -> None:
        """Record a fact."""
        ...


def day_of(agent: Agent, now: float) -> Today:
    """What an agent has done today, counted up to now."""
    return later(
        agent.today,
        now,
        talking=agent.state is AgentState.TALKING,
        idle=agent.state is AgentState.READY,
        present=agent.state is not AgentState.SIGNED_OUT,
    )


def put_agent(tx: FloorTransaction, agent: Agent, cause: str, *, inferred: bool = False) -> None:
    """Store an agent; a change of state, reason, phone or coming pause is a fact."""
    old = tx.agents.get(agent.id)
    before = (old.state, old.shown_reason) if old is not None else None
    after = (agent.state, agent.shown_reason)
    if before != after:
        agent = replace(agent, since=tx.now)
    if old is not None and old.state is not agent.state:
        agent = replace(agent, today=day_of(replace(old, today=agent.today), tx.now))
    agent = timed(agent)
    tx.agents.put(agent)
    then = old.pause_to_come if old is not None else None
    changed = before != after or old is None or old.phone is not agent.phone
    until = old.back_at if old is not None else None
    if changed or then != agent.pause_to_come or until != agent.back_at:
        task = agent.main_task
        call = task.call if task is not None else None
        detail = _detail(agent, task)
        tx.record(
            NoteAgent(agent.id, *after, cause, call, agent.phone, inferred=inferred, detail=detail)
        )


def _detail(agent: Agent, task: Task | None) -> dict[str, str]:
    said = {}
    if task is not None:
        said["queue"] = str(task.queue)
        if str(task.work) != task.call:
            said["work"] = str(task.work)
    if agent.pause_to_come is not None:
        said["then"] = agent.pause_to_come
    if agent.back_at is not None and agent.presence is Presence.PAUSED:
        said["back"] = str(round(agent.back_at))
    return said
