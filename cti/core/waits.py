"""Estimates of waits: the past of each queue is remembered, and each caller's estimate is a fact.

No feature tells of a wait. At the end of a step the works and agents that it changed are compared
with the state before. Callers who are sent elsewhere neither were answered nor hung up: what they
waited teaches nothing. A new engine gets the past from the facts, roughly.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any

from acd.agent import Agent, AgentState, Task, TaskState
from acd.estimate import Estimate, Forecast, LineHistory, Wait, estimate, forecast
from acd.queue import NO_QUEUE, QueueKey
from acd.work import Medium, Work, WorkState, urgency
from crm.calls.record import Kind
from cti.core.answer_events import HistoryRestored
from cti.core.call import Call
from cti.core.state import SwitchTransaction
from cti.core.wait_rows import Handling, OpenWait, QueueHistory

ON_DUTY = frozenset({AgentState.READY, AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP})
IN_LINE = frozenset({WorkState.WAITING, WorkState.OFFERED})


def note_changed(tx: SwitchTransaction) -> None:
    """Update the history with the waits and handling times that began or ended in this step."""
    for work_id in list(tx.works.changed):
        before, after = tx.state.works.get(work_id), tx.works.get(work_id)
        one = after or before
        call = _call_of(tx, one) if one is not None else None
        if one is not None and call is not None and one.id == call.work:
            _note_wait(tx, call, before, after)
    for agent_id in list(tx.agents.changed):
        _note_tasks(tx, tx.state.agents.get(agent_id), tx.agents.get(agent_id))


def is_in_line(work: Work | None) -> bool:
    """Whether a caller waits in a queue, rung for or not, and not for some agents alone."""
    waits = work is not None and work.state in IN_LINE and work.only is None
    return waits and work is not None and work.medium is Medium.VOICE and work.queue != NO_QUEUE


def ahead_of(tx: SwitchTransaction, work: Work) -> int:
    """How many works are served before this one in its queue, by the floor's own order."""
    if work.state is not WorkState.WAITING:
        return 0
    return bisect_left(tx.lines.waiting.line(work.queue), urgency(work))


def estimate_of(tx: SwitchTransaction, work: Work) -> Estimate | None:
    """How long a caller will still wait; None where that cannot be said."""
    history = _history(tx, work.queue)
    return estimate(history, _forecast(tx, work, history))


def _forecast(tx: SwitchTransaction, work: Work, history: LineHistory) -> Forecast | None:
    return forecast(history, ahead_of(tx, work), serving(tx, work.queue), tx.now)


def serving(tx: SwitchTransaction, queue: QueueKey) -> int:
    """How many of a queue's agents are signed in and not on a break."""
    counts = tx.lines.states.of(queue)
    return sum(counts[state] for state in ON_DUTY)


def _call_of(tx: SwitchTransaction, work: Work) -> Call | None:
    if work.call is None:
        return None
    return tx.calls.get(work.call) or tx.state.calls.get(work.call)


def _history(tx: SwitchTransaction, queue: QueueKey) -> LineHistory:
    known = tx.histories.get(queue)
    return known.history if known is not None else LineHistory()


# ---- waits


def _note_wait(tx: SwitchTransaction, call: Call, before: Work | None, after: Work | None) -> None:
    waited = is_in_line(before)
    waits = is_in_line(after)
    moved = before is not None and after is not None and before.queue != after.queue
    if waited and (not waits or moved):
        _note_end(tx, call, after)
    if after is not None and after.state is WorkState.WAITING and waits and (not waited or moved):
        _note_begin(tx, call, after)


def _note_begin(tx: SwitchTransaction, call: Call, work: Work) -> None:
    """The caller is not offered to an agent at once: what can be said of the wait is a fact.

    A new engine estimates anew, from its own start on.
    """
    history = _history(tx, work.queue)
    guess = _forecast(tx, work, history)
    tx.waits.put(OpenWait(call.id, work.queue, tx.now, guess))
    if guess is None:
        return
    said = estimate(history, guess)
    sayable = {} if said is None else {f"p{n}": v for n, v in _rounded(said).items()}
    formula = {f"f{n}": v for n, v in _rounded(guess).items()}
    tx.note(call.id, Kind.ESTIMATED, queue=work.queue, **formula, **sayable)


def _rounded(one: Forecast | Estimate) -> dict[str, float]:
    return {"10": round(one.low, 1), "50": round(one.middle, 1), "90": round(one.high, 1)}


def _note_end(tx: SwitchTransaction, call: Call, after: Work | None) -> None:
    wait = tx.waits.get(call.id)
    if wait is None:
        return
    tx.waits.drop(call.id)
    answered = after is not None and after.state is WorkState.ASSIGNED
    if not answered and not _hung_up(tx, call):
        return
    done = Wait(max(0.0, tx.now - wait.since), not answered, wait.forecast)
    history = _history(tx, wait.queue).with_wait(done)
    tx.histories.put(QueueHistory(wait.queue, history))


def _hung_up(tx: SwitchTransaction, call: Call) -> bool:
    """Whether the caller ended the call in this step, and no fault or destination of ours did."""
    known = tx.calls.get(call.id)
    return (known is None or known.ended is not None) and not call.farewell


# ---- calls that agents handle


def _note_tasks(tx: SwitchTransaction, before: Agent | None, after: Agent | None) -> None:
    old = {one.work: one for one in _of_queues(before)}
    new = {one.work: one for one in _of_queues(after)}
    agent = after or before
    if agent is None or old == new:
        return
    for work_id in new.keys() - old.keys():
        one = new[work_id]
        tx.handlings.put(Handling(agent.id, one.work, one.queue, min(tx.now, one.since)))
    for work_id in old.keys() - new.keys():
        _note_handled(tx, agent, old[work_id])


def _of_queues(agent: Agent | None) -> tuple[Task, ...]:
    tasks = agent.tasks if agent is not None else ()
    return tuple(one for one in tasks if one.medium is Medium.VOICE and one.queue != NO_QUEUE)


def _note_handled(tx: SwitchTransaction, agent: Agent, task: Task) -> None:
    handling = tx.handlings.get((agent.id, task.work))
    tx.handlings.drop((agent.id, task.work))
    if handling is None or task.state is TaskState.OFFERED:
        return
    seconds = max(0.0, tx.now - handling.since)
    for queue in agent.queues:
        own = queue == handling.queue
        history = _history(tx, queue).with_handling(seconds, tx.now, own=own)
        tx.histories.put(QueueHistory(queue, history))


# ---- a new engine


def restore(tx: SwitchTransaction, event: HistoryRestored) -> None:
    """The past of a queue from the facts; what has happened since the start comes behind it."""
    known = _history(tx, event.queue)
    history = event.history
    for wait in known.waits:
        history = history.with_wait(wait)
    handled = (*history.handled, *known.handled)
    whole = LineHistory(history.waits, handled, known.minutes)
    tx.histories.put(QueueHistory(event.queue, whole))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {HistoryRestored: restore}
