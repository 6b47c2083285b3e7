"""A step type: its fields, its answer when a caller enters it, and the events it understands.

A step type knows neither the flow around it nor a clock. It answers with `Goto`, `Do` or
`LeaveFlow`, and `ivr/run.py` follows that answer through the flow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, NewType, TypeVar

from crm.kernel.destination import Destination, DestinationKind

StepId = NewType("StepId", str)

ERROR = "error"
"""Each step's output for failures. Unconnected, it leads to the safe end."""

StepState = Mapping[str, str | int | float]
"""What a step remembers while a caller is at it, e.g. the tries of a menu."""

UNSAVED = "_"
"""Begins the name of what a step remembers and no channel may carry: an engine's death loses it."""

HIDDEN = "•"
"""Stands in the timeline for a key that nobody is to see."""

F = TypeVar("F")


class WaitsFor(StrEnum):
    """What a caller's run through a flow waits for."""

    NOTHING = "nothing"  # the flow was left
    PROMPTS = "prompts"
    KEY = "key"
    ANSWER = "answer"


# ---- what a step orders


@dataclass(frozen=True, slots=True)
class Say:
    """Play prompts; their end is `PromptsOver`."""

    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for a key; `TimeOver` after the given number of seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask another system; the answer is `Answered` or `Failed`, else `TimeOver` after `seconds`."""

    question: str  # the question, e.g. "customer level"
    detail: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Stay:
    """Go on with what was ordered before: only what the step remembers is new."""


@dataclass(frozen=True, slots=True)
class Record:
    """Record what the caller says, after a tone, into a voicemail box; its end is `Answered`."""

    box: int
    seconds: int  # the longest message


FlowOrder = Say | Listen | Ask | Record | Stay


# ---- events of a run


@dataclass(frozen=True, slots=True)
class PromptsOver:
    """The prompts were played to their end."""


@dataclass(frozen=True, slots=True)
class TimeOver:
    """The time for a key or an answer is over."""


@dataclass(frozen=True, slots=True)
class Key:
    """The caller pressed a key."""

    digit: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The question that the run waits for has this answer."""

    value: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The order could not be carried out."""

    why: str


Heard = PromptsOver | TimeOver | Key | Answered | Failed


# ---- what a step changes of the call, beside the run's variables


@dataclass(frozen=True, slots=True)
class SurveyPlanned:
    """After the talk the caller goes through this flow."""

    flow: int


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """Before the talk the caller hears these prompts, and the agent's number between them."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """The caller gave a score."""

    question: str
    score: int


Effect = SurveyPlanned | AgentSaid | Scored

# ---- what a step answers


@dataclass(frozen=True, slots=True)
class Goto:
    """Go on with the step that an output leads to; set variables, change the call."""

    output: str
    sets: Mapping[str, str] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Do:
    """Stay at this step: an order, the event to wait for, and what the step remembers.

    As `Goto` it may set variables and change the call.
    """

    order: FlowOrder
    waits_for: WaitsFor
    state: StepState = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveFlow:
    """The flow is over: the caller goes on to a destination."""

    destination: Destination
    priority: int = 0  # in a queue
    needs: Mapping[str, int] = field(default_factory=dict)  # skill → level, beside the queue's own
    needs_seconds: float = 0.0  # then these needs are dropped; 0: never


@dataclass(frozen=True, slots=True)
class EnterFlow:
    """Go through another flow, then on with the step that an output leads to."""

    flow: int
    output: str


@dataclass(frozen=True, slots=True)
class ReturnFlow:
    """The sub-flow is over: back to the flow that entered it."""


StepAnswer = Goto | Do | LeaveFlow | EnterFlow | ReturnFlow

SAFE_END = LeaveFlow(Destination(DestinationKind.HANG_UP))
"""The destination of a caller when a flow gives none: the same for the whole site."""


@dataclass(frozen=True, slots=True)
class AtStep:
    """What a step knows about its run."""

    waits_for: WaitsFor
    state: StepState
    variables: Mapping[str, str]


# ---- a type, and a step of it


def hear_nothing(_fields: Any, _at: AtStep, _heard: Heard) -> None:
    """The `hear` of a step that never waits."""


def no_check(_step: StepId, _fields: Any) -> None:
    """The `check` of a type with fields that cannot be wrong."""


def hear_nothing_ahead(_fields: Any, _at: Any, _digit: str) -> None:
    """The `hear_ahead` of a step that takes no key pressed ahead as part of an input."""


def enter_anew(_fields: Any, _at: Any) -> None:
    """The `resume` of a step that a new engine enters as if the caller came to it just now."""


def hide_nothing(_fields: Any) -> bool:
    """The `hides` of a step with keys that may be seen in the timeline."""
    return False


def take_no_key(_fields: Any, _digit: str) -> None:
    """The `takes` of a step without choices: no key pressed ahead leaves it."""


@dataclass(frozen=True, slots=True)
class StepType(Generic[F]):
    """A type of step. Its outputs are those that its fields name, and `error`.

    `onward` is the output for a caller who does nothing. A type without `asks` asks nothing and
    only plays something, so a key pressed at it goes on along `onward` to the first step that asks;
    `takes` gives the output by which such a key leaves that step, `hear_ahead` the answer where it
    is the first of several. `resume` is the answer when a new engine finds a caller at the step.
    """

    name: str  # the type's word in documents
    label: str
    fields: type[F]  # a frozen dataclass; see ivr/fields.py
    enter: Callable[[F, AtStep], StepAnswer]
    hear: Callable[[F, AtStep, Heard], StepAnswer | None] = hear_nothing  # None: ignored
    check: Callable[[StepId, F], None] = no_check  # InvalidError says what is wrong
    onward: str = ""
    asks: bool = True
    takes: Callable[[F, str], str | None] = take_no_key
    fact: str = ""  # the type's word in facts, if it differs
    hear_ahead: Callable[[F, AtStep, str], StepAnswer | None] = hear_nothing_ahead
    resume: Callable[[F, AtStep], StepAnswer | None] = enter_anew  # None: enter it anew
    hides: Callable[[F], bool] = hide_nothing  # whether pressed keys are kept out of the timeline

    @property
    def word(self) -> str:
        """The type's word in the facts of a call."""
        return self.fact or self.name

    @property
    def passes(self) -> bool:
        """Whether a caller passes through such a step without being asked anything."""
        return bool(self.onward) and not self.asks


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a flow, read and checked."""

    type: StepType[Any]
    fields: Any
    outputs: Mapping[str, StepId]  # those that are connected
