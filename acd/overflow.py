"""What happens to a work while it waits in a queue: steps by time, the longest wait, preferences.

Everything follows from the time at which the work came into the queue, so after a new start of the
engine and after every edit of the queue the same function says how far a waiting work has come.
While a work rings its steps stand still; what has become due is done when it waits again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from acd.agent import Agent, Presence
from acd.orders import Leaves
from acd.queue import OverflowStep, Queue, QueueKey, RaisePriority, SendTo
from acd.work import PREFERRED, Work
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.state import Timers

STEP = "overflow/"
MAX_WAIT = "max wait"
NEEDS = "needs"
"""The timer of the needs that a work has beside those of its queue."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A work is to leave its queue."""

    to: Destination
    why: Leaves


def entered_at(work: Work) -> float:
    """When a work came into its queue."""
    return work.entered or work.since


def leaving(work: Work, queue: Queue, now: float) -> Leaving | None:
    """Whether a work has waited so long that it is led elsewhere."""
    done = due_steps(work, queue, now)
    if done and isinstance(action := done[-1].action, SendTo):
        return Leaving(action.destination, Leaves.STEP)
    over = _wait_over(work, queue)
    if over is not None and over <= now and queue.timed_out is not None:
        return Leaving(queue.timed_out, Leaves.TIMED_OUT)
    return None


def _wait_over(work: Work, queue: Queue) -> float | None:
    """When the longest wait is over, if it is limited."""
    if not queue.max_wait_seconds or not can_go(work, queue.timed_out):
        return None
    return entered_at(work) + queue.max_wait_seconds


def can_go(work: Work, to: Destination | None) -> bool:
    """Whether there is a way for a work: one without a call can only go to another queue."""
    if to is None:
        return False
    return work.call is not None or to.kind is DestinationKind.QUEUE


def _steps(work: Work, queue: Queue) -> Iterator[OverflowStep]:
    """The steps that concern a work."""
    for step in queue.steps:
        if not isinstance(step.action, SendTo) or can_go(work, step.action.destination):
            yield step
        else:
            return


def due_steps(work: Work, queue: Queue, now: float) -> list[OverflowStep]:
    """The steps whose time has come; the first that sends the work away is the last."""
    waited = now - entered_at(work)
    due: list[OverflowStep] = []
    for step in takewhile(lambda one: one.after_seconds <= waited, _steps(work, queue)):
        due.append(step)
        if isinstance(step.action, SendTo):
            break
    return due


def waiting_in(work: Work, queue: Queue, now: float, *, prefers: bool) -> Work:
    """A waiting work as far as it has come in its queue, with the timers of what comes next.

    `prefers` says whether it may still wait for the agents it prefers.
    """
    done = [one for one in due_steps(work, queue, now) if not isinstance(one.action, SendTo)]
    raised = sum(one.action.by for one in done if isinstance(one.action, RaisePriority))
    timers = {name: at for name, at in work.timers.items() if not is_of_wait(name)}
    timers |= _next(work, queue, len(done))
    if work.needs_until and now >= work.needs_until:
        work = replace(work, needs=(), needs_until=0.0)
    elif work.needs_until:
        timers[NEEDS] = work.needs_until
    if prefers and now < work.prefers_until:
        timers[PREFERRED] = work.prefers_until
    return replace(work, step=len(done), raised=raised, ageing=queue.ageing, timers=timers)


def _next(work: Work, queue: Queue, done: int) -> Timers:
    timers = {}
    for step in islice(_steps(work, queue), done, done + 1):
        timers[f"{STEP}{done}"] = entered_at(work) + step.after_seconds
    if (over := _wait_over(work, queue)) is not None:
        timers[MAX_WAIT] = over
    return timers


def is_of_wait(name: str) -> bool:
    """Whether a timer of a waiting work belongs to its wait in a queue."""
    return name.startswith(STEP) or name in (MAX_WAIT, NEEDS, PREFERRED)


def is_on_duty(agent: Agent, queue: QueueKey) -> bool:
    """Whether a customer may be kept waiting for an agent: signed in, and of this queue."""
    return agent.presence is not Presence.SIGNED_OUT and queue in agent.queues


def can_be_waited_for(agents: Iterable[Agent | None], queue: QueueKey) -> bool:
    """Whether one of these agents may be preferred."""
    return any(one is not None and is_on_duty(one, queue) for one in agents)
