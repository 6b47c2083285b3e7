"""The agents' part of the floor: sign-in, presence, phones, misses, wrap-up, settings."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from acd.agent import Agent, AgentState, Phone, Presence, Task, TaskState
from acd.idle import IDLE
from acd.orders import TaskOver
from acd.queue import NO_QUEUE, AgentId, QueueKey
from acd.tasks import (
    begin,
    idle_everywhere,
    let_go,
    withdraw,
    without_task,
    wrap_up_timer,
)
from acd.transaction import FloorTransaction, put_agent
from acd.work import Medium, Work, WorkId, WorkState
from crm.kernel.errors import ConflictError, MissingError
from crm.kernel.state import NO_TIMERS, with_timer, without_timer

SIGNED_IN = "signed in"
PHONE_LOST = "phone lost"
PHONE_GONE = "phone gone"
PHONE_GONE_SECONDS = 30.0
"""How long a ready agent's phone may be away before the agent is not ready."""
OWN_CALL_WRAP_UP_SECONDS = 30.0
"""The wrap-up after a call that an agent made."""

MORE_SECONDS = 60.0
"""How much longer a wrap-up lasts if the agent asks for more time, once."""
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
    back_at: float | None = None  # when the pause is meant to end


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
class WrapUpExtended:
    """The agent needs more time to wrap up."""

    agent: AgentId
    work: WorkId


@dataclass(frozen=True, slots=True)
class PhoneGone:
    """A phone has been away for too long: its agent cannot count as ready."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class TasksAdrift:
    """An agent has a task, but its work names another agent or none."""

    agent: AgentId


SeatEvent = (
    AgentSignedIn
    | AgentSignedOut
    | PresenceAsked
    | PhoneFound
    | PhoneGone
    | WrapUpOver
    | WrapUpExtended
    | TasksAdrift
)


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
    put_agent(tx, agent, cause, inferred=inferred)
    for work in over:
        tx.order(TaskOver(work, agent.id, calls.get(work)))


def settle(tx: FloorTransaction, agent_id: AgentId) -> None:
    """Sign out an agent who was disabled meanwhile and has no task."""
    agent = tx.agents.get(agent_id)
    if agent is None or agent.enabled:
        return
    if agent.state in (AgentState.READY, AgentState.PAUSED):
        put_agent(tx, _signed_out(agent), "disabled")


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
        raise ConflictError("{name} is inactive and cannot connect.", name=agent.name)
    if agent.phone is not event.phone and agent.state in BUSY:
        raise ConflictError("Finish the call before you change the phone.")
    fresh = agent.state is AgentState.SIGNED_OUT
    agent = replace(agent, phone=event.phone, reachable=event.reachable)
    if fresh:
        agent = idle_everywhere(agent, tx.now)
        agent = replace(agent, presence=Presence.PAUSED, reason=SIGNED_IN, misses=0)
    put_agent(tx, agent, "desk")
    return agent.id


def _signed_out(agent: Agent) -> Agent:
    return replace(
        agent,
        presence=Presence.SIGNED_OUT,
        reason="",
        tasks=(),
        timers=NO_TIMERS,
        misses=0,
        reachable=False,
    )


def sign_out(tx: FloorTransaction, event: AgentSignedOut) -> None:
    """Sign out; ConflictError in a talk."""
    agent = known(tx, event.agent)
    if agent.state is AgentState.TALKING:
        raise ConflictError("Finish the call before you disconnect.")
    over = [task.work for task in agent.tasks if task.state is TaskState.WRAP_UP]
    reason = IDLE if event.cause == IDLE else ""
    put(tx, replace(_signed_out(agent), reason=reason), event.cause, over)


def ask_presence(tx: FloorTransaction, event: PresenceAsked) -> AgentId:
    """Change presence. It ends a wrap-up; during a talk it applies after the talk."""
    agent = known(tx, event.agent)
    if agent.state is AgentState.SIGNED_OUT:
        raise ConflictError("Connect a phone first.")
    if agent.state in BUSY:
        reason = "" if event.ready else event.reason or "paused"
        presence = Presence.READY if event.ready else Presence.PAUSED
        changed = replace(agent, presence=presence, reason=reason, back_at=event.back_at)
        put_agent(tx, with_phone_timer(changed, tx.now), "desk")
        settle(tx, agent.id)
        return agent.id
    over = [task.work for task in agent.tasks if task.state is TaskState.WRAP_UP]
    changed = agent
    for work in over:
        changed = without_task(changed, work)
    if event.ready:
        if agent.state is not AgentState.READY:
            changed = replace(idle_everywhere(changed, tx.now), misses=0)
        changed = replace(changed, presence=Presence.READY, reason="", back_at=None)
    else:
        changed = replace(
            changed, presence=Presence.PAUSED, reason=event.reason, back_at=event.back_at
        )
    put(tx, with_phone_timer(changed, tx.now), "desk", over)
    settle(tx, agent.id)
    return agent.id


def find_phone(tx: FloorTransaction, event: PhoneFound) -> AgentId | None:
    """A registration started or ended."""
    agent = tx.agents.get(event.agent)
    if agent is None:
        return None
    agent = with_phone_timer(replace(agent, reachable=event.reachable), tx.now)
    put_agent(tx, agent, "phone")
    return agent.id if event.reachable else None


def with_phone_timer(agent: Agent, now: float) -> Agent:
    """Start the timer of a ready agent's missing phone, or stop it when the phone is back."""
    if agent.reachable or agent.presence is not Presence.READY:
        return replace(agent, timers=without_timer(agent.timers, PHONE_GONE))
    until = agent.timers.get(PHONE_GONE, now + PHONE_GONE_SECONDS)
    return replace(agent, timers=with_timer(agent.timers, PHONE_GONE, until))


