"""Answers to questions of a call: of flows, other systems, and voicemail boxes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from acd.callback import Callback
from acd.estimate import LineHistory
from acd.preferred import FamiliarAgents
from acd.queue import QueueKey
from crm.calls.record import CallId
from crm.kernel.destination import Destination
from crm.voicemail.by_phone.access import BoxAnswer, PlayedMessage


@dataclass(frozen=True, slots=True)
class CustomAnswered:
    """Another system says where a call goes, or does not: then `why` says the reason."""

    call: CallId
    question: str  # the id under which it was asked
    destination: Destination | None = None
    priority: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)
    why: str = ""  # a key of `crm.custom_destinations.custom.REASONS`
    seconds: float = 0.0  # until the answer
    status: int = 0  # HTTP


@dataclass(frozen=True, slots=True)
class BoxAnswered:
    """A question about a voicemail box is answered, or cannot be."""

    call: CallId
    question: str  # the id under which it was asked
    answer: BoxAnswer
    messages: tuple[PlayedMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class CallbackRestored:
    """An open callback of the facts, after the engine's start."""

    callback: Callback


@dataclass(frozen=True, slots=True)
class HistoryRestored:
    """What the facts remember of a queue's waits and calls, after the engine's start."""

    queue: QueueKey
    history: LineHistory


@dataclass(frozen=True, slots=True)
class AgentsFound:
    """Which agents know a caller."""

    call: CallId
    known: FamiliarAgents


@dataclass(frozen=True, slots=True)
class FlowAnswered:
    """A question of a flow's step is answered, or will not be: then `why` says the reason."""

    call: CallId
    question: str  # the id under which it was asked
    value: str
    why: str = ""


AnswerEvent = (
    FlowAnswered | CustomAnswered | BoxAnswered | AgentsFound | CallbackRestored | HistoryRestored
)
