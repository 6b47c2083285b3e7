"""Settings and last known states of agents and queues, applied to the floor."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from acd.agent import ONE_CALL, Agent, AgentState, Capacity, Phone, Presence, Task, TaskState
from acd.idle import timed
from acd.membership import Joined, Membership, joined, membership
from acd.queue import AgentId, Queue, QueueKey
from acd.seats import with_phone_timer, wrap_up_seconds
from acd.skills import Levels
from acd.tasks import idle_everywhere, wrap_up_timer
from acd.today import Today
from acd.transaction import FloorTransaction, day_of
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
    skills: Levels = field(default_factory=dict)
    idle_limit_seconds: float = 0.0


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


@dataclass(frozen=True, slots=True)
class DayRestored:
    """What an agent has done since midnight by the facts, after a start."""

    agent: AgentId
    today: Today
    offered_at: Mapping[QueueKey, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayBegan:
    """It is midnight where the site is: an agent's day begins at zero."""

    agent: AgentId


DayEvent = DayRestored | DayBegan
SettingsEvent = AgentEdited | SeatRestored | QueueEdited | DayEvent


def edit_agent(tx: FloorTransaction, event: AgentEdited) -> None:
    """An agent was made or edited."""
    agent = tx.agents.get(event.agent)
    if agent is None:
        made = Agent(event.agent, event.name, event.extension, since=tx.now)
        made = replace(
            made,
            enabled=event.enabled,
            capacity=event.capacity,
            skills=event.skills,
            idle_limit_seconds=event.idle_limit_seconds,
        )
        for queue in tx.queues.values():
            part = joined(queue).get(event.agent)
            if part is not None:
                made = with_membership(made, membership(queue, part, event.skills))
        tx.agents.put(made)
        return
    agent = replace(
        agent,
        name=event.name,
        extension=event.extension,
        enabled=event.enabled,
        capacity=event.capacity,
        idle_limit_seconds=event.idle_limit_seconds,
    )
    tx.agents.put(timed(_with_skills(tx, agent, event.skills)))


def _with_skills(tx: FloorTransaction, agent: Agent, skills: Levels) -> Agent:
    """The agent with other skills, and so perhaps able to serve other works of their queues."""
    if agent.skills == skills:
        return agent
    parts = tuple(
        membership(queue, Joined(one.rank, one.joined), skills)
        for one in agent.memberships
        if (queue := tx.queues.get(one.queue)) is not None
    )
    return replace(agent, skills=skills, memberships=parts)


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
        back_at=float(event.detail["back"]) if "back" in event.detail else None,
        today=replace(agent.today, at=tx.now),  # what was before comes with `DayRestored`
        reachable=agent.reachable or event.phone is Phone.OUTSIDE,
    )
    restored = _with_restored_task(tx, agent, event)
    tx.agents.put(timed(with_phone_timer(restored, tx.now)))


def restore_day(tx: FloorTransaction, event: DayRestored) -> None:
    """Restore what an agent has done today; what has happened since the start is added."""
    agent = tx.agents.get(event.agent)
    if agent is not None:
        known, told = day_of(agent, tx.now), event.today
        today = Today(
            known.calls + told.calls,
            known.talk_seconds + told.talk_seconds,
            known.idle_seconds + told.idle_seconds,
            known.present_seconds + told.present_seconds,
            tx.now,
        )
        offered_at = {**event.offered_at, **agent.offered_at}
        tx.agents.put(replace(agent, today=today, offered_at=offered_at))


def begin_day(tx: FloorTransaction, event: DayBegan) -> None:
    """Begin an agent's day; a talk that goes on counts from now."""
    agent = tx.agents.get(event.agent)
    if agent is not None:
        tx.agents.put(replace(agent, today=Today(at=tx.now)))


def _with_restored_task(tx: FloorTransaction, agent: Agent, event: SeatRestored) -> Agent:
    state = {
        AgentState.OFFERED: TaskState.OFFERED,
        AgentState.TALKING: TaskState.ACTIVE,
        AgentState.WRAP_UP: TaskState.WRAP_UP,
    }.get(event.state)
    if state is None:
        return agent
    key = QueueKey(event.detail.get("queue", ""))
    work = WorkId(event.detail.get("work", event.call or ""))
    until, timers = None, agent.timers
    if state is TaskState.WRAP_UP:
        until = max(event.since + wrap_up_seconds(tx, key), tx.now + 0.1)
        timers = with_timer(timers, wrap_up_timer(work), until)
    task = Task(work, Medium.VOICE, key, state, event.since, event.call, until)
    return replace(agent, tasks=(task,), timers=timers)


def edit_queue(tx: FloorTransaction, event: QueueEdited) -> None:
    """Set a queue, and with its members the queues that each agent serves."""
    old, new = tx.queues.get(event.key), event.queue
    if new is not None:
        tx.queues.put(new)
    else:
        tx.queues.drop(event.key)
    before = joined(old) if old is not None else {}
    after = joined(new) if new is not None else {}
    for agent_id in sorted(before.keys() | after.keys()):
        agent = tx.agents.get(agent_id)
        if agent is None:
            continue
        part = after.get(agent_id)
        if new is None or part is None:
            tx.agents.put(without_membership(agent, event.key))
        else:
            changed = with_membership(agent, membership(new, part, agent.skills))
            if changed is not agent:
                tx.agents.put(changed)


def with_membership(agent: Agent, part: Membership) -> Agent:
    """The agent with a new or another part in a queue; the same agent if nothing changes."""
    if part in agent.memberships:
        return agent
    known = [one.queue for one in agent.memberships]
    parts = (*agent.memberships, part)
    if part.queue in known:
        parts = tuple(part if one.queue == part.queue else one for one in agent.memberships)
    queues = tuple(one.queue for one in parts if one.joined == 0)
    return replace(agent, queues=queues, memberships=parts)


def without_membership(agent: Agent, key: QueueKey) -> Agent:
    """The agent without a part in a queue."""
    return replace(
        agent,
        queues=tuple(one for one in agent.queues if one != key),
        memberships=tuple(one for one in agent.memberships if one.queue != key),
        offered_at={queue: at for queue, at in agent.offered_at.items() if queue != key},
    )
