"""Say goodbye and end the call."""

from dataclasses import dataclass, field

from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.step import (
    SAFE_END,
    Answered,
    AtStep,
    Do,
    Heard,
    Key,
    Say,
    StepAnswer,
    StepType,
    WaitsFor,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpFields:
    """The last prompts, if any."""

    prompts: tuple[str, ...] = field(default=(), metadata=spec(N_("Prompts"), FieldKind.PROMPTS))


def enter(fields: HangUpFields, _at: AtStep) -> StepAnswer:
    """Play the last prompts, then hang up."""
    return Do(Say(fields.prompts), WaitsFor.PROMPTS) if fields.prompts else SAFE_END


def hear(_fields: HangUpFields, _at: AtStep, heard: Heard) -> StepAnswer | None:
    """Hang up after the last prompts, also when they could not be played."""
    return None if isinstance(heard, Key | Answered) else SAFE_END


STEP = StepType("hangup", N_("Hang up"), HangUpFields, enter, hear)
