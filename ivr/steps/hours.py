"""Go on by the opening hours of a time group."""

from dataclasses import dataclass, field

from crm.kernel.text import N_
from ivr.asking import by_answer
from ivr.fields import FieldKind, spec
from ivr.step import Ask, AtStep, Do, Goto, StepAnswer, StepId, StepType, WaitsFor

QUESTION = "hours"
OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursFields:
    """The time group, and the steps while it is open and while it is closed."""

    group: int = field(metadata=spec(N_("Time group"), FieldKind.TIME_GROUP))
    opened: StepId = field(metadata=spec(N_("During opening hours"), FieldKind.OUTPUT))
    closed: StepId = field(metadata=spec(N_("Closed"), FieldKind.OUTPUT))


def enter(fields: HoursFields, _at: AtStep) -> StepAnswer:
    """Ask whether it is open."""
    return Do(Ask(QUESTION, {"group": str(fields.group)}), WaitsFor.ANSWER)


def follow(_fields: HoursFields, value: str) -> StepAnswer:
    """Go on by the answer."""
    return Goto("opened" if value == OPEN else "closed")


STEP = StepType(
    "hours", N_("Opening hours"), HoursFields, enter, by_answer(follow), onward="opened"
)
