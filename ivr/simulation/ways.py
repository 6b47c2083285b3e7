"""A flow whose ways can be told apart: each output leads to a step of its own.

Two outputs of a step may lead to the same step, so the steps that a caller came to do not say which
way was taken. Here each way has a copy of the step that it leads to: the copy that a run enters
names the way. The rules of `ivr/run.py` stay the only ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.flow import Flow, FlowId
from ivr.step import Step, StepId


@dataclass(frozen=True, slots=True)
class FlowWay:
    """An output of a step and where it leads; the way into a flow has neither step nor output."""

    flow: FlowId
    step: StepId
    output: str
    to: StepId


@dataclass(frozen=True, slots=True)
class MarkedFlow:
    """A flow with a step for each way, and the way that each of these steps stands for."""

    flow: Flow
    marked: Flow
    ways: Mapping[StepId, FlowWay]

    def real(self, step: StepId) -> StepId:
        """The flow's own step that a step of the marked flow is a copy of."""
        return self.ways[step].to


def ways_of(flow: Flow) -> Iterator[FlowWay]:
    """Give all ways between the steps of a flow, also those of errors."""
    for key, step in flow.steps.items():
        for output, target in step.outputs.items():
            yield FlowWay(flow.id, key, output, target)


def mark(flow: Flow) -> MarkedFlow:
    """Give each way of a flow a step of its own."""
    ways: dict[StepId, FlowWay] = {StepId("w0"): FlowWay(flow.id, StepId(""), "", flow.start)}
    outputs: dict[StepId, dict[str, StepId]] = {key: {} for key in flow.steps}
    for number, way in enumerate(ways_of(flow), start=1):
        name = StepId(f"w{number}")
        ways[name] = way
        outputs[way.step][way.output] = name
    steps = {}
    for name, way in ways.items():
        there = flow.steps[way.to]
        steps[name] = Step(there.type, there.fields, outputs[way.to])
    marked = Flow(flow.id, flow.version, flow.name, StepId("w0"), steps)
    return MarkedFlow(flow, marked, ways)


def passed(flow: Flow, at: StepId, to: StepId) -> list[FlowWay]:
    """The ways from a step to another along steps that ask nothing.

    A key that a caller presses there belongs to the next step that asks; the steps between are left
    out by the run.
    """
    found: list[FlowWay] = []
    here, seen = at, {at}
    while here != to:
        step = flow.steps[here]
        target = step.outputs.get(step.type.onward) if step.type.passes else None
        if target is None or (target in seen and target != to):
            return []
        found.append(FlowWay(flow.id, here, step.type.onward, target))
        seen.add(target)
        here = target
    return found
