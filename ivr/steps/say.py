"""Say a number, digits, a date, a time or an amount in the caller's language, then go on."""

from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.speak.say import SayAs, words_of
from ivr.speak.speech import Currency
from ivr.step import (
    ERROR,
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
from ivr.steps.language import DEFAULT, LANGUAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class SayFields:
    """What is said, prompts around it, and the step after."""

    say_as: str = field(
        metadata=spec(N_("Say it as"), FieldKind.OPTION, options=[one.value for one in SayAs])
    )
    value: str = field(default="", metadata=spec(N_("Fixed value"), FieldKind.TEXT))
    variable: str = field(default="", metadata=spec(N_("Variable"), FieldKind.TEXT))
    currency: str = field(
        default=Currency.CNY.value,
        metadata=spec(N_("Currency"), FieldKind.OPTION, options=[one.value for one in Currency]),
    )
    before: tuple[str, ...] = field(
        default=(), metadata=spec(N_("Prompts before it"), FieldKind.PROMPTS)
    )
    after: tuple[str, ...] = field(
        default=(), metadata=spec(N_("Prompts after it"), FieldKind.PROMPTS)
    )
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def check(step: StepId, fields: SayFields) -> None:
    """Require either a variable or a fixed value that can be said so."""
    if bool(fields.value) == bool(fields.variable):
        raise InvalidError(
            "The step “{node}” needs either a variable or a fixed value.", field=step, node=step
        )
    try:
        if fields.value:
            words_of(fields.value, SayAs(fields.say_as), DEFAULT)
    except ValueError:
        raise InvalidError(
            "The step “{node}” cannot say “{value}”.", field=step, node=step, value=fields.value
        ) from None


def enter(fields: SayFields, at: AtStep) -> StepAnswer:
    """Say it; a variable that is empty or no such thing is an error."""
    text = fields.value or at.variables.get(fields.variable, "")
    language = at.variables.get(LANGUAGE, DEFAULT)
    try:
        words = words_of(text, SayAs(fields.say_as), language, Currency(fields.currency))
    except ValueError:
        return Goto(ERROR)
    return Do(Say((*fields.before, *words, *fields.after)), WaitsFor.PROMPTS)


def hear(_fields: SayFields, _at: AtStep, heard: Heard) -> StepAnswer | None:
    """Go on, also when the prompts could not be played."""
    return None if isinstance(heard, Key | Answered) else Goto("then")


STEP = StepType(
    "say",
    N_("Say a value"),
    SayFields,
    enter,
    hear,
    check,
    onward="then",
    asks=False,
)
