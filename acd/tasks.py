"""Changes of an agent's tasks: values in, values out."""

from dataclasses import replace

from acd.agent import Agent, Presence, Task, TaskState
from acd.work import Medium, Work, WorkId
from crm.kernel.state import without_timer

NO_ANSWER = "no answer"


def without_task(agent: Agent, work: WorkId) -> Agent:
    """The agent without the task of this work."""
    tasks = tuple(task for task in agent.tasks if task.work != work)
    timers = without_timer(agent.timers, wrap_up_timer(work))
    return replace(agent, tasks=tasks, timers=timers)


def with_task_state(
    agent: Agent, work: WorkId, state: TaskState, now: float, *, consults: bool = False
) -> Agent:
    """The agent with another state of one task."""
    tasks = tuple(
        replace(task, state=state, since=now, until=None, consults=consults)
        if task.work == work
        else task
        for task in agent.tasks
    )
    return replace(agent, tasks=tasks)


def begin(agent: Agent, work: Work, now: float) -> Agent:
    """The agent with the work accepted: misses in a row start again at zero."""
    task = Task(work.id, work.medium, work.queue, TaskState.ACTIVE, now, work.call)
    others = without_task(agent, work.id)
    return replace(others, tasks=(*others.tasks, task), misses=0)


def withdraw(agent: Agent, work: WorkId) -> Agent:
    """The agent after an offer that was withdrawn: idle for as long as before."""
    return _rested(without_task(agent, work))


def miss(agent: Agent, work: WorkId, max_misses: int, now: float) -> Agent:
    """The agent after a missed offer: last in line, and paused after too many misses in a row."""
    task = agent.task(work)
    medium = task.medium if task is not None else Medium.VOICE
    missed = replace(_idle_now(without_task(agent, work), medium, now), misses=agent.misses + 1)
    if missed.presence is Presence.READY and missed.misses >= max_misses:
        missed = replace(missed, presence=Presence.PAUSED, reason=NO_ANSWER)
    return _rested(missed)


def let_go(agent: Agent, work: WorkId, now: float) -> Agent:
    """The agent after a work without wrap-up; after a talk they are the least idle."""
    task = agent.task(work)
    if task is None or task.state is TaskState.OFFERED:
        return withdraw(agent, work)
    return _rested(_idle_now(without_task(agent, work), task.medium, now))


def _idle_now(agent: Agent, medium: Medium, now: float) -> Agent:
    return replace(agent, idle_since={**agent.idle_since, medium: now})


def idle_everywhere(agent: Agent, now: float) -> Agent:
    """The agent as the least idle one, for every medium."""
    return replace(agent, idle_since=dict.fromkeys(agent.capacity.limits, now))


def _rested(agent: Agent) -> Agent:
    """A pause starts without misses."""
    if agent.presence is Presence.PAUSED and not agent.tasks:
        return replace(agent, misses=0)
    return agent


def wrap_up_timer(work: WorkId) -> str:
    """The name of a wrap-up's timer."""
    return f"wrap-up/{work}"
