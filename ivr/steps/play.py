"""Play prompts one after the other, then go on."""

from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.step import (
    Answered,
    AtStep,
    Do,
    Goto,
    Heard,
    Key,
    Say,
    StepAnswer,
    StepId,
    StepType,
    WaitsFor,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayFields:
    """The prompts, and the step after them."""

    prompts: tuple[str, ...] = field(
        default=(), metadata=spec(N_("Prompts"), FieldKind.PROMPTS, least=1)
    )
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def check(step: StepId, fields: PlayFields) -> None:
    """Require a prompt."""
    if not fields.prompts:
        raise InvalidError("The step “{node}” plays nothing.", field=step, node=step)


def enter(fields: PlayFields, _at: AtStep) -> StepAnswer:
    """Play the prompts."""
    return Do(Say(fields.prompts), WaitsFor.PROMPTS)


def hear(_fields: PlayFields, _at: AtStep, heard: Heard) -> StepAnswer | None:
    """Go on, also when the prompts could not be played."""
    return None if isinstance(heard, Key | Answered) else Goto("then")


STEP = StepType(
    "play",
    N_("Play prompts"),
    PlayFields,
    enter,
    hear,
    check,
    onward="then",
    asks=False,
)
