"""Callbacks from a queue: kept in line, called by an agent at their turn.

`acd.callback` has the rule, `cti.core.callback_wishes` says how one begins. An agent who gets a
callback from the floor calls the customer like any number, and the end of that call says what
becomes of the callback. A new engine gets the open ones from their facts.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.agent import Agent
from acd.callback import Callback, CallbackState, callback_of, own_needs, work_of
from acd.callbacks.times import first_open
from acd.queue import USUAL_CALLBACKS, AgentId, CallbackRule, QueueKey
from acd.service_level import with_needs
from acd.skills import Need
from acd.work import Work
from crm.calls.record import CallId, Kind
from crm.kernel.errors import MissingError
from crm.kernel.state import NO_TIMERS
from cti.core import callback_wishes, offers, outbound, overflow, queueing, trunk_legs
from cti.core.answer_events import CallbackRestored
from cti.core.call import Call, DialledOut
from cti.core.callback_requests import CallbackCanceled
from cti.core.state import SwitchTransaction
from cti.core.successors import successor_of
from cti.outbound.rule import SYSTEM, Allowed

LOST_SECONDS = 60.0
"""How long after its start an engine checks that the call of a callback is still there."""

LINES_BUSY_SECONDS = 30.0
"""How long after all trunks were busy the customer is called."""

DUE = "due"


# ---- the wait


def wait(tx: SwitchTransaction, callback: Callback, agent: AgentId | None = None) -> None:
    """Wait until the time of the callback, then in line; one whose queue is closed waits for it."""
    if callback.due is not None and callback.due > tx.now:
        tx.callbacks.put(replace(callback, timers={DUE: callback.due}))
        return
    queue = successor_of(tx, callback.queue)
    if queue is None:
        close(tx, callback, CallbackState.FAILED, "queue gone")
        return
    callback = replace(callback, queue=queue)
    opening = not_before(tx, callback.queue, tx.now)
    if opening is not None:
        later = replace(callback, due=opening, timers={DUE: opening})
        tx.callbacks.put(later)
        note_changed(tx, later)
        return
    tx.callbacks.put(callback)
    _line_up(tx, callback, agent)


def _line_up(tx: SwitchTransaction, callback: Callback, agent: AgentId | None) -> None:
    tx.callbacks.put(replace(callback, timers=NO_TIMERS))
    passed = () if agent is None else (agent,)
    work = work_of(callback, tx.now, passed, _left_in(tx, callback, callback.queue))
    if passed:
        work = replace(work, timers={"passed over": tx.now + floor.PASS_OVER_SECONDS})
    floor.step(tx, floor_events.WorkArrived(work))


def send_on(tx: SwitchTransaction, work: Work, key: QueueKey) -> None:
    """Let a callback wait in another queue, with its needs as far as agents there meet them."""
    if (callback := _of(tx, work)) is not None:
        own = replace(own_needs(callback), left=_left_in(tx, callback, key))
        work = with_needs(replace(work, needs=(), needs_until=0.0), own, tx.now)
    overflow.move(tx, work, key)


def _left_in(tx: SwitchTransaction, callback: Callback, key: QueueKey) -> tuple[Need, ...]:
    """The needs of a callback that no agent of a queue meets."""
    queue = tx.queues.get(key)
    return queueing.left_there(tx, own_needs(callback), queue).left if queue is not None else ()


def not_before(tx: SwitchTransaction, key: QueueKey, at: float) -> float | None:
    """When the queue opens, if it is closed at a time; else that time, or None if it is now."""
    queue = tx.queues.get(key)
    opening = first_open(overflow.hours_of(tx, queue), at) if queue is not None else at
    return opening if opening > tx.now else None


def note_changed(tx: SwitchTransaction, callback: Callback) -> None:
    """Note the number, the place and the time that a callback has now."""
    since, due = round(callback.since, 3), due_of(callback)
    tx.note(callback.id, Kind.CALLBACK_CHANGED, None, number=callback.number, since=since, **due)


def due_of(callback: Callback) -> dict[str, float]:
    """What a fact says of the time before which the customer is not called."""
    return {"due": round(callback.due, 3)} if callback.due is not None else {}


# ---- the turn


def _of(tx: SwitchTransaction, work: Work) -> Callback | None:
    """The callback that stands in line as this work: the id of the work names it."""
    return tx.callbacks.get(callback_of(work.id))


def dial(tx: SwitchTransaction, work: Work, agent: Agent) -> None:
    """It is the customer's turn: the agent's phone first, then the customer."""
    callback = _of(tx, work)
    decision = trunk_legs.decide(tx, callback.number, SYSTEM) if callback is not None else None
    if callback is None or not isinstance(decision, Allowed):
        floor.step(tx, floor_events.WorkEnded(work.id, "callback", wrap_up=False))
        if callback is not None:
            _not_now(tx, callback)
        return
    made = callback.next_call
    called = replace(
        callback,
        tries=callback.tries + 1,
        calls=callback.calls + 1,
        made=made,
        state=CallbackState.CALLING,
        due=None,
        timers=NO_TIMERS,
    )
    tx.callbacks.put(called)
    origin = DialledOut(agent.id, callback.number, callback=callback.id)
    call = outbound.begin(tx, made, origin, decision, callback.card, queue=callback.queue)
    # The agent has the new call already, so nothing else is offered in between.
    floor.step(tx, floor_events.WorkEnded(work.id, "callback", wrap_up=False))
    _note_called(tx, called, made, agent.id)
    offers.make_agent_leg(tx, call, agent, auto=True)


def _not_now(tx: SwitchTransaction, callback: Callback) -> None:
    """The number may not be called, or every trunk is busy: then a moment later."""
    if callback_wishes.callable_number(tx, callback.number):
        _again(tx, callback, LINES_BUSY_SECONDS, None)
    else:
        close(tx, callback, CallbackState.FAILED, outbound.NOT_ALLOWED)


def _note_called(tx: SwitchTransaction, called: Callback, made: CallId, agent: AgentId) -> None:
    counted = {"tries": called.tries, "calls": called.calls}
    tx.note(called.id, Kind.CALLBACK_CALLED, None, made=made, agent=agent, **counted)


def ended(tx: SwitchTransaction, call: Call, *, dialled: bool) -> None:
    """The call of a callback is over: done, tried again later, or in line again at once.

    An agent whose phone was not picked up costs the customer nothing.
    """
    origin = call.origin
    callback = tx.callbacks.get(origin.callback) if isinstance(origin, DialledOut) else None
    if callback is None or callback.made != call.id:
        return
    rule = _rule(tx, callback)
    if call.talked is not None:
        close(tx, callback, CallbackState.DONE, "")
    elif not dialled:
        _again(tx, replace(callback, tries=callback.tries - 1), 0.0, call.agent)
    elif callback.tries >= rule.tries:
        close(tx, callback, CallbackState.FAILED, "no answer")
    else:
        _again(tx, callback, rule.pause_seconds, None)


def _rule(tx: SwitchTransaction, callback: Callback) -> CallbackRule:
    queue = tx.queues.get(callback.queue)
    return queue.callback if queue is not None else USUAL_CALLBACKS


def _again(
    tx: SwitchTransaction, callback: Callback, seconds: float, agent: AgentId | None
) -> None:
    state, tries = CallbackState.WAITING, callback.tries
    due = not_before(tx, callback.queue, tx.now + seconds) if seconds else None
    waiting = replace(callback, state=state, made=None, due=due)
    tx.note(
        callback.id,
        Kind.CALLBACK_OVER,
        None,
        state=state.value,
        why="again",
        tries=tries,
        **due_of(waiting),
    )
    wait(tx, waiting, agent)


def wait_over(tx: SwitchTransaction, callback: Callback) -> None:
    """The time to the next try is over, or an engine has looked long enough for the call."""
    if callback.made is not None and tx.calls.get(callback.made) is not None:
        timers = {DUE: tx.now + LOST_SECONDS}
        tx.callbacks.put(replace(callback, timers=timers))
    elif callback.made is not None and callback.tries >= _rule(tx, callback).tries:
        close(tx, callback, CallbackState.FAILED, "no answer")
    else:
        wait(tx, replace(callback, state=CallbackState.WAITING, made=None, timers=NO_TIMERS))


# ---- ends


def called_again(tx: SwitchTransaction, number: str) -> None:
    """A customer who waits for a callback calls again: it is canceled."""
    for callback in list(tx.callbacks.values()) if number else ():
        theirs = number in (callback.number, callback.caller)
        if theirs and callback.state is CallbackState.WAITING:
            close(tx, callback, CallbackState.CANCELED, "called again")


def cancel(tx: SwitchTransaction, event: CallbackCanceled) -> None:
    """Somebody who may cancels it. One that is called just now goes on."""
    close(tx, waiting(tx, event.callback), CallbackState.CANCELED, "canceled")


def waiting(tx: SwitchTransaction, id_: CallId) -> Callback:
    """Find a callback that waits; MissingError for any other."""
    callback = tx.callbacks.get(id_)
    if callback is None or callback.state is not CallbackState.WAITING:
        raise MissingError("This callback no longer waits.")
    return callback


def close(tx: SwitchTransaction, callback: Callback, state: CallbackState, why: str) -> None:
    """End a callback."""
    tx.callbacks.drop(callback.id)
    tx.note(callback.id, Kind.CALLBACK_OVER, state=state.value, why=why)
    leave_line(tx, callback)


def leave_line(tx: SwitchTransaction, callback: Callback) -> None:
    """Take a callback out of its line, if it stands in one."""
    work = tx.works.get(callback.work)
    if work is not None:
        floor.step(tx, floor_events.WorkEnded(work.id, "callback", wrap_up=False))


def queue_gone(tx: SwitchTransaction, work: Work) -> None:
    """The queue of a callback was removed: it waits on in the successor, if there is one."""
    callback = _of(tx, work)
    queue = successor_of(tx, work.queue)
    if callback is not None and queue is not None:
        tx.callbacks.put(replace(callback, queue=queue))
        overflow.move(tx, work, queue)
    elif callback is not None:
        close(tx, callback, CallbackState.FAILED, "queue gone")


# ---- a new engine


def restore(tx: SwitchTransaction, event: CallbackRestored) -> None:
    """An open callback from the facts. Whether its call is there is seen a minute later."""
    callback = event.callback
    if tx.callbacks.get(callback.id) is not None:
        return
    if callback.made is not None:
        tx.callbacks.put(replace(callback, timers={DUE: tx.now + LOST_SECONDS}))
    else:
        wait(tx, callback)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    CallbackRestored: restore,
    CallbackCanceled: cancel,
}
