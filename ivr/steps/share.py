"""Send shares of the callers different ways, by lot."""

from dataclasses import dataclass, field
from itertools import accumulate

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.asking import by_answer
from ivr.expressions import number
from ivr.fields import FieldKind, Share, spec
from ivr.step import Ask, AtStep, Do, Goto, StepAnswer, StepId, StepType, WaitsFor

QUESTION = "lot"
WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFields:
    """The shares in percent with their steps, and the step for the rest."""

    shares: tuple[Share, ...] = field(metadata=spec(N_("Shares"), FieldKind.SHARES, least=1))
    otherwise: StepId = field(metadata=spec(N_("The rest"), FieldKind.OUTPUT))


def check(step: StepId, fields: ShareFields) -> None:
    """Require shares of 1 to 100 percent that are not more than all callers."""
    shares = [one.share for one in fields.shares]
    if not shares or min(shares) < 1 or sum(shares) > WHOLE:
        raise InvalidError(
            "The shares of the step “{node}” must be 1 to 100 percent together.",
            field=step,
            node=step,
        )


def enter(_fields: ShareFields, _at: AtStep) -> StepAnswer:
    """Draw a lot."""
    return Do(Ask(QUESTION), WaitsFor.ANSWER)


def follow(fields: ShareFields, value: str) -> StepAnswer:
    """Go on by the lot, a number from 0 to below 100."""
    lot = number(value)
    bounds = accumulate(one.share for one in fields.shares)
    ways = enumerate(bounds, start=1)
    return Goto(next((str(at) for at, bound in ways if lot < bound), "otherwise"))


STEP = StepType(
    "share", N_("Share by lot"), ShareFields, enter, by_answer(follow), check, onward="otherwise"
)
