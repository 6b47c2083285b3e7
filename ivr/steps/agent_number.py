"""Say the agent's number to the caller before the talk."""

from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.fields import FieldKind, spec
from ivr.step import AgentSaid, AtStep, Goto, StepAnswer, StepId, StepType

LONGEST_NAMES = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNumberFields:
    """What is said before and after the number, and the step after this one."""

    before: tuple[str, ...] = field(
        default=("agent-number",),
        metadata=spec(N_("Prompts before the agent's number"), FieldKind.PROMPTS),
    )
    after: tuple[str, ...] = field(
        default=("agent-number-after",),
        metadata=spec(N_("Prompts after the agent's number"), FieldKind.PROMPTS),
    )
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def check(step: StepId, fields: AgentNumberFields) -> None:
    """Few prompts: their names go with the call, where there is little room."""
    if sum(map(len, (*fields.before, *fields.after))) > LONGEST_NAMES:
        raise InvalidError(
            "The step “{node}” has too many prompts around the agent's number.",
            field=step,
            node=step,
        )


def enter(fields: AgentNumberFields, _at: AtStep) -> StepAnswer:
    """Remember what is said when an agent answers, and go on."""
    return Goto("then", effects=(AgentSaid(fields.before, fields.after),))


STEP = StepType(
    "agent_number",
    N_("Say the agent's number before the talk"),
    AgentNumberFields,
    enter,
    check=check,
    onward="then",
    asks=False,
)
