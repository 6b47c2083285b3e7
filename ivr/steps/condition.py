"""Go on by what is known: the first expression that is true decides."""

from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.expressions import evaluate, read_expression
from ivr.fields import Branch, FieldKind, spec
from ivr.step import AtStep, Goto, StepAnswer, StepId, StepType

MOST_BRANCHES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionFields:
    """The expressions with their steps, and the step when none is true."""

    branches: tuple[Branch, ...] = field(
        metadata=spec(N_("Branches"), FieldKind.BRANCHES, least=1, most=MOST_BRANCHES)
    )
    otherwise: StepId = field(metadata=spec(N_("Otherwise"), FieldKind.OUTPUT))


def check(step: StepId, fields: ConditionFields) -> None:
    """Require branches that can be read."""
    if not 1 <= len(fields.branches) <= MOST_BRANCHES:
        raise InvalidError(
            "The step “{node}” needs 1 to {most} branches.",
            field=step,
            node=step,
            most=MOST_BRANCHES,
        )
    for branch in fields.branches:
        read_expression(branch.when)


def enter(fields: ConditionFields, at: AtStep) -> StepAnswer:
    """Take the first branch whose expression is true."""
    ways = enumerate(fields.branches, start=1)
    taken = (str(place) for place, one in ways if evaluate(one.when, at.variables))
    return Goto(next(taken, "otherwise"))


STEP = StepType(
    "condition",
    N_("Condition"),
    ConditionFields,
    enter,
    check=check,
    onward="otherwise",
    asks=False,
)
