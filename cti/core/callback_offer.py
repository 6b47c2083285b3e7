"""Callers who are asked about a callback: at which number, when, and back into line if not.

The questions stand in `cti.core.callback_menu`. A caller who says nothing, or cannot be called,
keeps the place in the queue.
"""

from dataclasses import replace

from acd.callbacks.times import times_to_choose
from acd.queue import QueueKey
from crm.calls.record import Kind
from crm.kernel.state import with_timer, without_timer
from cti.core import (
    announce,
    callback_menu,
    callback_wishes,
    flows,
    overflow,
    placement,
    queueing,
)
from cti.core.call import Call
from cti.core.callback_menu import (
    AskCaller,
    AwaitKey,
    CallbackOffer,
    Check,
    Choices,
    Heard,
    Keep,
    NoKey,
    NumberChecked,
    OfferKey,
    OfferStage,
    Order,
    StayThere,
)
from cti.core.leg import LegId, Silent
from cti.core.state import SwitchTransaction


def offer(tx: SwitchTransaction, call: Call, leg: LegId, queue: QueueKey) -> None:
    """Ask the caller; where nobody can be called, they stay in line."""
    if tx.queues.get(queue) is None or not callback_wishes.can_call_any(tx):
        _stay(tx, call, leg, queue)
    else:
        ask_again(tx, call, leg, CallbackOffer(queue))


def ask_again(tx: SwitchTransaction, call: Call, leg: LegId, asked: CallbackOffer) -> None:
    """Ask the question at which the caller is, from its beginning."""
    _follow(tx, call, leg, *callback_menu.enter(asked, _choices(tx, call, asked)))


def asked(tx: SwitchTransaction, call: Call, leg: LegId) -> None:
    """The question is over: wait for a key."""
    one = call.offered
    if one is None:
        return
    if one.stage is OfferStage.STAYS:
        _hear(tx, call, leg, NoKey())
        return
    _wait(tx, call, leg, callback_menu.seconds_for(one))


def press(tx: SwitchTransaction, call: Call, leg: LegId, digit: str) -> None:
    """A key. The digits of a number are not noted one by one."""
    one = call.offered
    if one is None:
        return
    if one.stage is not OfferStage.NUMBER:
        tx.note(call.id, Kind.DIGIT, digit=digit, node="callback", choice="")
    _hear(tx, call, leg, OfferKey(digit))


def due(tx: SwitchTransaction, call: Call, leg: LegId) -> None:
    """No key came, or a question's end was never told."""
    _hear(tx, call, leg, NoKey())


def left(tx: SwitchTransaction, call: Call) -> None:
    """The call ends: who wants a callback and was asked for the time is called at their turn."""
    one = call.offered
    if one is not None and one.stage is OfferStage.TIME:
        callback_wishes.keep(tx, call, one.queue, one.number, None)


def _hear(tx: SwitchTransaction, call: Call, leg: LegId, heard: Heard) -> None:
    one = call.offered
    outcome = callback_menu.hear(one, heard, _choices(tx, call, one)) if one is not None else None
    if outcome is not None:
        _follow(tx, call, leg, *outcome)


def _choices(tx: SwitchTransaction, call: Call, one: CallbackOffer) -> Choices:
    queue = tx.queues.get(one.queue)
    own = callback_wishes.callable_number(tx, call.customer_number)
    language = flows.language_of(tx, call)
    if queue is None or not queue.callback.choose_time:
        return Choices(own, language=language)
    return Choices(own, times_to_choose(overflow.hours_of(tx, queue), tx.now), language)


def _follow(
    tx: SwitchTransaction, call: Call, leg: LegId, one: CallbackOffer, order: Order
) -> None:
    call = replace(call, offered=one, timers=without_timer(call.timers, "flow"))
    tx.calls.put(call)
    match order:
        case AskCaller(prompts=prompts):
            announce.say(tx, call, leg, prompts)
        case AwaitKey(seconds=seconds):
            _wait(tx, call, leg, seconds)
        case Check(typed=typed):
            _hear(tx, call, leg, NumberChecked(callback_wishes.callable_number(tx, typed)))
        case Keep():
            _keep(tx, call, leg, one, order)
        case StayThere():
            _stay(tx, call, leg, one.queue)


def _wait(tx: SwitchTransaction, call: Call, leg: LegId, seconds: float) -> None:
    tx.calls.put(replace(call, timers=with_timer(call.timers, "flow", tx.now + seconds)))
    placement.place(tx, leg, Silent())


def _keep(tx: SwitchTransaction, call: Call, leg: LegId, one: CallbackOffer, keep: Keep) -> None:
    queue = tx.queues.get(one.queue)
    hours = overflow.hours_of(tx, queue) if queue is not None else None
    at = times_to_choose(hours, tx.now).get(keep.time) if keep.time else None
    call = replace(call, offered=None)
    tx.calls.put(call)
    callback_wishes.keep(tx, call, one.queue, keep.number, at)
    thanks = callback_menu.THANKS if at is None else callback_menu.THANKS_LATER
    announce.say_farewell(tx, tx.calls.get(call.id) or call, leg, thanks)


def _stay(tx: SwitchTransaction, call: Call, leg: LegId, key: QueueKey) -> None:
    call = replace(call, offered=None)
    tx.calls.put(call)
    queue = tx.queues.get(key)
    if queue is not None and overflow.not_taken_in(tx, queue) is not None:
        announce.say_farewell(tx, call, leg, announce.NOT_TAKEN)
        return
    priority = max(0, call.priority - call.boost)
    since, needs = call.waiting_since, call.needs
    queueing.enqueue(tx, call, leg, key, priority, since=since, needs=needs)
