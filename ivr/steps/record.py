"""Record what the caller says into a voicemail box, and go on."""

from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.step import (
    ERROR,
    Answered,
    AtStep,
    Do,
    Failed,
    Goto,
    Heard,
    Key,
    PromptsOver,
    Record,
    Say,
    StepAnswer,
    StepId,
    StepType,
    WaitsFor,
)

RECORDING = "recording"
SHORTEST, LONGEST = 5, 600  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFields:
    """The box that gets the message, the words before it, and the step after it."""

    box: int = field(metadata=spec(N_("Voicemail box"), FieldKind.BOX))
    prompts: tuple[str, ...] = field(
        default=("voicemail",), metadata=spec(N_("Prompts"), FieldKind.PROMPTS)
    )
    most_seconds: int = field(
        default=120,
        metadata=spec(
            N_("Longest message in seconds"), FieldKind.INTEGER, least=SHORTEST, most=LONGEST
        ),
    )
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def check(step: StepId, fields: RecordFields) -> None:
    """Require a bounded length."""
    if not SHORTEST <= fields.most_seconds <= LONGEST:
        raise InvalidError("The step “{node}” records 5 to 600 seconds.", field=step, node=step)


def enter(fields: RecordFields, _at: AtStep) -> StepAnswer:
    """Say the words before the tone."""
    return Do(Say(fields.prompts), WaitsFor.PROMPTS) if fields.prompts else _record(fields)


def _record(fields: RecordFields) -> StepAnswer:
    order = Record(fields.box, fields.most_seconds)
    return Do(order, WaitsFor.ANSWER, {RECORDING: 1})


def hear(fields: RecordFields, at: AtStep, heard: Heard) -> StepAnswer | None:
    """Record after the prompts or after a key; go on after the message."""
    match heard:
        case Answered() if RECORDING in at.state:
            return Goto("then")
        case Failed() if RECORDING in at.state:
            return Goto(ERROR)
        case Key() if RECORDING in at.state:
            return None
        case PromptsOver() | Failed() | Key() if RECORDING not in at.state:
            return _record(fields)
        case _:
            return Goto("then")


def resume(_fields: RecordFields, at: AtStep) -> StepAnswer | None:
    """A message that was begun has ended meanwhile: the caller is not asked for it again."""
    return Goto("then") if RECORDING in at.state else None


STEP = StepType(
    "record",
    N_("Record a message"),
    RecordFields,
    enter,
    hear,
    check,
    onward="then",
    resume=resume,
)
