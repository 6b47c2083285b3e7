"""Set the language of the prompts that follow, e.g. after the caller chose it in a menu."""

from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.step import AtStep, Goto, StepAnswer, StepId, StepType

LANGUAGE = "language"
"""The variable of a run that names the language: `en` or `zh_CN`."""

LANGUAGES = ("en", "zh_CN")
DEFAULT = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFields:
    """The language, and the step after."""

    language: str = field(metadata=spec(N_("Language"), FieldKind.TEXT))
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def check(step: StepId, fields: LanguageFields) -> None:
    """Require a language that there are prompts for."""
    if fields.language not in LANGUAGES:
        raise InvalidError(
            "The step “{node}” sets a language that there are no prompts for.",
            field=step,
            node=step,
        )


def enter(fields: LanguageFields, _at: AtStep) -> StepAnswer:
    """Remember the language and go on."""
    return Goto("then", {LANGUAGE: fields.language})


STEP = StepType(
    "language",
    N_("Set the language"),
    LanguageFields,
    enter,
    check=check,
    onward="then",
    asks=False,
)
