"""The agents' part of the floor: sign-in, presence, phones, misses, wrap-up, settings."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from acd.agent import Agent, AgentState, Phone, Presence, Task, TaskState
from acd.orders import TaskOver
from acd.queue import AgentId
from acd.tasks import (
    begin,
    idle_everywhere,
    let_go,
    withdraw,
    without_task,
    wrap_up_timer,
)
from acd.transaction import FloorTransaction
from acd.work import Medium, Work, WorkId, WorkState
from crm.kernel.errors import ConflictError, MissingError
from crm.kernel.state import with_timer, without_timer

SIGNED_IN = "signed in"
BUSY = frozenset({AgentState.OFFERED, AgentState.TALKING})


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """An agent signs in at a phone, for the first time or again."""

    agent: AgentId
    phone: Phone
    reachable: bool


@dataclass(frozen=True, slots=True)
class AgentSignedOut:
    """An agent signs out. Refused in a talk."""

    agent: AgentId
    cause: str = "desk"


@dataclass(frozen=True, slots=True)
class PresenceAsked:
    """Ready, or paused with a reason; during a talk it applies after the talk."""

    agent: AgentId
    ready: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PhoneFound:
    """An agent's phone registered, or its registration ended."""

    agent: AgentId
    reachable: bool


@dataclass(frozen=True, slots=True)
class WrapUpOver:
    """The time for a wrap-up is over."""

    agent: AgentId
    work: WorkId


@dataclass(frozen=True, slots=True)
class TasksAdrift:
    """An agent has a task whose work does not have the agent."""

    agent: AgentId


SeatEvent = AgentSignedIn | AgentSignedOut | PresenceAsked | PhoneFound | WrapUpOver | TasksAdrift


# ---- in a transaction


def put(
    tx: FloorTransaction,
    agent: Agent,
    cause: str,
    over: Iterable[WorkId] = (),
    *,
    inferred: bool = False,
) -> None:
    """Store an agent's new value, and report the works that the agent has finished."""
    before = tx.agents.get(agent.id)
    calls = {task.work: task.call for task in before.tasks} if before is not None else {}
    tx.put_agent(agent, cause, inferred=inferred)
    for work in over:
        tx.order(TaskOver(work, agent.id, calls.get(work)))


def settle(tx: FloorTransaction, agent_id: AgentId) -> None:
    """Sign out an agent who was disabled meanwhile and has no task."""
    agent = tx.agents.get(agent_id)
    if agent is None or agent.enabled:
        return
    if agent.state in (AgentState.READY, AgentState.PAUSED):
        tx.put_agent(_signed_out(agent), "disabled")


def known(tx: FloorTransaction, agent_id: AgentId) -> Agent:
    """Give the agent; MissingError if there is none."""
    agent = tx.agents.get(agent_id)
    if agent is None:
        raise MissingError("There is no such agent.")
    return agent


def sign_in(tx: FloorTransaction, event: AgentSignedIn) -> AgentId:
    """Sign in: paused at first, so that nothing rings before the agent is ready.

    A second time at the same phone changes nothing. ConflictError while a call rings or goes on
    at another phone, and for an agent who is disabled.
    """
    agent = known(tx, event.agent)
    if not agent.enabled:
        raise ConflictError("{name} is disabled and cannot sign in.", name=agent.name)
    if agent.phone is not event.phone and agent.state in BUSY:
        raise ConflictError("Finish the call before you change the telephone.")
    fresh = agent.state is AgentState.SIGNED_OUT
    agent = replace(agent, phone=event.phone, reachable=event.reachable)
    if fresh:
        agent = idle_everywhere(agent, tx.now)
        agent = replace(agent, presence=Presence.PAUSED, reason=SIGNED_IN, misses=0)
    tx.put_agent(agent, "desk")
    return agent.id


def _signed_out(agent: Agent) -> Agent:
    return replace(
        agent,
        presence=Presence.SIGNED_OUT,
        reason="",
        tasks=(),
        timers=without_timer(agent.timers, *(wrap_up_timer(task.work) for task in agent.tasks)),
        misses=0,
        reachable=False,
    )


def sign_out(tx: FloorTransaction, event: AgentSignedOut) -> None:
    """Sign out; ConflictError in a talk."""
    agent = known(tx, event.agent)
    if agent.state is AgentState.TALKING:
        raise ConflictError("Finish the call before you sign out.")
    over = [task.work for task in agent.tasks if task.state is TaskState.WRAP_UP]
    put(tx, _signed_out(agent), event.cause, over)


