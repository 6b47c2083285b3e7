"""Put a number on a list, such as the black list of callers who want no more calls."""

from dataclasses import dataclass, field

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.asking import by_answer
from ivr.fields import FieldKind, spec
from ivr.step import Ask, AtStep, Do, Goto, StepAnswer, StepId, StepType, WaitsFor
from ivr.templates import fill

QUESTION = "list"
MOST_DAYS = 3660


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFields:
    """The list, which number, why and for how long, and the step after it."""

    number_list: int = field(metadata=spec(N_("Number list"), FieldKind.LIST))
    number: str = field(
        default="",
        metadata=spec(
            N_("Phone number"),
            FieldKind.TEMPLATE,
            hint=N_("Empty: the caller's number. Or a variable, such as {digits}."),
        ),
    )
    reason: str = field(default="", metadata=spec(N_("Reason"), FieldKind.TEMPLATE))
    days: int = field(
        default=0,
        metadata=spec(
            N_("Days until it expires"),
            FieldKind.INTEGER,
            least=0,
            most=MOST_DAYS,
            hint=N_("0: never."),
        ),
    )
    then: StepId = field(metadata=spec(N_("Then"), FieldKind.OUTPUT))


def check(step: StepId, fields: ListFields) -> None:
    """Require a bounded time."""
    if not 0 <= fields.days <= MOST_DAYS:
        raise InvalidError(
            "The step “{node}” keeps a number for 0 to 3,660 days.", field=step, node=step
        )


def enter(fields: ListFields, at: AtStep) -> StepAnswer:
    """Ask for the entry; where lists need approval, it waits for that."""
    detail = {
        "list": str(fields.number_list),
        "number": fill(fields.number, at.variables),
        "reason": fill(fields.reason, at.variables, most=200),
        "days": str(fields.days),
    }
    return Do(Ask(QUESTION, detail), WaitsFor.ANSWER)


def follow(_fields: ListFields, _value: str) -> StepAnswer:
    """The number stands on the list."""
    return Goto("then")


STEP = StepType(
    "put_on_list", N_("Put on a list"), ListFields, enter, by_answer(follow), check, onward="then"
)
