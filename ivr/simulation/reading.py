"""Reads a flow's document for the simulator: steps that are not finished may be in it.

A call that comes to such a step ends there, and says so; all others can be tried already.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr.check import MOST_STEPS
from ivr.flow import LOOP, Flow, FlowId, in_a_circle
from ivr.registry import STEP_TYPES, StepTypes, read_step
from ivr.step import SAFE_END, AtStep, Step, StepAnswer, StepId, StepType


@dataclass(frozen=True, slots=True)
class NoFields:
    """Nothing of a step that cannot be read."""


def _end(_fields: NoFields, _at: AtStep) -> StepAnswer:
    return SAFE_END


UNFINISHED = StepType("unfinished", N_("Unfinished step"), NoFields, _end)
"""Stands for a step that cannot be read yet, or that a way leads to and that is not there."""


def read_draft(
    id_: int,
    name: str,
    document: Mapping[str, Any],
    version: int = 0,
    types: StepTypes = STEP_TYPES,
) -> Flow:
    """Read a flow that need not be finished; InvalidError if no call can begin in it."""
    nodes = document.get("nodes")
    if not isinstance(nodes, Mapping) or not nodes:
        raise InvalidError(N_("The flow has no steps."), field="nodes")
    if len(nodes) > MOST_STEPS:
        raise InvalidError(N_("The flow has more than {most} steps."), most=MOST_STEPS)
    steps = {StepId(str(key)): _step(StepId(str(key)), node, types) for key, node in nodes.items()}
    gone = {to for step in steps.values() for to in step.outputs.values() if to not in steps}
    steps |= dict.fromkeys(gone, Step(UNFINISHED, NoFields(), {}))
    start = document.get("start")
    if not isinstance(start, str) or start not in nodes:
        raise InvalidError(N_("The flow has no first step."), field="start")
    if (looped := in_a_circle(steps)) is not None:
        raise InvalidError(LOOP, field=looped, node=looped)
    return Flow(FlowId(id_), version, name, StepId(start), steps)


def _step(key: StepId, node: Any, types: StepTypes) -> Step:
    try:
        step = read_step(key, node, types)
        step.type.check(key, step.fields)
    except InvalidError:
        return Step(UNFINISHED, NoFields(), {})
    return step
