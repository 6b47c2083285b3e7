"""What the fake Asterisk does at each command: one small function for each type."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cti.core import events as e
from cti.core.commands import (
    AcceptRefer,
    Answer,
    Command,
    CreateLeg,
    CreateTrunkLeg,
    DialLeg,
    DropBridge,
    HangUp,
    Join,
    Leave,
    Mute,
    RefuseRefer,
    SaveContext,
    Snoop,
    StartRecording,
    StopRecording,
)
from cti.core.context import context_of, leg_context, trunk_leg_context
from cti.core.leg import LegId
from cti.core.look import Hangup
from cti.core.recording_events import RecordingBegan, RecordingFailed, RecordingOver
from cti.fake_sounds import play

if TYPE_CHECKING:
    from cti.fake import FakeAsterisk


def do(fake: "FakeAsterisk", command: Command) -> list[e.Event]:
    """Carry out a command; give what Asterisk says of it."""
    if type(command) in fake.refuse:
        return [e.CommandFailed(command, "refused", refused=True)]
    does = _DOES.get(type(command))
    if does is None:
        return play(fake.hearing, fake.playing, command)
    return does(fake, command) or []


def gone(fake: "FakeAsterisk", leg: LegId, cause: int) -> list[e.Event]:
    """End a channel, and those that only listened to it."""
    if not remove(fake, leg):
        return []
    fake.ended_with[leg] = Hangup(fake.now, cause)
    ears = [one for one, of in fake.snoops.items() if of == leg and one in fake.channels]
    return [e.LegEnded(leg, cause), *(told for one in ears for told in gone(fake, one, 16))]


def remove(fake: "FakeAsterisk", leg: LegId) -> bool:
    """Take a channel away without a word; gives whether it was there."""
    there = fake.channels.pop(leg, None) is not None
    fake.hearing.pop(leg, None)
    fake.saved.pop(leg, None)
    for bridge in fake.bridges.values():
        bridge.discard(leg)
    return there


def _answer(fake: "FakeAsterisk", answer: Answer) -> None:
    fake.channels[answer.leg] = "up"


def _create(fake: "FakeAsterisk", made: CreateLeg) -> list[e.Event]:
    if made.agent in fake.unreachable:
        return [e.CommandFailed(made, "no contact")]
    fake.channels[made.leg], fake.born[made.leg] = "down", fake.now
    fake.saved[made.leg] = leg_context(made.role, made.call, made.agent, made.phone)
    return [e.LegCreated(made.leg)]


def _create_over_trunk(fake: "FakeAsterisk", made: CreateTrunkLeg) -> list[e.Event]:
    if made.trunk in fake.dead_trunks:
        return [e.CommandFailed(made, "Allocation failed")]
    fake.channels[made.leg], fake.born[made.leg] = "down", fake.now
    fake.dialled[made.leg] = (made.trunk, made.digits, made.shown_number)
    fake.saved[made.leg] = trunk_leg_context(fake.state.legs[made.leg])
    return [e.LegCreated(made.leg)]


def _snoop(fake: "FakeAsterisk", snoop: Snoop) -> list[e.Event]:
    if snoop.of not in fake.channels:
        return [e.CommandFailed(snoop, "channel not found")]
    fake.channels[snoop.leg], fake.born[snoop.leg] = "up", fake.now
    fake.snoops[snoop.leg] = snoop.of
    return [e.LegCreated(snoop.leg)]


def _dial(fake: "FakeAsterisk", dial: DialLeg) -> list[e.Event]:
    if dial.leg in fake.called:
        return gone(fake, dial.leg, 16)
    fake.called.add(dial.leg)
    if fake.early:
        return []
    fake.channels[dial.leg] = "ring"
    return [e.LegRang(dial.leg)]


def _hang_up(fake: "FakeAsterisk", order: HangUp) -> list[e.Event]:
    return gone(fake, order.leg, 26 if order.reason == "handed_over" else 16)


def _join(fake: "FakeAsterisk", join: Join) -> list[e.Event]:
    if any(leg in fake.elsewhere for leg in join.legs):
        return [e.CommandFailed(join, "not in our hands", elsewhere=True)]
    if not all(leg in fake.channels for leg in join.legs):
        return [e.CommandFailed(join, "channel not found")]
    for members in fake.bridges.values():
        members.difference_update(join.legs)
    fake.bridges.setdefault(join.bridge, set()).update(join.legs)
    return []


def _leave(fake: "FakeAsterisk", order: Leave) -> None:
    fake.bridges.get(order.bridge, set()).discard(order.leg)


def _drop(fake: "FakeAsterisk", order: DropBridge) -> None:
    fake.bridges.pop(order.bridge, None)


def _mute(fake: "FakeAsterisk", mute: Mute) -> None:
    (fake.muted.add if mute.muted else fake.muted.discard)(mute.leg)


def _save(fake: "FakeAsterisk", save: SaveContext) -> None:
    leg = fake.state.legs.get(save.leg)
    if leg is not None:
        call = fake.state.calls.get(leg.call) if leg.call is not None else None
        fake.saved[save.leg] = context_of(fake.state, leg, call)


def _record(fake: "FakeAsterisk", order: StartRecording) -> list[e.Event]:
    if not fake.recorder:
        return [RecordingFailed(order.call, "the recorder is away")]
    if fake.talking(order.leg):
        return [RecordingFailed(order.call, "in a bridge")]
    fake.recorded.add(order.call)
    return [RecordingBegan(order.call, f"2026/11/22/{order.call}")]


def _stop_recording(fake: "FakeAsterisk", order: StopRecording) -> list[e.Event]:
    fake.recorded.discard(order.call)
    return [RecordingOver(order.call)]


_DOES: Mapping[type, Callable[["FakeAsterisk", Any], list[e.Event] | None]] = {
    Answer: _answer,
    CreateLeg: _create,
    CreateTrunkLeg: _create_over_trunk,
    Snoop: _snoop,
    DialLeg: _dial,
    HangUp: _hang_up,
    Join: _join,
    Leave: _leave,
    Mute: _mute,
    AcceptRefer: lambda fake, order: fake.referred.append(order.leg),
    RefuseRefer: lambda fake, order: fake.declined.append(order.leg),
    DropBridge: _drop,
    SaveContext: _save,
    StartRecording: _record,
    StopRecording: _stop_recording,
}
"""All others are about what a leg hears."""
