"""Look up the customer who calls, and remember what is known of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.kernel.text import N_
from ivr.asking import by_answer
from ivr.fields import FieldKind, spec
from ivr.step import Ask, AtStep, Do, Goto, StepAnswer, StepId, StepType, WaitsFor
from ivr.templates import fill

QUESTION = "customer"

VARIABLES = (
    "customer_name",
    "customer_level",
    "customer_category",
    "customer_status",
    "customer_company",
    "customer_owner",  # the agent's name
    "calls_before",  # how many calls of the last 90 days
    "callbacks_open",
)
"""What the step sets, each a text; of an unknown caller only `calls_before`, `callbacks_open`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpFields:
    """The number that is looked up, and the steps by whether it is a customer's."""

    number: str = field(
        default="",
        metadata=spec(
            N_("Phone number"),
            FieldKind.TEMPLATE,
            hint=N_("Empty: the caller's number. Or a variable, such as {digits}."),
        ),
    )
    found: StepId = field(metadata=spec(N_("Customer"), FieldKind.OUTPUT))
    unknown: StepId = field(metadata=spec(N_("Unknown caller"), FieldKind.OUTPUT))


def enter(fields: LookUpFields, at: AtStep) -> StepAnswer:
    """Ask who calls."""
    return Do(Ask(QUESTION, {"number": fill(fields.number, at.variables)}), WaitsFor.ANSWER)


def follow(_fields: LookUpFields, value: str) -> StepAnswer:
    """Go on by the answer: an object of the variables, as JSON."""
    known = read_answer(value)
    return Goto("found" if known.get("customer_name") else "unknown", known)


def read_answer(value: str) -> Mapping[str, str]:
    """Read the variables of an answer; what is not one of them is left out."""
    try:
        told = json.loads(value)
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    return {name: str(told[name]) for name in VARIABLES if name in told}


STEP = StepType(
    "customer", N_("Look up the customer"), LookUpFields, enter, by_answer(follow), onward="found"
)
