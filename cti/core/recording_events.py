"""The events by which the core learns about recordings."""

from dataclasses import dataclass

from crm.calls.record import CallId


@dataclass(frozen=True, slots=True)
class RecordingBegan:
    """Asterisk writes the call's sound to `file`."""

    call: CallId
    file: str


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """There is no recording, or a part of it is missing; the talk goes on, or is over by now."""

    call: CallId
    why: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class RecordingOver:
    """A recording was stopped, though its call goes on."""

    call: CallId


@dataclass(frozen=True, slots=True)
class RecordAgain:
    """A talk without its recording, or a recording after its talk: try once more."""

    call: CallId


RecordingEvent = RecordingBegan | RecordingFailed | RecordAgain | RecordingOver
