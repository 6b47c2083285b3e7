"""Bad sound on a leg: shown to the agents in the call, and noted on the call's timeline.

What is measured stays outside of the core (`cti.engine.sound`); the core hears of changes only.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.calls.record import Kind
from cti.core.leg import BadSound, Leg, LegState, SoundTrouble
from cti.core.quality import SoundSide
from cti.core.sound_events import SoundChanged
from cti.core.state import SwitchTransaction

_Heard = BadSound | None


def sound_changed(tx: SwitchTransaction, event: SoundChanged) -> None:
    """Note that the sound of a leg is bad now, or good again."""
    leg = tx.legs.get(event.leg)
    if leg is None or leg.state is not LegState.UP or leg.sound == event.sound:
        return
    tx.legs.put(replace(leg, sound=event.sound))
    before, after = _by_side(leg.sound), _by_side(event.sound)
    for side in SoundSide:
        _note(tx, leg, side, before[side], after[side])


def _note(
    tx: SwitchTransaction,
    leg: Leg,
    side: SoundSide,
    before: BadSound | None,
    after: BadSound | None,
) -> None:
    """Note the beginning and the end of bad sound."""
    if leg.call is None:
        return
    about: dict[str, str | int] = {"leg": leg.id, "role": leg.role.value, "side": side.value}
    if leg.agent is not None:
        about["agent"] = leg.agent
    call = leg.call
    if after is not None and before is None:
        tx.note(call, Kind.SOUND_BAD, None, **about, loss=after.loss, mos=after.mos)
    elif after is None and before is not None:
        tx.note(call, Kind.SOUND_GOOD, None, **about)


def _by_side(sound: SoundTrouble) -> Mapping[SoundSide, _Heard]:
    return {SoundSide.RECEIVED: sound.received, SoundSide.SENT: sound.sent}


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {SoundChanged: sound_changed}
