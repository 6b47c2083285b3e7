"""Plan a survey: after the talk the caller goes through another flow."""

from dataclasses import dataclass, field

from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.step import AtStep, Goto, StepAnswer, StepId, StepType, SurveyPlanned


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFields:
    """The flow with the questions, and the step after this one."""

    flow: int = field(
        metadata=spec(
            N_("Flow after the talk"),
            FieldKind.FLOW,
            hint=N_("It begins when the agent hangs up first. Ask there for scores."),
        )
    )
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def enter(fields: SurveyFields, _at: AtStep) -> StepAnswer:
    """Remember the survey, and go on."""
    return Goto("then", effects=(SurveyPlanned(fields.flow),))


STEP = StepType(
    "survey", N_("Survey after the talk"), SurveyFields, enter, onward="then", asks=False
)
