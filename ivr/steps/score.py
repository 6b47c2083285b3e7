"""Ask for a score by one key, such as 5 for very satisfied; the answer is a fact of the call."""

import re
from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.asking import ask_again
from ivr.fields import VARIABLE_NAME, FieldKind, spec
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
    Scored,
    StepAnswer,
    StepId,
    StepType,
    WaitsFor,
)
from ivr.steps.menu import LONGEST_WAIT_SECONDS, MOST_TRIES

HIGHEST = 9
SCORE = "score"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFields:
    """The question, which keys are scores, and what follows."""

    question: str = field(
        default="satisfaction",
        metadata=spec(
            N_("Name of the question"),
            FieldKind.VARIABLE,
            hint=N_("Reports show it. The score is kept in a variable of this name."),
        ),
    )
    prompts: tuple[str, ...] = field(
        default=("score",), metadata=spec(N_("Prompts"), FieldKind.PROMPTS, least=1)
    )
    lowest: int = field(
        default=1, metadata=spec(N_("Lowest score"), FieldKind.INTEGER, least=0, most=HIGHEST)
    )
    highest: int = field(
        default=5, metadata=spec(N_("Highest score"), FieldKind.INTEGER, least=1, most=HIGHEST)
    )
    wrong: tuple[str, ...] = field(  # before asking again
        default=("wrong-key",), metadata=spec(N_("Prompts after a wrong key"), FieldKind.PROMPTS)
    )
    thanks: tuple[str, ...] = field(
        default=("score-thanks",), metadata=spec(N_("Prompts after the score"), FieldKind.PROMPTS)
    )
    wait_seconds: float = field(
        default=6.0,
        metadata=spec(
            N_("Seconds to wait for a key"), FieldKind.NUMBER, least=1, most=LONGEST_WAIT_SECONDS
        ),
    )
    tries: int = field(
        default=2, metadata=spec(N_("Tries"), FieldKind.INTEGER, least=1, most=MOST_TRIES)
    )
    then: StepId = field(metadata=spec(N_("After a score"), FieldKind.OUTPUT))
    otherwise: StepId = field(metadata=spec(N_("Without a score"), FieldKind.OUTPUT))


def check(step: StepId, fields: ScoreFields) -> None:
    """Require a question with a name, a range of keys, and an end to asking."""
    keys = 0 <= fields.lowest < fields.highest <= HIGHEST
    asks = 1 <= fields.wait_seconds <= LONGEST_WAIT_SECONDS and 1 <= fields.tries <= MOST_TRIES
    if not (keys and asks and fields.prompts and re.match(VARIABLE_NAME, fields.question)):
        raise InvalidError(
            "The step “{node}” needs a prompt, a name such as satisfaction, scores from 0 to 9, "
            "and asks 1 to 9 times.",
            field=step,
            node=step,
        )


def enter(fields: ScoreFields, _at: AtStep) -> StepAnswer:
    """Ask."""
    return Do(Say(fields.prompts), WaitsFor.PROMPTS)


def hear(fields: ScoreFields, at: AtStep, heard: Heard) -> StepAnswer | None:
    """Take a score during the prompts or after them, thank for it; ask again without one."""
    if SCORE in at.state:
        return None if isinstance(heard, Key | Answered) else Goto("then")
    match heard:
        case Answered():
            return None
        case Key(digit=digit):
            scores = digit.isdecimal() and fields.lowest <= int(digit) <= fields.highest
            return (
                _scored(fields, int(digit))
                if scores
                else ask_again(fields.prompts, fields.tries, at, fields.wrong)
            )
        case PromptsOver() | Failed() if at.waits_for is WaitsFor.PROMPTS:
            return Do(Listen(fields.wait_seconds), WaitsFor.KEY, at.state)
        case _:
            return ask_again(fields.prompts, fields.tries, at)


def _scored(fields: ScoreFields, score: int) -> StepAnswer:
    sets, effects = {fields.question: str(score)}, (Scored(fields.question, score),)
    if not fields.thanks:
        return Goto("then", sets, effects)
    return Do(Say(fields.thanks), WaitsFor.PROMPTS, {SCORE: score}, sets, effects)


def resume(_fields: ScoreFields, at: AtStep) -> StepAnswer | None:
    """A score that was given stays given; else the caller is asked anew."""
    return Goto("then") if SCORE in at.state else None


STEP = StepType(
    "score",
    N_("Ask for a score"),
    ScoreFields,
    enter,
    hear,
    check,
    onward="otherwise",
    resume=resume,
)
