"""Settings and last known states of agents and queues, applied to the floor."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from acd.agent import ONE_CALL, Agent, AgentState, Capacity, Phone, Presence, Task, TaskState
from acd.queue import AgentId, Queue, QueueKey
from acd.seats import with_phone_timer
from acd.tasks import idle_everywhere, wrap_up_timer
from acd.transaction import FloorTransaction
from acd.work import Medium, WorkId
from crm.calls.record import CallId
from crm.kernel.state import with_timer


@dataclass(frozen=True, slots=True)
class AgentEdited:
    """An agent was made or edited."""

    agent: AgentId
    name: str
    extension: str
    enabled: bool
    capacity: Capacity = ONE_CALL


@dataclass(frozen=True, slots=True)
class SeatRestored:
    """The last state of an agent in the facts, after a start."""

    agent: AgentId
    state: AgentState
    phone: Phone
    reason: str
    call: CallId | None
    since: float
    detail: Mapping[str, str] = field(default_factory=dict)  # see NoteAgent


@dataclass(frozen=True, slots=True)
class QueueEdited:
    """A queue was made, edited or (without settings) removed."""

    key: QueueKey
    queue: Queue | None


SettingsEvent = AgentEdited | SeatRestored | QueueEdited


def edit_agent(tx: FloorTransaction, event: AgentEdited) -> None:
    """An agent was made or edited."""
    agent = tx.agents.get(event.agent)
    if agent is None:
        queues = tuple(q.key for q in tx.queues.values() if event.agent in q.members)
        made = Agent(event.agent, event.name, event.extension, since=tx.now, queues=queues)
        tx.agents.put(replace(made, enabled=event.enabled, capacity=event.capacity))
        return
    agent = replace(
        agent,
        name=event.name,
        extension=event.extension,
        enabled=event.enabled,
        capacity=event.capacity,
    )
    tx.agents.put(agent)


def restore(tx: FloorTransaction, event: SeatRestored) -> None:
    """Restore an agent's last state from the facts, without a new fact."""
    agent = tx.agents.get(event.agent)
    if agent is None or agent.state is not AgentState.SIGNED_OUT:
        return
    presence = {
        AgentState.SIGNED_OUT: Presence.SIGNED_OUT,
        AgentState.PAUSED: Presence.PAUSED,
    }.get(event.state, Presence.READY)
    then = event.detail.get("then")
    agent = replace(
        idle_everywhere(agent, event.since),
        presence=presence if then is None else Presence.PAUSED,
        phone=event.phone,
        reason=event.reason if then is None else then,
        since=event.since,
    )
    restored = _with_restored_task(tx, agent, event)
    tx.agents.put(with_phone_timer(restored, tx.now))


def _with_restored_task(tx: FloorTransaction, agent: Agent, event: SeatRestored) -> Agent:
    state = {
        AgentState.OFFERED: TaskState.OFFERED,
        AgentState.TALKING: TaskState.ACTIVE,
        AgentState.WRAP_UP: TaskState.WRAP_UP,
    }.get(event.state)
    if state is None:
        return agent
    key = QueueKey(event.detail.get("queue", ""))
    queue = tx.queues.get(key)
    work = WorkId(event.detail.get("work", event.call or ""))
    until, timers = None, agent.timers
    if state is TaskState.WRAP_UP:
        until = max(event.since + (queue.wrapup_seconds if queue else 0.0), tx.now + 0.1)
        timers = with_timer(timers, wrap_up_timer(work), until)
    task = Task(work, Medium.VOICE, key, state, event.since, event.call, until)
    return replace(agent, tasks=(task,), timers=timers)


def edit_queue(tx: FloorTransaction, event: QueueEdited) -> None:
    """Set a queue, and with its members the queues that each agent serves."""
    old = tx.queues.get(event.key)
    before = set(old.members) if old is not None else set[AgentId]()
    after = set(event.queue.members) if event.queue is not None else set[AgentId]()
    if event.queue is not None:
        tx.queues.put(event.queue)
    else:
        tx.queues.drop(event.key)
    for agent_id in sorted(before ^ after):
        agent = tx.agents.get(agent_id)
        if agent is not None:
            kept = tuple(key for key in agent.queues if key != event.key)
            queues = (*kept, event.key) if agent_id in after else kept
            tx.agents.put(replace(agent, queues=queues))
