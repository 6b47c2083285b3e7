"""A published version of an IVR flow: its steps, checked before callers hear it."""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, NewType

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr import fields
from ivr.registry import STEP_TYPES, StepTypes, read_step
from ivr.step import ERROR, Step, StepId

FlowId = NewType("FlowId", int)

LOOP = N_("The step “{node}” is part of a loop.")

FlowKey = tuple[FlowId, int]
"""A flow and one of its versions."""


@dataclass(frozen=True, slots=True)
class NumberSettings:
    """What answers a number that callers dial, unless a route leads elsewhere."""

    flow: FlowId
    language: str = "en"  # of its prompts, until the caller chooses another; or `zh_CN`


@dataclass(frozen=True, slots=True)
class Flow:
    """A published version of a flow."""

    id: FlowId
    version: int
    name: str
    start: StepId
    steps: Mapping[StepId, Step]
    kept_until: float = 0.0  # of an old version that calls found after a new start may need

    @property
    def key(self) -> FlowKey:
        """Which flow, and which version of it."""
        return (self.id, self.version)


def read_flow(
    id_: int,
    version: int,
    name: str,
    document: Mapping[str, Any],
    types: StepTypes = STEP_TYPES,
) -> Flow:
    """Read a flow's JSON document from the database.

    Shape: `{"start": "greet", "nodes": {"greet": {"type": "play", "prompts": ["greeting"],
    "then": "menu"}, "menu": {"type": "menu", "prompts": ["menu"], "choices": {"1": "sales"},
    "wrong": ["wrong-key"], "otherwise": "support", "wait_seconds": 6, "tries": 3},
    "sales": {"type": "queue", "queue": "sales", "priority": 0}, "bye": {"type": "hangup",
    "prompts": ["goodbye"]}}}`; each step may have an `error`, the step after a failure, and a
    `name`, which is what people call it. InvalidError names the step that is wrong.
    """
    nodes = document.get("nodes")
    if not isinstance(nodes, Mapping) or not nodes:
        raise InvalidError("The flow has no steps.", field="nodes")
    steps = {
        StepId(str(key)): read_step(StepId(str(key)), node, types) for key, node in nodes.items()
    }
    start = document.get("start")
    if not isinstance(start, str) or start not in steps:
        raise InvalidError("The flow has no first step.", field="start")
    flow = Flow(FlowId(id_), version, name, StepId(start), steps)
    _check(flow)
    return flow


def _check(flow: Flow) -> None:
    for key, step in flow.steps.items():
        for target in step.outputs.values():
            if target not in flow.steps:
                raise InvalidError(
                    "The step “{node}” leads to “{target}”, which does not exist.",
                    field=key,
                    node=key,
                    target=target,
                )
        step.type.check(key, step.fields)
    if (looped := in_a_circle(flow.steps)) is not None:
        raise InvalidError(LOOP, field=looped, node=looped)


def in_a_circle(steps: Mapping[StepId, Step]) -> StepId | None:
    """Give a step of a circle in which a caller goes round for ever without being asked anything.

    Such a circle consists of steps that ask nothing, and of errors: a step that fails once may fail
    again at once.
    """
    try:
        TopologicalSorter({key: _unasked(step) for key, step in steps.items()}).prepare()
    except CycleError as error:
        key: StepId = error.args[1][0]
        return key
    return None


def _unasked(step: Step) -> list[StepId]:
    names = [step.type.onward, ERROR] if step.type.passes else [ERROR]
    return [step.outputs[name] for name in names if name in step.outputs]


def queues(flow: Flow) -> list[str]:
    """The flow's queues: first the one for callers who press no key, then the others."""
    way: list[StepId] = []
    at: StepId | None = flow.start
    while at is not None and at not in way:
        way.append(at)
        step = flow.steps[at]
        at = step.outputs.get(step.type.onward)
    steps = [flow.steps[key] for key in (*reversed(way), *flow.steps)]
    return list(dict.fromkeys(queue for step in steps for queue in fields.queues(step.fields)))