def ask_presence(tx: FloorTransaction, event: PresenceAsked) -> AgentId:
    """Change presence. It ends a wrap-up; during a talk it applies after the talk."""
    agent = known(tx, event.agent)
    if agent.state is AgentState.SIGNED_OUT:
        raise ConflictError("Sign in to a telephone first.")
    if agent.state in BUSY:
        reason = "" if event.ready else event.reason or "paused"
        presence = Presence.READY if event.ready else Presence.PAUSED
        tx.put_agent(replace(agent, presence=presence, reason=reason), "desk")
        settle(tx, agent.id)
        return agent.id
    over = [task.work for task in agent.tasks if task.state is TaskState.WRAP_UP]
    changed = agent
    for work in over:
        changed = without_task(changed, work)
    if event.ready:
        if agent.state is not AgentState.READY:
            changed = replace(idle_everywhere(changed, tx.now), misses=0)
        changed = replace(changed, presence=Presence.READY, reason="")
    else:
        changed = replace(changed, presence=Presence.PAUSED, reason=event.reason)
    put(tx, changed, "desk", over)
    settle(tx, agent.id)
    return agent.id


def find_phone(tx: FloorTransaction, event: PhoneFound) -> AgentId | None:
    """A registration started or ended."""
    agent = tx.agents.get(event.agent)
    if agent is None:
        return None
    tx.put_agent(replace(agent, reachable=event.reachable), "phone")
    return agent.id if event.reachable else None


def wrap_up(
    tx: FloorTransaction, agent: Agent, work: WorkId, cause: str, *, inferred: bool = False
) -> None:
    """Start the wrap-up after a talk: time to note its outcome, until the queue's deadline."""
    task = agent.task(work)
    queue = tx.queues.get(task.queue) if task is not None else None
    if task is None or queue is None or queue.wrapup_seconds <= 0:
        put(tx, let_go(agent, work, tx.now), cause, (work,), inferred=inferred)
        return
    until = tx.now + queue.wrapup_seconds
    after = replace(task, state=TaskState.WRAP_UP, since=tx.now, until=until)
    others = without_task(agent, work)
    timers = with_timer(others.timers, wrap_up_timer(work), until)
    wrapping = replace(others, tasks=(*others.tasks, after), timers=timers)
    tx.put_agent(wrapping, cause, inferred=inferred)


def end_wrap_up(tx: FloorTransaction, event: WrapUpOver) -> AgentId | None:
    """End a wrap-up: ready again, or the pause that was asked for."""
    agent = tx.agents.get(event.agent)
    task = agent.task(event.work) if agent is not None else None
    if agent is None or task is None or task.state is not TaskState.WRAP_UP:
        return None
    put(tx, let_go(agent, event.work, tx.now), "wrap-up over", (event.work,))
    settle(tx, agent.id)
    return agent.id


def bind(tx: FloorTransaction, agent: Agent, work: Work) -> None:
    """Set the agent of a found work: any other offer or talk of theirs is over."""
    over = [task.work for task in agent.tasks if task.work != work.id and _voice(task)]
    for other in over:
        task = agent.task(other)
        agent = let_go(agent, other, tx.now)
        if task is not None and task.state is not TaskState.OFFERED:
            # The talk before this one ended without an engine: two lines in the log.
            put(tx, agent, "resync", (other,), inferred=True)
    if agent.presence is Presence.SIGNED_OUT:
        agent = replace(agent, presence=Presence.READY)
    known_task = agent.task(work.id)
    if known_task is None or known_task.state not in (TaskState.ACTIVE, TaskState.HELD):
        put(tx, begin(agent, work, tx.now), "resync", inferred=True)


def _voice(task: Task) -> bool:
    return task.medium is not Medium.CHAT and task.state is not TaskState.WRAP_UP


def drifted(tx: FloorTransaction, event: TasksAdrift) -> AgentId | None:
    """Remove an agent's tasks whose works do not have the agent."""
    agent = tx.agents.get(event.agent)
    if agent is None:
        return None
    for task in agent.tasks:
        agent = known(tx, event.agent)
        if is_adrift(tx.works.get(task.work), agent, task):
            if task.state is TaskState.OFFERED:
                put(tx, withdraw(agent, task.work), "resync", (task.work,), inferred=True)
            else:
                wrap_up(tx, agent, task.work, "resync", inferred=True)
    settle(tx, event.agent)
    return event.agent


def is_adrift(work: Work | None, agent: Agent, task: Task) -> bool:
    """Whether a task that rings or talks is missing in its work."""
    if task.state is TaskState.WRAP_UP:
        return False
    if work is None:
        return True
    if task.state is TaskState.OFFERED:
        return work.offer_to(agent.id) is None
    return work.state is not WorkState.ASSIGNED or work.agent != agent.id
