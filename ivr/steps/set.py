"""Set a variable of the run."""

import re
from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.fields import VARIABLE_NAME, FieldKind, spec
from ivr.step import AtStep, Goto, StepAnswer, StepId, StepType
from ivr.templates import check_template, fill


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFields:
    """The variable, its value, and the step after."""

    variable: str = field(metadata=spec(N_("Variable"), FieldKind.VARIABLE))
    value: str = field(metadata=spec(N_("Value"), FieldKind.TEMPLATE))
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def check(step: StepId, fields: SetFields) -> None:
    """Require a name and a value that can be read."""
    if not re.match(VARIABLE_NAME, fields.variable):
        raise InvalidError(
            "The step “{node}” needs the name of a variable: small letters, digits and _.",
            field=step,
            node=step,
        )
    check_template(fields.value)


def enter(fields: SetFields, at: AtStep) -> StepAnswer:
    """Set it and go on."""
    return Goto("then", {fields.variable: fill(fields.value, at.variables)})


STEP = StepType(
    "set", N_("Set a variable"), SetFields, enter, check=check, onward="then", asks=False
)
