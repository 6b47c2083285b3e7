"""Go through another flow, then on here."""

from dataclasses import dataclass, field

from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.step import AtStep, EnterFlow, StepAnswer, StepId, StepType


@dataclass(frozen=True, slots=True, kw_only=True)
class SubFlowFields:
    """The other flow, and the step after it."""

    flow: int = field(metadata=spec(N_("Flow"), FieldKind.FLOW))
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def enter(fields: SubFlowFields, _at: AtStep) -> StepAnswer:
    """Enter the other flow, with the variables that are known."""
    return EnterFlow(fields.flow, "then")


STEP = StepType("subflow", N_("Sub-flow"), SubFlowFields, enter, onward="then")
