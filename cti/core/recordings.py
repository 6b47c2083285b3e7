"""Recordings of talks: begun, failed, tried once more; stopped before a survey."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.calls.record import Kind
from cti.core import calls
from cti.core.call import Call
from cti.core.commands import StopRecording
from cti.core.leg import LegId
from cti.core.recording_events import RecordAgain, RecordingBegan, RecordingFailed, RecordingOver
from cti.core.stage import IN_TALK, Stage, is_up, situation
from cti.core.state import SwitchTransaction


def recording_began(tx: SwitchTransaction, event: RecordingBegan) -> None:
    """Note the file and how much of the talk it misses."""
    call = tx.calls.get(event.call)
    if call is None or call.recording == "on":
        return
    late = 0.0
    if call.recording == "failed" and call.talked is not None:
        late = round(tx.now - call.talked, 1)
    tx.note(call.id, Kind.RECORDING, file=event.file, late=late)
    _now(tx, call, "on")


def recording_failed(tx: SwitchTransaction, event: RecordingFailed) -> None:
    """A dead recorder does not stop a call: it is noted, and tried again."""
    if event.over:
        tx.note(event.call, Kind.RECORDING_FAILED, why=event.why)
        return
    call = tx.calls.get(event.call)
    if call is None or call.recording in ("off", "failed"):
        return
    tx.note(call.id, Kind.RECORDING_FAILED, why=event.why)
    _now(tx, call, "failed")


def _now(tx: SwitchTransaction, call: Call, recording: str) -> None:
    """What was heard of the recorder; one that is to be stopped is stopped all the same."""
    if call.recording != "ending":
        tx.calls.put(replace(call, recording=recording))


def stop(tx: SwitchTransaction, call: Call, leg: LegId) -> Call:
    """Stop the recording: the talk is over, and what follows is not recorded.

    A recorder that has failed, or not answered yet, may be writing.
    """
    if call.recording == "off":
        return call
    tx.do(StopRecording(leg, call.id))
    call = replace(call, recording="ending")
    tx.calls.put(call)
    return call


def recording_over(tx: SwitchTransaction, event: RecordingOver) -> None:
    """The next talk of the call is recorded anew."""
    call = tx.calls.get(event.call)
    if call is not None and call.recording == "ending":
        tx.calls.put(replace(call, recording="off"))


def record_again(tx: SwitchTransaction, event: RecordAgain) -> None:
    """Start a recording late; the customer leaves the bridge for some milliseconds.

    One that was to be stopped is stopped now, or goes on if there is a talk again.
    """
    call = tx.calls.get(event.call)
    if call is None or call.recording not in ("failed", "ending"):
        return
    seen = situation(tx, call)
    if call.recording == "ending":
        if seen.stage in IN_TALK:
            tx.calls.put(replace(call, recording="on"))
        elif seen.customer_leg is not None:
            stop(tx, call, seen.customer_leg.id)
        return
    if seen.stage is Stage.TALKING and seen.customer_leg is not None and is_up(seen.agent_leg):
        customer = seen.customer_leg.id
        calls.join_talk(tx, call, customer, (customer,), record=True)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    RecordingBegan: recording_began,
    RecordingFailed: recording_failed,
    RecordAgain: record_again,
    RecordingOver: recording_over,
}
