"""The end of a sub-flow: back to the flow that entered it."""

from dataclasses import dataclass

from crm.kernel.text import N_
from ivr.step import AtStep, ReturnFlow, StepAnswer, StepType


@dataclass(frozen=True, slots=True, kw_only=True)
class BackFields:
    """Nothing: where the caller goes on is known from the step that entered the flow."""


def enter(_fields: BackFields, _at: AtStep) -> StepAnswer:
    """Go back; in a flow that no other one entered, the call ends."""
    return ReturnFlow()


STEP = StepType("back", N_("Back to the calling flow"), BackFields, enter)