def phone_gone(tx: FloorTransaction, event: PhoneGone) -> None:
    """The phone stayed away: make the agent not ready; during a talk, after the talk."""
    agent = tx.agents.get(event.agent)
    if agent is None:
        return
    agent = replace(agent, timers=without_timer(agent.timers, PHONE_GONE))
    if not agent.reachable and agent.presence is Presence.READY:
        agent = replace(agent, presence=Presence.PAUSED, reason=PHONE_LOST)
    put_agent(tx, agent, "phone")


def wrap_up_seconds(tx: FloorTransaction, queue: QueueKey) -> float:
    """The time for the wrap-up of a queue's calls, and of calls that come from no queue."""
    known = tx.queues.get(queue)
    if known is not None:
        return known.wrapup_seconds
    return OWN_CALL_WRAP_UP_SECONDS if queue == NO_QUEUE else 0.0


def wrap_up(
    tx: FloorTransaction, agent: Agent, work: WorkId, cause: str, *, inferred: bool = False
) -> None:
    """Start the wrap-up after a talk: time to note its outcome, until the queue's deadline."""
    task = agent.task(work)
    seconds = wrap_up_seconds(tx, task.queue) if task is not None else 0.0
    if task is None or seconds <= 0:
        put(tx, let_go(agent, work, tx.now), cause, (work,), inferred=inferred)
        return
    until = tx.now + seconds
    after = replace(task, state=TaskState.WRAP_UP, since=tx.now, until=until)
    others = without_task(agent, work)
    timers = with_timer(others.timers, wrap_up_timer(work), until)
    wrapping = replace(others, tasks=(*others.tasks, after), timers=timers)
    put_agent(tx, wrapping, cause, inferred=inferred)


def more_time(tx: FloorTransaction, event: WrapUpExtended) -> None:
    """Let a wrap-up last longer, once. ConflictError when there is none, or a second time."""
    agent = known(tx, event.agent)
    task = agent.task(event.work)
    if task is None or task.state is not TaskState.WRAP_UP or task.until is None:
        raise ConflictError("The wrap-up is over.")
    if task.extended:
        raise ConflictError("This wrap-up was extended already.")
    until = task.until + MORE_SECONDS
    longer = replace(task, until=until, extended=True)
    tasks = tuple(longer if one is task else one for one in agent.tasks)
    timers = with_timer(agent.timers, wrap_up_timer(event.work), until)
    put_agent(tx, replace(agent, tasks=tasks, timers=timers), "desk")


def end_wrap_up(tx: FloorTransaction, event: WrapUpOver) -> AgentId | None:
    """End a wrap-up: ready again, or the pause that was asked for."""
    agent = tx.agents.get(event.agent)
    task = agent.task(event.work) if agent is not None else None
    if agent is None or task is None or task.state is not TaskState.WRAP_UP:
        return None
    put(tx, let_go(agent, event.work, tx.now), "wrap-up over", (event.work,))
    settle(tx, agent.id)
    return agent.id


def bind(tx: FloorTransaction, agent: Agent, work: Work, *, alone: bool) -> None:
    """Set the agent of a found work; `alone`: any other talk of theirs is over."""
    others = [task for task in agent.tasks if task.work != work.id]
    over = [task.work for task in others if _is_over(tx, agent, task, alone=alone)]
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


def _is_over(tx: FloorTransaction, agent: Agent, task: Task, *, alone: bool) -> bool:
    """Whether a call has gone on without the agent, who was found in another one."""
    if task.medium is Medium.CHAT or task.state is TaskState.WRAP_UP:
        return False
    one_at_a_time = agent.capacity.limits.get(task.medium, 0) <= 1
    if alone or (task.state is TaskState.OFFERED and one_at_a_time):
        return True
    return is_adrift(tx.works.get(task.work), agent, task)


def drifted(tx: FloorTransaction, event: TasksAdrift) -> AgentId | None:
    """Remove those tasks of an agent for which the work names another agent or none."""
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
