"""Play prompts and wait for one key; a key is taken during the prompts too."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.asking import ask_again
from ivr.fields import DIGITS, FieldKind, spec
from ivr.step import (
    Answered,
    AtStep,
    Do,
    Failed,
    Goto,
    Heard,
    Key,
    Listen,
    PromptsOver,
    Say,
    StepAnswer,
    StepId,
    StepType,
    WaitsFor,
)

LONGEST_WAIT_SECONDS = 60
MOST_TRIES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuFields:
    """The question, where each key leads, and what happens without a valid key."""

    prompts: tuple[str, ...] = field(
        default=(), metadata=spec(N_("Prompts"), FieldKind.PROMPTS, least=1)
    )
    choices: Mapping[str, StepId] = field(
        metadata=spec(N_("Keys and steps"), FieldKind.CHOICES, least=1)
    )
    wrong: tuple[str, ...] = field(  # before asking again
        default=(), metadata=spec(N_("Prompts after a wrong key"), FieldKind.PROMPTS)
    )
    otherwise: StepId = field(metadata=spec(N_("After the last try"), FieldKind.OUTPUT))
    wait_seconds: float = field(  # after the prompts have ended
        default=6.0,
        metadata=spec(
            N_("Seconds to wait for a key"), FieldKind.NUMBER, least=1, most=LONGEST_WAIT_SECONDS
        ),
    )
    barge_in: bool = field(
        default=True,
        metadata=spec(
            N_("A key stops the prompts"),
            FieldKind.FLAG,
            hint=N_("Otherwise keys count only after the prompts."),
        ),
    )
    type_ahead: bool = field(
        default=True,
        metadata=spec(
            N_("Keys pressed before the menu count"),
            FieldKind.FLAG,
            hint=N_("For callers who know the menu."),
        ),
    )
    tries: int = field(
        default=3, metadata=spec(N_("Tries"), FieldKind.INTEGER, least=1, most=MOST_TRIES)
    )


def check(step: StepId, fields: MenuFields) -> None:
    """Require a question, choices, and an end to asking."""
    if not fields.prompts or not fields.choices:
        raise InvalidError("The menu “{node}” needs a prompt and a choice.", field=step, node=step)
    if not set(fields.choices) <= set(DIGITS):
        raise InvalidError(
            "The menu “{node}” accepts only the keys 0 to 9, * and #.", field=step, node=step
        )
    in_time = 1 <= fields.wait_seconds <= LONGEST_WAIT_SECONDS
    if not (in_time and 1 <= fields.tries <= MOST_TRIES):
        raise InvalidError(
            "The menu “{node}” waits 1 to 60 seconds and asks 1 to 9 times.", field=step, node=step
        )


def enter(fields: MenuFields, _at: AtStep) -> StepAnswer:
    """Ask."""
    return Do(Say(fields.prompts), WaitsFor.PROMPTS)


def hear(fields: MenuFields, at: AtStep, heard: Heard) -> StepAnswer | None:
    """Take a key; wait for one after the prompts; ask again after a wrong key or none."""
    match heard:
        case Answered():
            return None
        case Key() if at.waits_for is WaitsFor.PROMPTS and not fields.barge_in:
            return None
        case Key(digit=digit):
            return (
                Goto(digit)
                if digit in fields.choices
                else ask_again(fields.prompts, fields.tries, at, fields.wrong)
            )
        case PromptsOver() | Failed() if at.waits_for is WaitsFor.PROMPTS:
            return Do(Listen(fields.wait_seconds), WaitsFor.KEY, at.state)
        case _:
            return ask_again(fields.prompts, fields.tries, at)


def takes(fields: MenuFields, digit: str) -> str | None:
    """A key of the menu leaves it even before its prompts were played."""
    return digit if fields.type_ahead and digit in fields.choices else None


STEP = StepType(
    "menu",
    N_("Menu"),
    MenuFields,
    enter,
    hear,
    check,
    onward="otherwise",
    takes=takes,
)
