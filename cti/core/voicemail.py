"""Voicemail: a caller hears the greeting of a box and the tone, and leaves a message.

Asterisk writes the file by itself: a message goes on although the engine dies, and is noted when
the call ends.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.calls.record import Kind
from crm.kernel.state import with_timer, without_timer
from crm.voicemail.box import BoxId
from cti.core import announce, calls, inbound, placement
from cti.core.call import Call
from cti.core.events import MessageEnded
from cti.core.leg import LeavingMessage, Leg, LegId
from cti.core.state import SwitchTransaction
from ivr.steps.record import RECORDING

SPARE_SECONDS = 10.0
"""How long after the longest message Asterisk has surely ended it."""

THANKS = ("goodbye",)

NORMAL, UNALLOCATED = 16, 1  # Q.850


def enter(tx: SwitchTransaction, call: Call, leg: LegId, box_id: BoxId) -> None:
    """Play the greeting of a box."""
    box = tx.routes.boxes.get(box_id)
    if box is None:
        fault = f"no voicemail box {box_id}"
        calls.end(tx, call, by="system", cause=UNALLOCATED, fault=fault)
        return
    if call.box != box.id:
        tx.note(call.id, Kind.VOICEMAIL, box=box.id, name=box.name)
    announce.say(tx, replace(call, box=box.id), leg, (box.greeting,))


def greeted(tx: SwitchTransaction, call: Call, leg: LegId) -> None:
    """The greeting is over, or could not be played: the tone, and the message."""
    box = tx.routes.boxes.get(call.box) if call.box is not None else None
    if box is None:
        calls.end(tx, call, by="system", cause=NORMAL)
        return
    seconds = box.most_seconds
    file = f"voicemail/{call.id}-{call.plays}"
    timers = with_timer(call.timers, "flow", tx.now + seconds + SPARE_SECONDS)
    tx.calls.put(replace(call, timers=timers))
    placement.place(tx, leg, LeavingMessage(file, seconds))


def record(tx: SwitchTransaction, call: Call, leg: LegId, box_id: BoxId, seconds: int) -> None:
    """Record for a flow's step, which goes on after the message."""
    if box_id not in tx.routes.boxes:
        tx.calls.put(call)
        inbound.message_over(tx, call, leg, "no such box")
        return
    call = replace(call, box=box_id, plays=call.plays + 1)
    timers = with_timer(call.timers, "flow", tx.now + seconds + SPARE_SECONDS)
    tx.calls.put(replace(call, timers=timers))
    placement.place(tx, leg, LeavingMessage(f"voicemail/{call.id}-{call.plays}", seconds))


def is_step(call: Call) -> bool:
    """Whether a flow's step records the message."""
    return call.run is not None and RECORDING in call.run.state


def message_ended(tx: SwitchTransaction, event: MessageEnded) -> None:
    """The caller was silent, pressed #, or spoke for as long as is allowed."""
    leg = tx.legs.get(event.leg)
    call = tx.calls.get(leg.call) if leg is not None else None
    if leg is None or call is None or not isinstance(leg.placement, LeavingMessage):
        return
    if leg.placement.file == event.file:
        _thank(tx, call, leg)


def due(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """Go on after a greeting or a message whose end was not reported."""
    if isinstance(leg.placement, LeavingMessage):
        _thank(tx, call, leg)
    else:
        placement.ran_out(tx, leg.id)
        greeted(tx, call, leg.id)


def _thank(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    if isinstance(leg.placement, LeavingMessage):
        calls.note_message(tx, call, leg.placement.file, tx.now - leg.placed)
    placement.ran_out(tx, leg.id)
    if is_step(call):
        call = replace(call, box=None, timers=without_timer(call.timers, "flow"))
        tx.calls.put(call)
        inbound.message_over(tx, call, leg.id)
        return
    announce.say_farewell(tx, call, leg.id, THANKS)


def found(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """Go on with a message that was being left when the engine died; it may have ended since."""
    if isinstance(leg.placement, LeavingMessage):
        left = max(SPARE_SECONDS, leg.placed + leg.placement.most_seconds + SPARE_SECONDS - tx.now)
        tx.calls.put(replace(call, timers=with_timer(call.timers, "flow", tx.now + left)))


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {MessageEnded: message_ended}
