"""Wishes for a callback: of callers, and of users; changed while the customer waits.

A number is checked by the outbound rules and the number lists before it is taken.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd.callback import Callback, CallbackState, moved_to
from acd.callbacks.times import opens
from acd.queue import QueueKey
from acd.service_level import needs_said
from crm.calls.record import CallId, Kind
from crm.kernel.errors import ConflictError, InvalidError
from crm.kernel.text import N_
from cti.core import callbacks, flows, overflow, trunk_legs
from cti.core.call import Call
from cti.core.callback_requests import CallbackAdded, CallbackChanged
from cti.core.state import SwitchTransaction
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import SYSTEM, Allowed, Moment, Refused, Usage, may_dial

FURTHEST_SECONDS = 366 * 24 * 3600.0
"""A callback may be set for a time of the next year."""

NOT_CALLED_BACK = N_("The number {number} cannot be called back.")
NO_QUEUE = N_("There is no queue “{queue}”.")
TWICE = N_("This number already waits for a callback from this queue.")
NO_TIME = N_("Choose a time in the coming year.")
CLOSED_THEN = N_("The queue is closed at this time.")


# ---- numbers


def callable_number(tx: SwitchTransaction, number: str) -> str:
    """Give a number that may be called back as E.164, however busy the lines are now; else ""."""
    decision = _may_call(tx, number) if number else None
    return decision.number if isinstance(decision, Allowed) else ""


def can_call_any(tx: SwitchTransaction) -> bool:
    """Whether any number outside can be called at all."""
    return any(rule.trunks for rule in tx.outbound.rules)


def _may_call(tx: SwitchTransaction, number: str) -> Allowed | Refused:
    """Ask the outbound rules and the number lists. Not ours, and not the police."""
    counts = trunk_legs.usage(tx, SYSTEM).counts
    moment = Moment(tx.now, Usage(counts=counts), tx.routes.lists)
    decision = may_dial(number, SYSTEM, tx.outbound, moment)
    if not isinstance(decision, Allowed):
        return decision
    own = decision.number in tx.outbound.own_numbers or decision.number in tx.routes.numbers
    if own or decision.number_class is NumberClass.EMERGENCY:
        return Refused(NOT_CALLED_BACK, decision.number)
    return decision


# ---- wishes


def keep(tx: SwitchTransaction, call: Call, queue: QueueKey, number: str, at: float | None) -> None:
    """Keep a caller's wish: one callback a number and queue, a second has the first one's place.

    Out of the opening hours the callback waits for the opening.
    """
    since = call.waiting_since if call.waiting_since is not None else call.arrived
    for other in list(tx.callbacks.values()):
        if other.number == number and other.queue == queue:
            since = min(since, other.since)
            callbacks.close(tx, other, CallbackState.CANCELED, "asked again")
    callback = Callback(
        call.id,
        number,
        queue,
        since,
        call.priority,
        flows.language_of(tx, call),
        call.customer,
        caller=call.customer_number,
        needs=call.needs.needs,
        needs_until=call.needs.until,
    )
    customer = call.customer.id if call.customer is not None else 0
    _begin(tx, _at(tx, callback, at), {"customer": customer})


def add(tx: SwitchTransaction, event: CallbackAdded) -> None:
    """A user adds a callback; InvalidError and ConflictError say why it cannot be."""
    if tx.callbacks.get(event.callback) is not None:
        return
    if tx.queues.get(event.queue) is None:
        raise InvalidError(NO_QUEUE, field="queue", queue=event.queue)
    number = _checked_number(tx, event.number)
    _check_alone(tx, event.callback, number, event.queue)
    _check_time(tx, event.queue, event.at)
    callback = _at(tx, Callback(event.callback, number, event.queue, tx.now), event.at)
    _begin(tx, callback, {"note": event.note, "by": event.by, "customer": event.customer})


def _begin(tx: SwitchTransaction, callback: Callback, more: Mapping[str, str | int]) -> None:
    tx.note(
        callback.id,
        Kind.CALLBACK_ASKED,
        None,
        number=callback.number,
        queue=callback.queue,
        since=round(callback.since, 3),
        priority=callback.priority,
        language=callback.language,
        **{name: value for name, value in {"caller": callback.caller, **more}.items() if value},
        **_needs_of(callback),
        **callbacks.due_of(callback),
    )
    callbacks.wait(tx, callback)


def _needs_of(callback: Callback) -> dict[str, str | float]:
    """What the fact says of the needs."""
    if not callback.needs:
        return {}
    until = {"needs_until": round(callback.needs_until, 3)} if callback.needs_until else {}
    return {"needs": ", ".join(needs_said(callback.needs)), **until}


def change(tx: SwitchTransaction, event: CallbackChanged) -> None:
    """A user changes the number or the time of a callback that waits."""
    callback = callbacks.waiting(tx, event.callback)
    changed = callback
    if event.number is not None:
        number = _checked_number(tx, event.number)
        _check_alone(tx, callback.id, number, callback.queue)
        changed = replace(changed, number=number)
    if event.moves:
        _check_time(tx, callback.queue, event.at)
        changed = _at(tx, moved_to(changed, None, tx.now), event.at)
    if changed == callback:
        return
    callbacks.note_changed(tx, changed)
    callbacks.leave_line(tx, callback)
    callbacks.wait(tx, changed)


def _at(tx: SwitchTransaction, callback: Callback, at: float | None) -> Callback:
    """The callback at a chosen time, or as soon as it is its turn and the queue is open."""
    if at is not None:
        return moved_to(callback, at, tx.now)
    return replace(callback, due=callbacks.not_before(tx, callback.queue, tx.now))


def _checked_number(tx: SwitchTransaction, number: str) -> str:
    decision = _may_call(tx, number)
    if isinstance(decision, Refused):
        raise InvalidError(decision.sentence, field="number", **decision.values)
    return decision.number


def _check_alone(tx: SwitchTransaction, id_: CallId, number: str, queue: QueueKey) -> None:
    for other in tx.callbacks.values():
        if (other.number, other.queue) == (number, queue) and other.id != id_:
            raise ConflictError(TWICE)


def _check_time(tx: SwitchTransaction, key: QueueKey, at: float | None) -> None:
    queue = tx.queues.get(key)
    if at is None:
        return
    if not tx.now < at <= tx.now + FURTHEST_SECONDS:
        raise InvalidError(NO_TIME, field="at")
    if queue is not None and not opens(overflow.hours_of(tx, queue), at):
        raise InvalidError(CLOSED_THEN, field="at")


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    CallbackChanged: change,
    CallbackAdded: add,
}
