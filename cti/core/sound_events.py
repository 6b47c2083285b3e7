"""The events by which the core learns about the sound of legs."""

from dataclasses import dataclass

from cti.core.leg import LegId, SoundTrouble


@dataclass(frozen=True, slots=True)
class SoundChanged:
    """The sound of a leg became bad, good again, or bad in another way."""

    leg: LegId
    sound: SoundTrouble
